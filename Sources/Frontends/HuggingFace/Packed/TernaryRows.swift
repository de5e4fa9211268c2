import Diagnostics
import Formats

/// Weights of BitNet b1.58 as transformers packs them: byte r of a column holds rows r, r + R, r + 2R, r + 3R in bits 0, 2, 4, 6, codes 0, 1, 2 for
/// -1, 0, +1, and all share one scale. (huggingface/transformers, `integrations/bitnet.py`.)
struct TernaryRows: RowSource {
    let tensor: Checkpoint.Tensor
    let rows: Int
    let columns: Int
    /// Magnitude of the numbers that are not 0.
    let scale: Float

    var name: String { tensor.name }
    var storedType: String { "ternary" }
    var exactFormat: NumberFormat? { NumberFormat(codec: .ternary, sharing: .tensor) }

    private func codes(_ row: Int, _ body: (Int, UInt8) -> Void) {
        let (place, shift) = (row % (rows / 4), 2 * (row / (rows / 4)))
        tensor.data.withUnsafeBytes { (bytes: UnsafeRawBufferPointer) in
            for index in 0..<columns { body(index, bytes[place * columns + index] >> UInt8(shift) & 3) }
        }
    }

    /// Code 3 stands for nothing, and becomes no number.
    func decode(row: Int, into values: UnsafeMutableBufferPointer<Float>) {
        codes(row) { index, code in values[index] = code == 3 ? .nan : Float(Int(code) - 1) * scale }
    }

    func exactRow(_ row: Int) throws(Diagnostic) -> CodedRow {
        var coded = CodedRow(scales: [scale])
        coded.codes.reserveCapacity(columns)
        codes(row) { _, code in coded.codes.append(UInt32(code)) }
        if let column = coded.codes.firstIndex(of: 3) {
            throw Diagnostic(node: name, field: "row \(row), column \(column)", "code 3 is no ternary number")
        }
        return coded
    }
}
