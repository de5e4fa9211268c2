/// The scratchpads of one core while a program executes, as raw bytes. The owner keeps them alive and checks every range
/// of an instruction before an engine sees it; units never run concurrently on overlapping bytes.
public struct CoreMemory: @unchecked Sendable {
    public var activations: UnsafeMutableRawBufferPointer
    public var weights: UnsafeMutableRawBufferPointer
    public var tables: UnsafeMutableRawBufferPointer
    public var accumulators: UnsafeMutableRawBufferPointer
    /// Most threads that an instruction on it is spread over. They never change a result.
    public var threads: Int

    public init(
        activations: UnsafeMutableRawBufferPointer, weights: UnsafeMutableRawBufferPointer,
        tables: UnsafeMutableRawBufferPointer, accumulators: UnsafeMutableRawBufferPointer, threads: Int = 1
    ) {
        self.activations = activations
        self.weights = weights
        self.tables = tables
        self.accumulators = accumulators
        self.threads = threads
    }

    @inlinable
    public subscript(space: Space) -> UnsafeMutableRawBufferPointer {
        switch space {
        case .activations: activations
        case .weights: weights
        case .tables: tables
        case .accumulators: accumulators
        }
    }
}
