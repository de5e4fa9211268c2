/// The activations of an instruction as the kernels read them: words of numbers, and of bytes where all of them are such.
/// Lies in memory of the caller's.
struct ActivationRows<Number: DotNumber>: @unchecked Sendable {
    /// Rows packed for panels of a format.
    struct Packed: @unchecked Sendable {
        let base: UnsafeRawPointer
        /// Bytes from row to row.
        let pitch: Int
        /// [row][segment]: the sum of a segment times the bias of the weights; `nil` where they have none.
        let corrections: UnsafeMutablePointer<Int32>?
    }

    private let rows: Int
    /// [row][number], as operands write them; zero at first.
    let linear: UnsafeMutablePointer<Number>
    /// [row][segment].
    let scales: UnsafeMutablePointer<Float>
    private let packedBytes: UnsafeMutablePointer<Int8>
    private let packedNumbers: UnsafeMutablePointer<Number>
    private let corrections: UnsafeMutablePointer<Int32>

    /// Bytes of memory for such rows.
    static func bytes(_ rows: Int, _ shape: PanelShape) -> Int {
        let numbers = shape.depth + Number.perWord * shape.words(perWord: Number.perWord)
        return rows * (8 * shape.segments.count + 8 * shape.words(perWord: 8) + MemoryLayout<Number>.stride * numbers)
    }

    /// - Parameter memory: as many bytes as `bytes` says, on a word.
    init(_ rows: Int, _ shape: PanelShape, memory: UnsafeMutableRawPointer) {
        self.rows = rows
        let parameters = rows * shape.segments.count
        scales = memory.bindMemory(to: Float.self, capacity: parameters)
        corrections = (memory + 4 * parameters).bindMemory(to: Int32.self, capacity: parameters)
        let bytes = 8 * rows * shape.words(perWord: 8)
        packedBytes = (memory + 8 * parameters).bindMemory(to: Int8.self, capacity: bytes)
        let numbers = rows * Number.perWord * shape.words(perWord: Number.perWord)
        packedNumbers = (memory + 8 * parameters + bytes).bindMemory(to: Number.self, capacity: numbers)
        linear = packedNumbers + numbers
        linear.initialize(repeating: 0, count: rows * shape.depth)
    }

    /// Whether panels of biased weights can be multiplied with them.
    @inline(__always)
    func fitBytes(_ shape: PanelShape) -> Bool {
        PanelFormat(of: UnsafePointer(linear), count: rows * shape.depth) != .numbers
    }

    @inline(__always)
    func packed(for format: PanelFormat, _ shape: PanelShape) -> Packed {
        guard format != .numbers else { return packNumbers(shape) }
        let perWord = format.perWord(Number.self)
        let length = perWord * shape.words(perWord: perWord)
        let bytes = packedBytes
        for row in 0..<rows {
            shape.pack(UnsafePointer(linear + row * shape.depth), perWord: perWord, to: bytes + row * length)
            correct(bytes + row * length, perWord: perWord, format.bias, shape, to: corrections + row * shape.segments.count)
        }
        return Packed(base: UnsafeRawPointer(bytes), pitch: length, corrections: corrections)
    }

    private func packNumbers(_ shape: PanelShape) -> Packed {
        let length = Number.perWord * shape.words(perWord: Number.perWord)
        let pitch = MemoryLayout<Number>.stride * length
        guard length != shape.depth else { return Packed(base: UnsafeRawPointer(linear), pitch: pitch, corrections: nil) }
        for row in 0..<rows {
            shape.pack(UnsafePointer(linear + row * shape.depth), perWord: Number.perWord, to: packedNumbers + row * length)
        }
        return Packed(base: UnsafeRawPointer(packedNumbers), pitch: pitch, corrections: nil)
    }

    @inline(__always)
    private func correct(
        _ bytes: UnsafePointer<Int8>, perWord: Int, _ bias: Int32, _ shape: PanelShape, to corrections: UnsafeMutablePointer<Int32>
    ) {
        if let length = shape.segmentLength, length.isMultiple(of: perWord) {
            var next = bytes
            for index in 0..<shape.depth / length {
                var sum: Int32 = 0
                for k in 0..<length { sum &+= Int32(next[k]) }
                corrections[index] = sum &* bias
                next += length
            }
            return
        }
        var start = 0
        for (index, segment) in shape.segments.enumerated() {
            var sum: Int32 = 0
            for k in start..<start + segment.count { sum &+= Int32(bytes[k]) }
            corrections[index] = sum &* bias
            start += roundUp(segment.count, to: perWord)
        }
    }
}
