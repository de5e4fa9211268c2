/// Panels of sixteen columns of decoded weights, in the order in which the kernels read them: panel by panel, segment by
/// segment, the columns' part of its scale, where sums are scaled, and then its words, [word][column]. Columns that the
/// instruction has not are zero. Behind the panels lies the word behind each segment.
struct PanelBlock<Number: DotNumber>: @unchecked Sendable {
    let format: PanelFormat
    let panels: Int
    /// Bytes from panel to panel.
    let pitch: Int
    private let isScaled: Bool
    private let base: UnsafeMutableRawPointer

    /// Bytes of such a block.
    static func bytes(_ panels: Int, _ format: PanelFormat, _ shape: PanelShape, isScaled: Bool) -> Int {
        panels * pitch(format, shape, isScaled: isScaled) + 4 * shape.segments.count
    }

    private static func pitch(_ format: PanelFormat, _ shape: PanelShape, isScaled: Bool) -> Int {
        4 * PanelShape.columns * (shape.words(perWord: format.perWord(Number.self)) + (isScaled ? shape.segments.count : 0))
    }

    /// - Parameter memory: as many bytes as `bytes` says, on a word; the caller's.
    init(_ panels: Int, _ format: PanelFormat, _ shape: PanelShape, isScaled: Bool, memory: UnsafeMutableRawPointer) {
        self.format = format
        self.panels = panels
        base = memory
        pitch = Self.pitch(format, shape, isScaled: isScaled)
        self.isScaled = isScaled
        for (index, end) in shape.ends(perWord: format.perWord(Number.self)).enumerated() {
            memory.storeBytes(of: end, toByteOffset: panels * pitch + 4 * index, as: UInt32.self)
        }
    }

    func panel(_ index: Int) -> UnsafeMutableRawPointer { base + index * pitch }

    /// Word behind each segment.
    var ends: UnsafePointer<UInt32> { UnsafePointer(panel(panels).assumingMemoryBound(to: UInt32.self)) }

    /// Of the columns; `nil` where sums are not scaled.
    func scales(_ index: Int, segment: Int) -> UnsafeMutablePointer<Float>? {
        guard isScaled else { return nil }
        return (words(index, segment: segment) - 4 * PanelShape.columns).assumingMemoryBound(to: Float.self)
    }

    /// [word][column]
    func words(_ index: Int, segment: Int) -> UnsafeMutableRawPointer {
        let start = segment == 0 ? 0 : Int(ends[segment - 1])
        return panel(index) + 4 * PanelShape.columns * (start + (isScaled ? segment + 1 : 0))
    }

    /// - Parameter linear: sixteen columns as operands write them, which the format holds.
    @inline(__always)
    func write(_ linear: UnsafePointer<Number>, _ shape: PanelShape, to index: Int) {
        switch format {
        case .numbers: interleave(linear, shape, to: index, as: Number.self)
        case .bytes:
            interleave(linear, shape, to: index, as: Int8.self)
            bias(index, shape)
        case .nibbles: interleaveNibbles(linear, shape, to: index)
        }
    }

    private func bias(_ index: Int, _ shape: PanelShape) {
        for (number, segment) in shape.segments.enumerated() {
            let bytes = words(index, segment: number).assumingMemoryBound(to: UInt8.self)
            for place in 0..<PanelShape.columns * roundUp(segment.count, to: 4) { bytes[place] ^= 0x80 }
        }
    }

    /// Word by word of all columns, from column after column.
    @inline(__always)
    private func interleave<To: DotNumber>(
        _ linear: UnsafePointer<Number>, _ shape: PanelShape, to index: Int, as: To.Type
    ) {
        let words = shape.words(perWord: To.perWord)
        withUnsafeTemporaryAllocation(of: To.self, capacity: max(1, words * To.perWord)) { column in
            guard let packed = column.baseAddress else { return }
            let source = UnsafeRawPointer(packed)
            for lane in 0..<PanelShape.columns {
                shape.pack(linear + lane * shape.depth, perWord: To.perWord, to: packed)
                forEachWord(index, lane, shape) { word, target in
                    let bits = source.loadUnaligned(fromByteOffset: 4 * word, as: UInt32.self)
                    target.storeBytes(of: bits, as: UInt32.self)
                }
            }
        }
    }

    private func interleaveNibbles(_ linear: UnsafePointer<Number>, _ shape: PanelShape, to index: Int) {
        let words = shape.words(perWord: 8)
        withUnsafeTemporaryAllocation(of: Int8.self, capacity: max(1, words * 8)) { column in
            guard let packed = column.baseAddress else { return }
            let source = UnsafeRawPointer(packed)
            for lane in 0..<PanelShape.columns {
                shape.pack(linear + lane * shape.depth, perWord: 8, to: packed)
                forEachWord(index, lane, shape) { word, target in
                    let eight = source.loadUnaligned(fromByteOffset: 8 * word, as: SIMD8<UInt8>.self) &+ 8
                    target.storeBytes(of: eight.lowHalf | eight.highHalf &<< 4, as: SIMD4<UInt8>.self)
                }
            }
        }
    }

    /// Calls `body` with every word of a column and its place.
    @inline(__always)
    private func forEachWord(
        _ index: Int, _ lane: Int, _ shape: PanelShape, _ body: (Int, UnsafeMutableRawPointer) -> Void
    ) {
        var word = 0
        for segment in shape.segments.indices {
            var target = words(index, segment: segment) + 4 * lane
            while word < Int(ends[segment]) {
                body(word, target)
                target += 4 * PanelShape.columns
                word += 1
            }
        }
    }

    /// The weights of a panel as operands write them.
    func read(_ index: Int, _ shape: PanelShape, to linear: UnsafeMutablePointer<Number>) {
        let perWord = format.perWord(Number.self)
        for (number, segment) in shape.segments.enumerated() {
            let words = words(index, segment: number)
            for k in 0..<segment.count {
                for lane in 0..<PanelShape.columns {
                    let word = words + 4 * (PanelShape.columns * (k / perWord) + lane)
                    linear[lane * shape.depth + segment.lowerBound + k] = self.number(word, k % perWord)
                }
            }
        }
    }

    private func number(_ word: UnsafeMutableRawPointer, _ part: Int) -> Number {
        switch format {
        case .numbers:
            return word.loadUnaligned(fromByteOffset: part * MemoryLayout<Number>.size, as: Number.self)
        case .bytes:
            return Number(Int(word.load(fromByteOffset: part, as: UInt8.self)) - 128)
        case .nibbles:
            let byte = Int(word.load(fromByteOffset: part % 4, as: UInt8.self))
            return Number((part < 4 ? byte & 15 : byte >> 4) - 8)
        }
    }
}
