/// The activations of an instruction as the kernels read them: words of numbers, and of bytes where all of them are such.
/// Owned by who made it, and deallocated by them.
struct ActivationRows<Number: DotNumber>: @unchecked Sendable {
    let numbers: NumberBlock<Number>
    /// `nil` where a number needs more.
    let bytes: NumberBlock<Int8>?
    /// [row][segment]: 128 times the sum of the bytes of a segment, which weights plus 128 make too much.
    let corrections: [Int32]
    /// [row][segment]; empty where sums are not scaled.
    let scales: [Float]

    /// - Parameter linear: rows as operands write them; they are this value's from now on.
    @inline(__always)
    init(_ linear: NumberBlock<Number>, rows: Int, _ shape: PanelShape, takesBytes: Bool, scales: [Float]) {
        self.scales = scales
        let packed = takesBytes && fitBytes(linear.base, count: rows * linear.length)
            ? Self.packed(linear, rows: rows, shape, as: Int8.self) : nil
        bytes = packed
        corrections = packed.map { Self.corrections($0, rows: rows, shape) } ?? []
        if shape.isPacked(Number.self) {
            numbers = linear
        } else {
            numbers = Self.packed(linear, rows: rows, shape, as: Number.self)
            linear.deallocate()
        }
    }

    @inline(__always)
    private static func packed<To: DotNumber>(
        _ linear: NumberBlock<Number>, rows: Int, _ shape: PanelShape, as: To.Type
    ) -> NumberBlock<To> {
        let block = NumberBlock<To>(rows: rows, length: To.perWord * shape.words(of: To.self))
        for row in 0..<rows { shape.pack(UnsafePointer(linear.row(row)), to: block.row(row)) }
        return block
    }

    @inline(__always)
    private static func corrections(_ bytes: NumberBlock<Int8>, rows: Int, _ shape: PanelShape) -> [Int32] {
        let ends = shape.ends(of: Int8.self)
        var result: [Int32] = []
        result.reserveCapacity(rows * ends.count)
        for row in 0..<rows {
            let numbers = bytes.row(row)
            var start = 0
            for end in ends {
                var sum: Int32 = 0
                for index in start..<4 * Int(end) { sum &+= Int32(numbers[index]) }
                result.append(sum &* 128)
                start = 4 * Int(end)
            }
        }
        return result
    }

    func deallocate() {
        numbers.deallocate()
        bytes?.deallocate()
    }
}
