import Diagnostics
import Formats

extension ONNXLowering {
    mutating func blockedProduct() throws(Diagnostic) -> Value {
        let (k, n) = (node.integer("K", default: 0), node.integer("N", default: 0))
        let (bits, block) = (node.integer("bits", default: 4), node.integer("block_size", default: 32))
        try refuse(![2, 4, 8].contains(bits), "bits other than 2, 4 and 8", field: "bits")
        try refuse(k < 1 || n < 1 || block < 1 || k > 1 << 24 || n > 1 << 24, "sizes that are not positive", field: "K")
        try refuse(node.has(4), "the order g_idx")
        let blocks = (k + block - 1) / block
        let (packed, scales) = (try constant(1, "weights"), try constant(2, "scales"))
        let rowBytes = (block * bits + 7) / 8
        try refuse(packed.count != n * blocks * rowBytes || scales.count != n * blocks, "weights of another shape")
        let perByte = 8 / bits
        let codes = ConstantTensor(.uint8, [n, k]) { () throws(Diagnostic) in
            let bytes = try packed.integers()
            return .integers(
                (0..<n * k).map { place in
                    let (row, column) = (place / k, place % k)
                    let byte = bytes[(row * blocks + column / block) * rowBytes + column % block / perByte]
                    return byte >> (column % block % perByte * bits) & (1 << bits - 1)
                })
        }
        let zeros = try blockZeros(n, blocks, bits)
        let weight = QuantisedConstant(
            codec: .unsigned(bits: bits), codes: codes, scales: scales.reshaped([n, blocks]), zeros: zeros,
            sharing: .group(block))
        return try linear(try value(0), Value([Size(n), Size(k)], .quantised(weight)), optional(5))
    }

    private func blockZeros(_ n: Int, _ blocks: Int, _ bits: Int) throws(Diagnostic) -> ConstantTensor {
        guard node.has(3) else {
            let middle = 1 << (bits - 1)
            return ConstantTensor([n, blocks], [Int](repeating: middle, count: n * blocks))
        }
        let packed = try constant(3, "zero points")
        try refuse(packed.type != .uint8, "zero points of \(packed.type.name)")
        let rowBytes = (blocks * bits + 7) / 8
        try refuse(packed.count != n * rowBytes, "zero points of another shape")
        return ConstantTensor(.uint8, [n, blocks]) { () throws(Diagnostic) in
            let bytes = try packed.integers()
            return .integers(
                (0..<n * blocks).map { place in
                    let (row, index) = (place / blocks, place % blocks)
                    return bytes[row * rowBytes + index * bits / 8] >> (index * bits % 8) & (1 << bits - 1)
                })
        }
    }
}
