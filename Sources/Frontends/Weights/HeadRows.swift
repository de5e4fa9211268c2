import Diagnostics
import Formats

/// Rows of a module in which every group of heads has some rows of several parts: the rows of one part, group by group.
struct HeadRows: RowSource {
    let whole: any RowSource
    let rows: Int
    /// Rows of a group in this part.
    let width: Int
    /// Rows from one group to the next.
    let stride: Int
    /// Rows in front of this part in a group.
    let offset: Int

    var name: String { whole.name }
    var storedType: String { whole.storedType }
    var columns: Int { whole.columns }
    var exactFormat: NumberFormat? { whole.exactFormat }

    private func place(_ row: Int) -> Int { row / width * stride + offset + row % width }

    func decode(row: Int, into values: UnsafeMutableBufferPointer<Float>) { whole.decode(row: place(row), into: values) }

    func exactRow(_ row: Int) throws(Diagnostic) -> CodedRow { try whole.exactRow(place(row)) }
}
