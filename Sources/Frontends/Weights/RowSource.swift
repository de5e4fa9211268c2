import Diagnostics

/// A matrix of a model's file, decoded row by row, so that no tensor is in memory as a whole.
protocol RowSource: Sendable {
    /// What the file calls it, for messages.
    var name: String { get }
    /// How the file stores it, for reports (`Q4_1`).
    var storedType: String { get }
    var rows: Int { get }
    var columns: Int { get }

    func decode(row: Int, into values: UnsafeMutableBufferPointer<Float>)

    /// The format of graphs that holds what the file has, with all its bits; `nil` when there is none.
    var exactFormat: NumberFormat? { get }

    /// A row in `exactFormat`.
    func exactRow(_ row: Int) throws(Diagnostic) -> CodedRow
}

/// Codes of a row, and the scales (and zero points) of its groups.
struct CodedRow: Sendable {
    var codes: [UInt32] = []
    var scales: [Float] = []
    var zeros: [UInt32] = []
}
