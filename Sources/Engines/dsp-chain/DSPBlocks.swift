import Arch
import Formats

extension DSPChain {
    /// What `rtl/dsp-chain` has, held to this engine.
    static var blocks: [RTLBlock] {
        DSP48E2.blocks + [
            vectors(
                "lane_correct", inputs: [.signed("p_i", bits: 48)],
                outputs: [.signed("upper_o", bits: 30), .signed("lower_o", bits: 18)]) {
                let lanes = ActivationPair.lanes($0[0])
                return [lanes.upper, lanes.lower]
            },
            overflowAdjust(lspBits: 9), overflowAdjust(lspBits: 4), dequantise, quadDequantise, sparseMux, reductionNode, pair, quad,
            DSPChain(rows: 2, columns: 1, selectorInputs: 1).rowBlock("dense", section: 6),
            DSPChain(rows: 2, chainLength: 8, columns: 2, selectorInputs: 8).rowBlock("parts", NOfM(n: 2, m: 4), section: 2),
            DSPChain(rows: 2, chainLength: 6, columns: 1, adjusts: false, selectorInputs: 4, splits: false)
                .rowBlock("whole", NOfM(n: 1, m: 4), section: 6),
            DSPChain(rows: 2, chainLength: 6, columns: 2, selectorInputs: 1, packing: .quad)
                .rowBlock("quads", section: 6, quads: true),
            DSPChain(rows: 2, chainLength: 2, columns: 3, adjusts: false, selectorInputs: 1, packing: .quad)
                .rowBlock("odd-quads", section: 2, quads: true),
            matrix(rows: 2, chainLength: 16, columns: 1, epilogueLanes: 3, selectorInputs: 4).lockstep("sections"),
            matrix(rows: 4, chainLength: 6, columns: 1, epilogueLanes: 5, adjustDepth: 4, lspBits: 7, selectorInputs: 16)
                .lockstep("odd"),
            matrix(rows: 2, chainLength: 2, columns: 1, epilogueLanes: 1, selectorInputs: 1).lockstep("single"),
            matrix(
                rows: 2, chainLength: 4, columns: 3, epilogueLanes: 4, adjusts: false, selectorInputs: 4, splits: false
            ).lockstep("whole"),
            DSPChain(
                rows: 4, chainLength: 8, columns: 2, vectorColumns: 4, epilogueLanes: 3, selectorInputs: 4, packing: .quad
            ).lockstep("quads"),
            DSPChain(
                rows: 4, chainLength: 2, columns: 3, vectorColumns: 3, epilogueLanes: 5, selectorInputs: 1, packing: .quad
            ).lockstep("odd-quads"),
            DSPChain(
                rows: 2, chainLength: 4, columns: 1, vectorColumns: 1, epilogueLanes: 2, adjusts: false, selectorInputs: 1,
                splits: false, packing: .quad
            ).lockstep("uncounted"),
            DSPChain(rows: 6, chainLength: 8, columns: 1, vectorColumns: 3, epilogueLanes: 4, selectorInputs: 8)
                .lockstep("vector"),
            DSPChain(
                rows: 6, chainLength: 4, columns: 2, vectorColumns: 5, epilogueLanes: 7, adjusts: false, selectorInputs: 4,
                splits: false
            ).lockstep("vector-whole"),
            DSPChain(rows: 4, columns: 1, vectorColumns: 2, epilogueLanes: 9, adjustDepth: 4).lockstep("blocks"),
            DSPChain(rows: 2, columns: 3, vectorColumns: 3, epilogueLanes: 16, adjusts: false).lockstep("chains-of-blocks"),
        ]
    }

    /// Without more columns for a pair of rows, the arrangement for matrices is never the slower one.
    private static func matrix(
        rows: Int, chainLength: Int, columns: Int, epilogueLanes: Int, adjusts: Bool = true, adjustDepth: Int = 8,
        lspBits: Int = 9, selectorInputs: Int, splits: Bool = true
    ) -> DSPChain {
        DSPChain(
            rows: rows, chainLength: chainLength, columns: columns, vectorColumns: columns, epilogueLanes: epilogueLanes,
            adjusts: adjusts, adjustDepth: adjustDepth, lspBits: lspBits, selectorInputs: selectorInputs, splits: splits)
    }

    private static func vectors(
        _ top: String, _ parameters: [String: Int] = [:], variant: String? = nil, inputs: [RTLPort],
        outputs: [RTLPort], latency: Int = 0, constrain: (@Sendable (inout [Int]) -> Void)? = nil,
        function: @escaping @Sendable ([Int]) -> [Int]
    ) -> RTLBlock {
        RTLBlock(
            "dsp-chain", RTLBinding(top: top, parameters: parameters), variant: variant,
            .vectors(
                VectorCheck(inputs: inputs, outputs: outputs, latency: latency, constrain: constrain, function: function)))
    }

    private static func overflowAdjust(lspBits: Int) -> RTLBlock {
        vectors(
            "overflow_adjust", ["LSPBits": lspBits], variant: "\(lspBits)", inputs: [.signed("p_i", bits: 48)],
            outputs: [.signed("msp_o", bits: 18 - lspBits), .signed("continued_o", bits: 48)]) {
                let split = OverflowAdjust(lspBits: lspBits).split($0[0])
                return [split.msp, split.continued]
            }
    }

    private static var dequantise: RTLBlock {
        vectors(
            "weight_dequantise",
            inputs: [
                RTLPort("code_i", bits: 8), RTLPort("bits_i", bits: 4, values: 1...8), RTLPort("is_bipolar_i", bits: 1),
                RTLPort("is_signed_i", bits: 1), .signed("zero_i", bits: 9),
            ], outputs: [.signed("value_o", bits: 9)], constrain: { $0[0] &= 1 << max(1, min(8, $0[1] & 15)) - 1 }) {
                let codes: Multiply.Codes = $0[2] == 1 ? .bipolar : $0[3] == 1 ? .twosComplement : .offset
                return [codes.value(code: $0[0], bits: $0[1], zero: $0[4])]
            }
    }

    private static var quadDequantise: RTLBlock {
        let quad = WeightQuad.offsets.count
        return vectors(
            "quad_dequantise",
            inputs: [
                RTLPort("codes_i", bits: 4, count: quad), RTLPort("bits_i", bits: 4, values: 1...4),
                RTLPort("is_bipolar_i", bits: 1), RTLPort("zero_i", bits: 4),
            ], outputs: [RTLPort("values_o", bits: 4, count: quad)],
            constrain: {
                for lane in 0..<quad { $0[lane] &= 1 << max(1, min(4, $0[quad] & 7)) - 1 }
            }) { vector in
                let codes: Multiply.Codes = vector[quad + 1] == 1 ? .bipolar : .offset
                return (0..<quad).map { codes.value(code: vector[$0], bits: vector[quad], zero: vector[quad + 2]) }
            }
    }

    private static var sparseMux: RTLBlock {
        vectors(
            "sparse_mux", ["Inputs": 16], inputs: [RTLPort("pairs_i", bits: 18, count: 16), RTLPort("position_i", bits: 4)],
            outputs: [RTLPort("pair_o", bits: 18)], latency: 1) { [$0[$0[16]]] }
    }

    private static var reductionNode: RTLBlock {
        vectors(
            "reduction_node", inputs: [.signed("p_i", bits: 48), .signed("msp_i", bits: 12)],
            outputs: [.signed("upper_o", bits: 32), .signed("lower_o", bits: 32)], latency: 1) {
                let lanes = ActivationPair.lanes($0[0])
                return [lanes.upper, lanes.lower + $0[1] << 9]
            }
    }

    private static var pair: RTLBlock {
        vectors(
            "int8_pair",
            inputs: [.signed("upper_i", bits: 9), .signed("lower_i", bits: 9), .signed("weight_i", bits: 9)],
            outputs: [.signed("upper_o", bits: 32), .signed("lower_o", bits: 32)], latency: 5) {
                let product = ActivationPair.packed(upper: $0[0], lower: $0[1]) * $0[2]
                let lanes = ActivationPair.lanes(product.wrapped(to: DSP48E2.Width.p))
                return [lanes.upper, lanes.lower]
            }
    }

    private static var quad: RTLBlock {
        RTLBlock(
            "dsp-chain", RTLBinding(top: "int4_quad", parameters: [:]),
            .vectors(
                VectorCheck(
                    inputs: [
                        // The first vector begins new sums, and then half of the uniform ones and one in 16 of the others.
                        RTLPort("clear_i", bits: 1), .signed("weights_i", bits: 4, count: 4),
                        RTLPort("activation_i", bits: 5, values: -8...15),
                    ],
                    outputs: [.signed("sums_o", bits: 26, count: 4)], latency: 5, corners: [[1, 0, 0, 0, 0, 0]],
                    draw: { random in
                        [random.below(16) == 0 ? 1 : 0] + (0..<4).map { _ in Int.random(in: -8...7, using: &random) }
                            + [Int.random(in: -8...15, using: &random)]
                    }, model: { QuadModel() })))
    }
}

private struct QuadModel: VectorModel {
    var accumulator: QuadAccumulator?

    mutating func step(_ vector: [Int]) -> [Int] {
        var sums = vector[0] == 1 ? QuadAccumulator() : accumulator ?? QuadAccumulator()
        sums.add(weights: Array(vector[1...4]), activation: vector[5])
        accumulator = sums
        return sums.sums
    }
}
