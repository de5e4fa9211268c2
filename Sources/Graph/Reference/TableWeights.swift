/// The weights of `tableLinear`: for every column, table and bit plane the index into that table.
struct TableWeights: Sendable {
    /// Index of (column, table, plane); bit i is the plane's bit of the weight at k = length * table + i.
    var indices: [UInt8]
    var bits: Int
    /// Activations of one table.
    var length: Int
    /// Tables of one row.
    var tables: Int
    var depth: Int
    /// z', the zero point after reinterpretation.
    var zero: SharedParameter<Int>
    var scale: SharedParameter<Float>?
    /// q' - z' is twice the value, so sums are halved.
    var isAffine: Bool

    /// - Parameter codes: u of every weight, [columns, depth].
    init(
        codes: [UInt32], bits: Int, columns: Int, depth: Int, length: Int, zero: SharedParameter<Int>,
        scale: SharedParameter<Float>?, isAffine: Bool
    ) {
        self.bits = bits
        self.depth = depth
        self.length = length
        self.zero = zero
        self.scale = scale
        self.isAffine = isAffine
        tables = (depth + length - 1) / length
        indices = []
        indices.reserveCapacity(columns * tables * bits)
        for column in 0..<columns {
            for first in stride(from: 0, to: depth, by: length) {
                for plane in 0..<bits {
                    var index: UInt8 = 0
                    for k in first..<min(first + length, depth) {
                        index |= UInt8(codes[column * depth + k] >> UInt32(plane) & 1) << UInt8(k - first)
                    }
                    indices.append(index)
                }
            }
        }
    }
}
