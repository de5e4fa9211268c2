/// Sixteen columns of decoded weights as the kernels read them: [word][column], with the columns' part of the scales beside
/// them as [segment][column]. Columns that the instruction has not are zero. Owned by who made it, and deallocated by them.
struct WeightPanel<Number: DotNumber>: @unchecked Sendable {
    enum Words {
        case numbers(UnsafeMutablePointer<Number>)
        /// Weights plus 128, without sign, as the bytes' multiplier of the processor wants them.
        case bytes(UnsafeMutablePointer<UInt8>)
    }

    let words: Words
    /// `nil` where sums are not scaled.
    let scales: UnsafeMutablePointer<Float>?

    init(words: Words, scales: UnsafeMutablePointer<Float>?) {
        self.words = words
        self.scales = scales
    }

    /// - Parameter linear: sixteen columns as operands write them.
    @inline(__always)
    init(_ linear: NumberBlock<Number>, _ shape: PanelShape, takesBytes: Bool, scales: UnsafeMutablePointer<Float>?) {
        self.scales = scales
        let fits = takesBytes && fitBytes(linear.base, count: PanelShape.columns * linear.length)
        words = fits ? .bytes(Self.biased(linear, shape)) : .numbers(Self.interleaved(linear, shape))
    }

    @inline(__always)
    private static func biased(_ linear: NumberBlock<Number>, _ shape: PanelShape) -> UnsafeMutablePointer<UInt8> {
        let signed: UnsafeMutablePointer<Int8> = interleaved(linear, shape)
        let count = 4 * PanelShape.columns * shape.words(of: Int8.self)
        let bytes = UnsafeMutableRawPointer(signed).bindMemory(to: UInt8.self, capacity: max(1, count))
        for index in 0..<count { bytes[index] ^= 0x80 }
        return bytes
    }

    /// Word by word of all columns, from column after column.
    @inline(__always)
    private static func interleaved<To: DotNumber>(
        _ linear: NumberBlock<Number>, _ shape: PanelShape
    ) -> UnsafeMutablePointer<To> {
        let words = shape.words(of: To.self)
        let columns = PanelShape.columns
        let result = UnsafeMutablePointer<To>.allocate(capacity: max(1, words * columns * To.perWord))
        let target = UnsafeMutableRawPointer(result)
        withUnsafeTemporaryAllocation(of: To.self, capacity: max(1, words * To.perWord)) { column in
            guard let packed = column.baseAddress else { return }
            let source = UnsafeRawPointer(packed)
            for index in 0..<columns {
                shape.pack(UnsafePointer(linear.row(index)), to: packed)
                for word in 0..<words {
                    let bits = source.loadUnaligned(fromByteOffset: 4 * word, as: UInt32.self)
                    target.storeBytes(of: bits, toByteOffset: 4 * (word * columns + index), as: UInt32.self)
                }
            }
        }
        return result
    }

    /// The same panel without bytes, for activations that are none.
    @inline(__always)
    func widened(_ shape: PanelShape) -> UnsafeMutablePointer<Number> {
        switch words {
        case .numbers(let numbers):
            return numbers
        case .bytes(let bytes):
            let linear = NumberBlock<Number>(rows: PanelShape.columns, length: shape.depth)
            defer { linear.deallocate() }
            var start = 0
            for (segment, end) in zip(shape.segments, shape.ends(of: Int8.self)) {
                for k in 0..<segment.count {
                    for column in 0..<PanelShape.columns {
                        let byte = bytes[4 * (PanelShape.columns * (start + k / 4) + column) + k % 4]
                        linear.row(column)[segment.lowerBound + k] = Number(Int(byte) - 128)
                    }
                }
                start = Int(end)
            }
            return Self.interleaved(linear, shape)
        }
    }

    func deallocate() {
        switch words {
        case .numbers(let numbers): numbers.deallocate()
        case .bytes(let bytes): bytes.deallocate()
        }
        scales?.deallocate()
    }
}
