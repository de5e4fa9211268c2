/// The weights of `tableLinear`: for every column, quad and bit plane the index into the quad's table.
struct TableWeights: Sendable {
    /// Index of (column, quad, plane); bit i is the plane's bit of the weight at k = 4 quad + i.
    var indices: [UInt8]
    var bits: Int
    var quads: Int
    var depth: Int
    /// z', the zero point after reinterpretation.
    var zero: SharedParameter<Int>
    var scale: SharedParameter<Float>?
    /// q' - z' is twice the value, so sums are halved.
    var isAffine: Bool

    /// - Parameter codes: u of every weight, [columns, depth].
    init(
        codes: [UInt32], bits: Int, columns: Int, depth: Int, zero: SharedParameter<Int>,
        scale: SharedParameter<Float>?, isAffine: Bool
    ) {
        self.bits = bits
        self.depth = depth
        self.zero = zero
        self.scale = scale
        self.isAffine = isAffine
        quads = (depth + 3) / 4
        indices = []
        indices.reserveCapacity(columns * quads * bits)
        for column in 0..<columns {
            for first in stride(from: 0, to: depth, by: 4) {
                for plane in 0..<bits {
                    var index: UInt8 = 0
                    for k in first..<min(first + 4, depth) {
                        index |= UInt8(codes[column * depth + k] >> UInt32(plane) & 1) << UInt8(k - first)
                    }
                    indices.append(index)
                }
            }
        }
    }
}
