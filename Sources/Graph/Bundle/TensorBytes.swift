import Formats

/// The edge layout: 1, 2 or 4 little-endian bytes per element (`Codec.edgeBytes`), as activations lie in memory.
extension Tensor {
    /// A tensor of this codec from its edge bytes; signed codecs come sign extended from `bits`, others zero extended.
    /// `nil` when the number of bytes is not that of the shape.
    public init?(shape: [Int], codec: Codec, bytes: some RandomAccessCollection<UInt8>) {
        guard let count = Sizes.count(shape), count.multipliedReportingOverflow(by: codec.edgeBytes).overflow == false,
            bytes.count == count * codec.edgeBytes
        else { return nil }
        let raw = Array(bytes)
        if codec.edgeBytes == 1 {
            self.init(shape: shape, codec: codec, codes: raw)
            return
        }
        let mask = codec.bits >= 32 ? UInt32.max : 1 << UInt32(codec.bits) - 1
        switch codec {
        case .signed:
            self.init(
                shape: shape, codec: codec, integers: raw.littleEndian(codec.edgeBytes) { codec.value(ofCode: $0) })
        case .unsigned, .bipolar, .ternary, .outlierVictim, .flint:
            let codes = raw.littleEndian(codec.edgeBytes) { Int32(bitPattern: $0 & mask) }
            self.init(shape: shape, codec: codec, integers: codes)
        case .float32:
            self.init(shape: shape, storage: .float32(raw.littleEndianWords(of: UInt32.self).map { Float(bitPattern: $0) }))
        case .float16:
            self.init(shape: shape, storage: .float16(raw.littleEndianWords(of: UInt16.self)))
        case .bfloat16:
            self.init(shape: shape, storage: .bfloat16(raw.littleEndianWords(of: UInt16.self)))
        case .minifloat(let format): self.init(shape: shape, storage: .minifloat(format, raw))
        }
    }

    /// From codes of at most eight bits, one per byte; the bits above them do not count, except those of minifloats.
    init(shape: [Int], codec: Codec, codes: [UInt8]) {
        self.shape = shape
        let unused = UInt8(8 - codec.bits)
        let mask = UInt8.max >> unused
        switch codec {
        case .signed: storage = .int8(codes.mapped { Int8(bitPattern: $0 &<< unused) &>> Int8(unused) })
        case .minifloat(let format): storage = .minifloat(format, codes)
        default: storage = .uint8(unused == 0 ? codes : codes.mapped { $0 & mask })
        }
    }

    /// From numbers as they are stored in an element: values of a signed codec, codes of the others.
    init(shape: [Int], codec: Codec, integers: [Int32]) {
        self.shape = shape
        switch (codec, codec.edgeBytes) {
        case (.signed, 1): storage = .int8(integers.map { Int8(truncatingIfNeeded: $0) })
        case (.signed, 2): storage = .int16(integers.map { Int16(truncatingIfNeeded: $0) })
        case (.unsigned, 1), (.bipolar, _), (.ternary, _), (.outlierVictim, _), (.flint, _):
            storage = .uint8(integers.map { UInt8(truncatingIfNeeded: $0) })
        case (.minifloat(let format), _):
            storage = .minifloat(format, integers.map { UInt8(truncatingIfNeeded: $0) })
        case (.unsigned, 2): storage = .uint16(integers.map { UInt16(truncatingIfNeeded: $0) })
        default: storage = .int32(integers)
        }
    }

    /// All elements in the edge layout.
    public var bytes: [UInt8] {
        switch storage {
        case .int8(let values): values.withUnsafeBytes { [UInt8]($0) }
        case .uint8(let values): values
        case .int16(let values): values.littleEndianElements
        case .minifloat(_, let values): values
        case .uint16(let values), .float16(let values), .bfloat16(let values): values.littleEndianElements
        case .int32(let values): values.littleEndianElements
        case .float32(let values): values.map(\.bitPattern).littleEndianElements
        }
    }

    /// Whether the elements are stored as those of `codec` are.
    public func isStored(as codec: Codec) -> Bool {
        switch (storage, codec) {
        case (.int8, .signed(let bits)): bits <= 8
        case (.int16, .signed(let bits)): (9...16).contains(bits)
        case (.int32, .signed(let bits)): bits > 16
        case (.uint8, .unsigned(let bits)): bits <= 8
        case (.uint16, .unsigned(let bits)): bits > 8
        case (.uint8, .bipolar), (.uint8, .ternary), (.uint8, .outlierVictim), (.uint8, .flint),
            (.float32, .float32), (.float16, .float16), (.bfloat16, .bfloat16):
            true
        case (.minifloat(let format, _), .minifloat(let expected)): format == expected
        default: false
        }
    }

    /// The first element that is no code of `codec`: bits outside its width, or a code (or pair) that stands for nothing.
    public func firstMalformed(_ codec: Codec) -> Int? {
        if let format = codec.pairs {
            return format.firstMalformed(count: count, width: shape.last ?? 1) { UInt8(truncatingIfNeeded: code(at: $0)) }
        }
        if codec.isFloat, codec.bits >= 16 { return nil }
        func isMalformed(_ code: UInt32) -> Bool {
            switch codec {
            case .ternary: code > 2
            case .signed(let bits): bits < 32 && codec.value(ofCode: code) != Int32(bitPattern: code)
            default: code >> UInt32(codec.bits) != 0
            }
        }
        // Whole models are looked through: elements of a byte by table, if any can be wrong.
        switch storage {
        case .int8 where codec == .int8: return nil
        case .uint8 where codec == .uint8: return nil
        case .minifloat where codec.bits == 8: return nil
        case .int8(let values):
            let table = (0..<256).map { isMalformed(UInt32(bitPattern: Int32(Int8(truncatingIfNeeded: $0)))) }
            return values.firstIndex { table[Int(UInt8(bitPattern: $0))] }
        case .uint8(let values), .minifloat(_, let values):
            let table = (0..<256).map { isMalformed(UInt32($0)) }
            return values.firstIndex { table[Int($0)] }
        default: return (0..<count).first { isMalformed(code(at: $0)) }
        }
    }
}

extension Tensor.Storage {
    /// Numbers rounded to a float codec (integer codecs keep them as f32).
    public init(floats: [Float], codec: Codec) {
        switch codec {
        case .float32, .signed, .unsigned, .bipolar, .ternary, .outlierVictim, .flint: self = .float32(floats)
        case .float16: self = .float16(floats.map(Binary16.narrowed))
        case .bfloat16: self = .bfloat16(floats.map(BFloat16.narrowed))
        case .minifloat(let format): self = .minifloat(format, floats.map(format.narrowed))
        }
    }
}

extension FixedWidthInteger {
    var littleEndianBytes: [UInt8] { (0..<Self.bitWidth / 8).map { UInt8(truncatingIfNeeded: self >> (8 * $0)) } }
}

extension Array where Element: FixedWidthInteger {
    /// The bytes of all elements, without a temporary for each of them.
    fileprivate var littleEndianElements: [UInt8] { map(\.littleEndian).withUnsafeBytes { [UInt8]($0) } }
}

extension [UInt8] {
    /// As `map`, for functions of which many are done at once: whole models are decoded.
    @inline(__always)
    fileprivate func mapped<Result: BitwiseCopyable>(_ transform: (UInt8) -> Result) -> [Result] {
        [Result](unsafeUninitializedCapacity: count) { elements, initialized in
            for index in 0..<count { elements[index] = transform(self[index]) }
            initialized = count
        }
    }

    /// Little-endian words, without those that are cut off.
    func littleEndianWords<Word: FixedWidthInteger & BitwiseCopyable>(of _: Word.Type) -> [Word] {
        let (count, width) = (count / MemoryLayout<Word>.size, MemoryLayout<Word>.size)
        return withUnsafeBytes { bytes in
            [Word](unsafeUninitializedCapacity: count) { words, initialized in
                for index in 0..<count {
                    words[index] = Word(littleEndian: bytes.loadUnaligned(fromByteOffset: width * index, as: Word.self))
                }
                initialized = count
            }
        }
    }

    /// Words of `width` (1, 2 or 4) bytes, each through `transform`.
    func littleEndian<T>(_ width: Int, _ transform: (UInt32) -> T) -> [T] {
        stride(from: 0, to: count - count % width, by: width).map { start in
            var word: UInt32 = 0
            for index in 0..<width { word |= UInt32(self[start + index]) << UInt32(8 * index) }
            return transform(word)
        }
    }
}
