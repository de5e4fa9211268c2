import Arch
import Formats

extension GoboArray {
    /// What `rtl/gobo` has, held to this engine.
    static var blocks: [RTLBlock] {
        [
            multiplier,
            GoboArray(rows: 4, columns: 6, multipliers: 2).lockstep("even"),
            GoboArray(rows: 3, columns: 5, indexBits: 2, multipliers: 3).lockstep("odd"),
            GoboArray(rows: 2, columns: 3, indexBits: 4, multipliers: 4).lockstep("wide"),
            GoboArray(rows: 1, columns: 1, indexBits: 2).lockstep("single"),
        ]
    }

    private static var multiplier: RTLBlock {
        RTLBlock(
            "gobo", RTLBinding(top: "half_multiply", parameters: [:]),
            .vectors(
                VectorCheck(
                    inputs: [RTLPort("half_i", bits: 16), RTLPort("single_i", bits: 32)],
                    outputs: [RTLPort("product_o", bits: 32)], corners: corners,
                    // Products about the least numbers.
                    draw: { random in
                        [Int(random.below(1 << 16)), Int(random.below(2)) << 31 | Int(random.below(40 << 23))]
                    },
                    function: { vector in
                        [CommonBlocks.bits(product(Binary16.widened(UInt16(vector[0])), CommonBlocks.float(vector[1])))]
                    })))
    }

    /// Zeros, the least and greatest numbers of each kind, infinities, NaN.
    private static var corners: [[Int]] {
        let halves = [0, 1, 0x3FF, 0x400, 0x3C00, 0x7BFF, 0x7C00, 0x7C01, 0x7E00]
        return (halves + halves.map { $0 | 0x8000 }).flatMap { half in
            FloatCorners.pairs.map { [half, $0[1]] }.prefix(34)
        }
    }
}
