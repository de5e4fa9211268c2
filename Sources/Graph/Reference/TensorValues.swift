import Diagnostics
import Formats

extension Tensor.Storage {
    var count: Int {
        switch self {
        case .int8(let elements): elements.count
        case .uint8(let elements): elements.count
        case .int16(let elements): elements.count
        case .uint16(let elements), .float16(let elements), .bfloat16(let elements): elements.count
        case .minifloat(_, let elements): elements.count
        case .int32(let elements): elements.count
        case .float32(let elements): elements.count
        }
    }
}

extension Tensor {
    /// A tensor of all zero codes: what a state holds at first.
    static func zeroCodes(_ type: TensorType) -> Tensor {
        let count = type.count
        let storage: Storage =
            switch type.encoding.codec {
            case .signed(let bits) where bits <= 8: .int8(Array(repeating: 0, count: count))
            case .signed(let bits) where bits <= 16: .int16(Array(repeating: 0, count: count))
            case .signed: .int32(Array(repeating: 0, count: count))
            case .unsigned(let bits) where bits > 8: .uint16(Array(repeating: 0, count: count))
            case .unsigned, .bipolar, .ternary, .outlierVictim, .flint: .uint8(Array(repeating: 0, count: count))
            case .float32: .float32(Array(repeating: 0, count: count))
            case .float16: .float16(Array(repeating: 0, count: count))
            case .bfloat16: .bfloat16(Array(repeating: 0, count: count))
            case .minifloat(let format): .minifloat(format, Array(repeating: 0, count: count))
            }
        return Tensor(shape: type.shape, storage: storage)
    }

    /// An f32 tensor; every NaN becomes the one pattern 0x7FC00000.
    static func canonical(shape: [Int], _ values: consuming [Float]) -> Tensor {
        for index in values.indices where values[index].isNaN { values[index] = Elementary.canonical(values[index]) }
        return Tensor(shape: shape, storage: .float32(values))
    }
}

extension TypedTensor {
    /// The numbers of a float tensor before its scale, widened exactly.
    func floats() throws -> [Float] {
        switch tensor.storage {
        case .float32(let elements): return elements
        case .float16(let elements): return elements.map(Binary16.widened)
        case .bfloat16(let elements): return elements.map(BFloat16.widened)
        case .minifloat(let format, let elements): return elements.map(format.widened)
        case .int8, .uint8, .int16, .uint16, .int32:
            throw Diagnostic(field: name, "holds codes (\(codec.name)), expected floats")
        }
    }

    /// The integer values of the codes (before the zero point is subtracted).
    func values() throws -> [Int32] { try values(as: Int32.self) }

    /// The same in a narrower type; the codec's range must fit it.
    func values<Value: FixedWidthInteger & SignedInteger>(as type: Value.Type) throws -> [Value] {
        switch tensor.storage {
        case .int8(let elements): return try decode(elements)
        case .uint8(let elements):
            if case .outlierVictim(let format) = codec { return try decodePairs(elements, format) }
            if case .flint(let format) = codec { return try decodeFlint(elements, format) }
            return try decode(elements)
        case .int16(let elements): return try decode(elements)
        case .uint16(let elements): return try decode(elements)
        case .int32(let elements): return try decode(elements)
        case .float32, .float16, .bfloat16, .minifloat:
            throw Diagnostic(field: name, "holds floating-point values, expected integer codes")
        }
    }

    /// Values of pairs, row by row.
    private func decodePairs<Value: FixedWidthInteger>(_ slots: [UInt8], _ format: OutlierVictimPair) throws -> [Value] {
        if let wrong = tensor.firstMalformed(codec) {
            throw Diagnostic(field: name, "holds a malformed \(codec.name) pair at element \(wrong)")
        }
        return (0..<(last == 0 ? 0 : slots.count / last)).flatMap { row -> [Value] in
            var values = [Value](repeating: 0, count: last)
            format.decodeRow(count: last, slot: { slots[row * last + $0] }) { values[$0] = Value(truncatingIfNeeded: $1.value) }
            return values
        }
    }

    private func decodeFlint<Value: FixedWidthInteger>(_ codes: [UInt8], _ format: FlintCodec) throws -> [Value] {
        if let wrong = tensor.firstMalformed(codec) {
            throw Diagnostic(field: name, "holds the malformed \(codec.name) code \(codes[wrong])")
        }
        let values = (0..<UInt8(1) << UInt8(format.bits)).map { Value(truncatingIfNeeded: format.value($0)) }
        return codes.map { values[Int($0)] }
    }

    private func decode<Element: FixedWidthInteger, Value: FixedWidthInteger>(_ elements: [Element]) throws -> [Value] {
        let map = try codec.elementMap(of: name)
        if let wrong = elements.first(where: { !map.elements.contains(Int($0)) }) {
            throw Diagnostic(field: name, "holds the malformed \(codec.name) code \(wrong)")
        }
        let step = Value(map.step)
        let offset = Value(map.offset)
        if step == 1 && offset == 0 { return elements.map { Value(truncatingIfNeeded: $0) } }
        return elements.map { step &* Value(truncatingIfNeeded: $0) &+ offset }
    }
}

/// How an element of `Tensor.Storage` stands for an integer value: value = step * element + offset.
struct ElementMap {
    var step: Int
    var offset: Int
    /// The elements that are well-formed codes.
    var elements: ClosedRange<Int>
}

extension Codec {
    func elementMap(of name: String) throws -> ElementMap {
        switch self {
        case .signed(let bits):
            return ElementMap(step: 1, offset: 0, elements: -(1 << (bits - 1))...(1 << (bits - 1)) - 1)
        case .unsigned(let bits): return ElementMap(step: 1, offset: 0, elements: 0...(1 << bits) - 1)
        case .bipolar(let bits): return ElementMap(step: 2, offset: 1 - (1 << bits), elements: 0...(1 << bits) - 1)
        case .ternary: return ElementMap(step: 1, offset: -1, elements: 0...2)
        case .float32, .float16, .bfloat16, .minifloat, .outlierVictim, .flint:
            throw Diagnostic(field: name, "is \(self.name), expected an integer codec")
        }
    }

    /// Smallest and largest value of an integer codec.
    func integerRange(of name: String) throws -> ClosedRange<Int> {
        guard let range else { throw Diagnostic(field: name, "is \(self.name), expected an integer codec") }
        return range
    }
}

extension TensorType {
    /// A tensor of this type from integer values, which the caller has clamped to the codec's range.
    func tensor<Value: FixedWidthInteger>(values: [Value]) throws -> Tensor {
        if encoding.codec.hasGaps {
            let codes = values.compactMap { encoding.codec.code(ofValue: Int($0)).map(UInt8.init) }
            guard codes.count == values.count else {
                throw Diagnostic(field: "output", "a value is none of \(encoding.codec.name)")
            }
            return Tensor(shape: shape, storage: .uint8(codes))
        }
        let map = try encoding.codec.elementMap(of: "output")
        if map.step == 2, values.contains(where: { (Int($0) - map.offset) % 2 != 0 }) {
            throw Diagnostic(field: "output", "an even value cannot be written in \(encoding.codec.name)")
        }
        func elements<Element: FixedWidthInteger>() -> [Element] {
            if map.step == 1 && map.offset == 0 { return values.map { Element(truncatingIfNeeded: $0) } }
            return values.map { Element(truncatingIfNeeded: (Int($0) - map.offset) / map.step) }
        }
        let storage: Tensor.Storage =
            switch encoding.codec {
            case .signed(let bits) where bits <= 8: .int8(elements())
            case .signed(let bits) where bits <= 16: .int16(elements())
            case .unsigned(let bits) where bits > 8: .uint16(elements())
            case .unsigned, .bipolar, .ternary, .outlierVictim, .flint: .uint8(elements())
            case .signed, .float32, .float16, .bfloat16, .minifloat: .int32(elements())
            }
        return Tensor(shape: shape, storage: storage)
    }
}
