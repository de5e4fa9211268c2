import Diagnostics
import Formats

/// Rows of a module in which every head has some rows of several parts: the rows of one part, head by head.
struct HeadRows: RowSource {
    let whole: any RowSource
    let rows: Int
    /// Rows of a head in this part.
    let width: Int
    /// Rows from one head to the next.
    let stride: Int
    /// Rows in front of this part in a head.
    let offset: Int

    var name: String { whole.name }
    var storedType: String { whole.storedType }
    var columns: Int { whole.columns }
    var exactFormat: NumberFormat? { whole.exactFormat }

    private func place(_ row: Int) -> Int { row / width * stride + offset + row % width }

    func decode(row: Int, into values: UnsafeMutableBufferPointer<Float>) { whole.decode(row: place(row), into: values) }

    func exactRow(_ row: Int) throws(Diagnostic) -> CodedRow { try whole.exactRow(place(row)) }
}
