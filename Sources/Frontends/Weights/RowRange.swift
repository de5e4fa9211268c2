import Diagnostics

/// Some neighbouring rows of a matrix, as a matrix.
struct RowRange: RowSource {
    let whole: any RowSource
    let range: Range<Int>

    var name: String { whole.name }
    var storedType: String { whole.storedType }
    var rows: Int { range.count }
    var columns: Int { whole.columns }
    var exactFormat: NumberFormat? { whole.exactFormat }

    func decode(row: Int, into values: UnsafeMutableBufferPointer<Float>) {
        whole.decode(row: range.lowerBound + row, into: values)
    }

    func exactRow(_ row: Int) throws(Diagnostic) -> CodedRow { try whole.exactRow(range.lowerBound + row) }
}
