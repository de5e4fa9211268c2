import Arch
import Formats

/// Exponent-integer elements of `rtl/common`, which `olive` and `ant` are made of.
enum ElementBlocks {
    static var all: [RTLBlock] {
        [
            element, elementBlock("narrow", rows: 1, columns: 1), elementBlock("rows", rows: 2, columns: 1),
            elementBlock("columns", rows: 1, columns: 2), elementBlock("wide", rows: 2, columns: 2),
        ]
    }

    private static func block(
        _ top: String, variant: String? = nil, inputs: [RTLPort], outputs: [RTLPort], latency: Int,
        constrain: (@Sendable (inout [Int]) -> Void)? = nil, function: @escaping @Sendable ([Int]) -> [Int]
    ) -> RTLBlock {
        RTLBlock(
            "common", RTLBinding(top: top, parameters: [:]), variant: variant,
            .vectors(
                VectorCheck(inputs: inputs, outputs: outputs, latency: latency, constrain: constrain, function: function)))
    }

    private static var element: RTLBlock {
        block(
            "exponent_integer_element",
            inputs: [
                RTLPort("x_exponent_i", bits: 5), .signed("x_integer_i", bits: 5), RTLPort("y_exponent_i", bits: 5),
                .signed("y_integer_i", bits: 5),
            ],
            outputs: [.signed("value_o", bits: 32)], latency: 2) {
                [Int(ExponentIntegerElement.product(ExponentInteger($0[0], $0[1]), ExponentInteger($0[2], $0[3])))]
            }
    }

    /// - Parameters:
    ///   - rows: elements that an activation takes.
    ///   - columns: elements that a weight takes.
    private static func elementBlock(_ variant: String, rows: Int, columns: Int) -> RTLBlock {
        block(
            "element_block", variant: variant,
            inputs: [
                RTLPort("row_exponents_i", bits: 5, count: 2), .signed("row_integers_i", bits: 5, count: 2),
                RTLPort("column_exponents_i", bits: 5, count: 2), .signed("column_integers_i", bits: 5, count: 2),
                RTLPort("wide_rows_i", bits: 1), RTLPort("wide_columns_i", bits: 1),
            ],
            outputs: [.signed("values_o", bits: 32, count: 4)], latency: 2 + levels(rows * columns),
            constrain: { $0.replaceSubrange(8..<10, with: [rows - 1, columns - 1]) }) { vector in
                func numbers(_ first: Int) -> [ExponentInteger] {
                    (0..<2).map { ExponentInteger(vector[first + $0], vector[first + 2 + $0]) }
                }
                let (activations, weights) = (numbers(0), numbers(4))
                var sums = [0, 0, 0, 0]
                for row in stride(from: 0, to: 2, by: rows) {
                    for column in stride(from: 0, to: 2, by: columns) {
                        // A sum is that of the last element of its product.
                        sums[2 * (row + rows - 1) + column + columns - 1] = Int(
                            ExponentIntegerElement.joined(
                                Array(activations[row..<row + rows]), Array(weights[column..<column + columns])))
                    }
                }
                return sums
            }
    }
}
