import Arch

extension MACArray {
    /// What `rtl/mac` has, held to this engine.
    static var blocks: [RTLBlock] {
        [
            RTLBlock(
                "mac", RTLBinding(top: "int_multiply", parameters: [:]),
                .vectors(
                    VectorCheck(
                        inputs: [.signed("activation_i", bits: 9), .signed("weight_i", bits: 9)],
                        outputs: [.signed("product_o", bits: 18)]) { [$0[0] * $0[1]] })),
            column(rows: 8), column(rows: 5),
            MACArray(rows: 8, columns: 6, partialRows: 4, selectorInputs: 1).lockstep("dense"),
            MACArray(rows: 8, columns: 8, epilogueLanes: 3, partialRows: 4, selectorInputs: 32).lockstep("selectors"),
            MACArray(rows: 5, columns: 7, epilogueLanes: 2, partialRows: 3, selectorInputs: 8).lockstep("odd"),
            MACArray(rows: 1, columns: 1, partialRows: 1, selectorInputs: 4).lockstep("single"),
        ]
    }

    private static func column(rows: Int) -> RTLBlock {
        RTLBlock(
            "mac", RTLBinding(top: "mac_column", parameters: ["Rows": rows]), variant: "\(rows)",
            .vectors(
                VectorCheck(
                    inputs: [
                        .signed("activations_i", bits: 9, count: rows), .signed("weights_i", bits: 9, count: rows),
                    ],
                    outputs: [.signed("sum_o", bits: 32)], latency: 1 + levels(rows)) { vector in
                        [(0..<rows).reduce(0) { $0 + vector[$1] * vector[rows + $1] }]
                    }))
    }
}
