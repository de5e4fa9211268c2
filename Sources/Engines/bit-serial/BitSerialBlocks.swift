import Arch

extension BitSerialArray {
    /// What `rtl/bit-serial` has, held to this engine.
    static var blocks: [RTLBlock] {
        [
            counter(lanes: 32), counter(lanes: 9), counter(lanes: 1), placeShift,
            BitSerialArray(rows: 2, columns: 4, lanes: 32, epilogueLanes: 4).lockstep("rows"),
            BitSerialArray(rows: 3, columns: 4, lanes: 16, epilogueLanes: 2).lockstep("chunks"),
            BitSerialArray(rows: 3, columns: 5, lanes: 9, epilogueLanes: 3).lockstep("odd"),
            BitSerialArray(rows: 1, columns: 1, lanes: 1, epilogueLanes: 1).lockstep("single"),
        ]
    }

    private static func counter(lanes: Int) -> RTLBlock {
        RTLBlock(
            "bit-serial", RTLBinding(top: "ones_counter", parameters: ["Lanes": lanes]), variant: "\(lanes)",
            .vectors(
                VectorCheck(
                    inputs: [RTLPort("row_i", bits: 1, count: lanes), RTLPort("column_i", bits: 1, count: lanes)],
                    outputs: [RTLPort("count_o", bits: levels(lanes + 1))], latency: max(1, levels(lanes))) { vector in
                        let row = BitPlanes(Array(vector[..<lanes]), bits: 1, isSigned: false)
                        let column = BitPlanes(Array(vector[lanes...]), bits: 1, isSigned: false)
                        return [row.ones(0, and: column, 0)]
                    }))
    }

    private static var placeShift: RTLBlock {
        RTLBlock(
            "bit-serial", RTLBinding(top: "place_shift", parameters: ["CountBits": 8]),
            .vectors(
                VectorCheck(
                    inputs: [
                        RTLPort("count_i", bits: 8), RTLPort("places_i", bits: 4, values: 0...14),
                        RTLPort("negate_i", bits: 1),
                    ],
                    outputs: [.signed("value_o", bits: 23)]) {
                        [BitPlanes.worth($0[0], places: $0[1], isNegative: $0[2] == 1)]
                    }))
    }
}
