import Formats
import Diagnostics
import Graph

/// Weights of a GPTQ or AWQ checkpoint: unsigned codes in 32-bit words, and a scale and a zero point for every group of inputs of an
/// output. W[o][i] = scale[g][o] * (code[i][o] - zero[g][o]), with g the group of input i.
struct PackedGroups: RowSource {
    let packing: WordPacking
    let bits: Int
    let qweight: Checkpoint.Tensor
    let qzeros: Checkpoint.Tensor
    let scales: Checkpoint.Tensor
    let rows: Int
    let columns: Int
    /// Group of every input.
    let groups: [Int32]
    /// Inputs of a group, when each group is a run of neighbours; `nil` for those that lie scattered.
    let groupSize: Int?
    /// Scales can be written as f16 without loss.
    let hasHalfScales: Bool

    var name: String { qweight.name }
    var storedType: String { "\(packing.name) \(bits) bit\(groupSize == nil ? ", act-order" : "")" }

    var groupCount: Int { scales.shape[0] }

    /// Scales and zero points of an output, by group.
    private func parameters(_ row: Int) -> (scales: [Float], zeros: [Int]) {
        let mask = 1 << bits - 1
        let found = scales.data.withUnsafeBytes { bytes in
            (0..<groupCount).map { scales.type.number(bytes, $0 * rows + row) }
        }
        let zeros = qzeros.data.withUnsafeBytes { bytes in
            (0..<groupCount).map { group in
                // Published files store the zero point less one; 2^b - 1 stands for 0.
                (packing.zero(bytes, group, row, width: qzeros.shape[1], bits: bits) + packing.zeroOffset) & mask
            }
        }
        return (found, zeros)
    }

    private func codes(_ row: Int, _ body: (Int, Int) -> Void) {
        qweight.data.withUnsafeBytes { (bytes: UnsafeRawBufferPointer) in
            for input in 0..<columns {
                body(input, packing.code(bytes, input, row, width: qweight.shape[1], bits: bits))
            }
        }
    }

    func decode(row: Int, into values: UnsafeMutableBufferPointer<Float>) {
        let (scales, zeros) = parameters(row)
        codes(row) { input, code in
            let group = Int(groups[input])
            values[input] = scales[group] * Float(code - zeros[group])
        }
    }

    var exactFormat: NumberFormat? {
        guard let groupSize, hasHalfScales else { return nil }
        return NumberFormat(codec: .unsigned(bits: bits), sharing: .group(groupSize), hasZeros: true)
    }

    /// Scales of graphs are positive: under a negative one, codes count the other way.
    func exactRow(_ row: Int) throws(Diagnostic) -> CodedRow {
        let (scales, zeros) = parameters(row)
        let greatest = 1 << bits - 1
        var coded = CodedRow()
        coded.scales = scales.map { $0 == 0 ? 1 : $0.magnitude }
        coded.zeros = zip(scales, zeros).map { UInt32($0 < 0 ? greatest - $1 : $1) }
        coded.codes.reserveCapacity(columns)
        codes(row) { input, code in
            let group = Int(groups[input])
            let kept = scales[group] == 0 ? zeros[group] : scales[group] < 0 ? greatest - code : code
            coded.codes.append(UInt32(kept))
        }
        return coded
    }
}
