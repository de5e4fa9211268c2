import Diagnostics

/// Rows of a tensor of a GGUF file.
struct GGUFRows: RowSource {
    let file: GGUFFile
    let tensor: GGUFFile.Tensor
    /// Of the tensor: fused projections lie one under another.
    let range: Range<Int>

    init(file: GGUFFile, tensor: GGUFFile.Tensor, range: Range<Int>? = nil) {
        self.file = file
        self.tensor = tensor
        self.range = range ?? 0..<tensor.rows
    }

    var name: String { tensor.name }
    var storedType: String { tensor.type.name }
    var rows: Int { range.count }
    var columns: Int { tensor.columns }

    func decode(row: Int, into values: UnsafeMutableBufferPointer<Float>) {
        file.bytes(of: tensor, row: range.lowerBound + row).withUnsafeBytes { tensor.type.decode($0, into: values) }
    }

    var exactFormat: NumberFormat? { tensor.type.exactFormat }

    func exactRow(_ row: Int) throws(Diagnostic) -> CodedRow {
        let type = tensor.type
        var coded = CodedRow()
        coded.codes.reserveCapacity(columns)
        let problem: Diagnostic? = file.bytes(of: tensor, row: range.lowerBound + row).withUnsafeBytes { bytes in
            guard let start = bytes.baseAddress?.assumingMemoryBound(to: UInt8.self) else { return nil }
            for index in 0..<columns / type.block.elements {
                let block = QuantisedBlock(bytes: start + index * type.block.bytes)
                do throws(Diagnostic) { try type.appendExact(block, to: &coded) } catch {
                    return Diagnostic(node: name, field: "row \(range.lowerBound + row), block \(index)", error.message)
                }
            }
            return nil
        }
        if let problem { throw problem }
        return coded
    }
}
