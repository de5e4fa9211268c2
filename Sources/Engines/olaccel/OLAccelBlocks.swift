import Arch
import Formats

extension OLAccelArray {
    /// What `rtl/olaccel` has, held to this engine.
    static var blocks: [RTLBlock] {
        [
            multiplier, split, column(rows: 8), column(rows: 6), outlierColumn(lanes: 5, columns: 6),
            OLAccelArray(rows: 8, columns: 6, outlierLanes: 4, partialRows: 4).lockstep("even"),
            OLAccelArray(rows: 6, columns: 5, outlierLanes: 3, epilogueLanes: 2, partialRows: 3).lockstep("odd"),
            // Outliers of a shallow tree, and of one that is deeper than the array's.
            OLAccelArray(rows: 16, columns: 3, outlierLanes: 1, partialRows: 5).lockstep("shallow"),
            OLAccelArray(rows: 2, columns: 4, outlierLanes: 9, epilogueLanes: 3, partialRows: 6).lockstep("deep"),
            OLAccelArray(rows: 2, columns: 1, outlierLanes: 1, partialRows: 1).lockstep("single"),
        ]
    }

    private static func block(
        _ top: String, _ parameters: [String: Int] = [:], variant: String? = nil, inputs: [RTLPort], outputs: [RTLPort],
        latency: Int = 0, constrain: (@Sendable (inout [Int]) -> Void)? = nil, function: @escaping @Sendable ([Int]) -> [Int]
    ) -> RTLBlock {
        RTLBlock(
            "olaccel", RTLBinding(top: top, parameters: parameters), variant: variant,
            .vectors(
                VectorCheck(inputs: inputs, outputs: outputs, latency: latency, constrain: constrain, function: function)))
    }

    private static var multiplier: RTLBlock {
        block(
            "nibble_multiply",
            inputs: [.signed("activation_i", bits: 5), .signed("weight_i", bits: 5), RTLPort("upper_i", bits: 1)],
            outputs: [.signed("product_o", bits: 14)]) { vector in
                let activation = ExponentInteger(4 * vector[2], vector[0])
                return [Int(ExponentIntegerElement.product(activation, ExponentInteger(0, vector[1])))]
            }
    }

    /// What two multipliers take of the bits of a pair.
    private static func numbers(_ pair: Int, isWide: Bool) -> [ExponentInteger] {
        guard isWide else { return [pair >> 5, pair].map { ExponentInteger(0, ($0 & 31).wrapped(to: 5)) } }
        return ExponentIntegerElement.nibbles(ExponentInteger(0, pair.wrapped(to: 9)), bits: 8)
    }

    private static var split: RTLBlock {
        block(
            "nibble_split", inputs: [RTLPort("value_i", bits: 10), RTLPort("wide_i", bits: 1)],
            outputs: [.signed("first_o", bits: 5), .signed("second_o", bits: 5)],
            constrain: { vector in
                // The highest bit of a wide number is its sign once more.
                if vector[1] == 1 { vector[0] = vector[0] & 0x1FF | (vector[0] & 0x100) << 1 }
            }) { numbers($0[0], isWide: $0[1] == 1).map(\.integer) }
    }

    private static func column(rows: Int) -> RTLBlock {
        block(
            "nibble_column", ["Rows": rows], variant: "\(rows)",
            inputs: [
                .signed("activations_i", bits: 5, count: rows), .signed("weights_i", bits: 5, count: rows),
                RTLPort("wide_i", bits: 1),
            ],
            outputs: [.signed("sum_o", bits: 14 + levels(rows))], latency: 1 + levels(rows),
            // The same for all rows of an instruction.
            constrain: { $0[2 * rows] = 1 }) { vector in
                let sum = (0..<rows).reduce(0) { sum, row in
                    let activation = ExponentInteger(row % 2 == 0 ? 4 * vector[2 * rows] : 0, vector[row])
                    return sum + Int(ExponentIntegerElement.product(activation, ExponentInteger(0, vector[rows + row])))
                }
                return [sum]
            }
    }

    private static func outlierColumn(lanes: Int, columns: Int) -> RTLBlock {
        block(
            "outlier_column", ["Lanes": lanes, "Columns": columns],
            inputs: [
                RTLPort("column_i", bits: levels(columns), values: 0...columns - 1), .signed("products_i", bits: 17, count: lanes),
                RTLPort("columns_i", bits: levels(columns), count: lanes, values: 0...columns - 1),
                RTLPort("used_i", bits: 1, count: lanes),
            ],
            outputs: [.signed("sum_o", bits: 17 + levels(lanes))], latency: levels(lanes)) { vector in
                let sum = (0..<lanes).reduce(0) { sum, lane in
                    let isOwn = vector[1 + lanes + lane] == vector[0] && vector[1 + 2 * lanes + lane] == 1
                    return isOwn ? sum + vector[1 + lane] : sum
                }
                return [sum]
            }
    }
}
