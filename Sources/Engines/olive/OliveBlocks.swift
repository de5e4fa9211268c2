import Arch
import Formats

extension OliveArray {
    /// What `rtl/olive` has, held to this engine.
    static var blocks: [RTLBlock] {
        [
            decode4, decode8(.e4m3), decode8(.e2m5), borderDecoder(.e4m3), borderDecoder(.e2m5),
        ] + PairEncoder.blocks + [
            OliveArray(rows: 4, columns: 4).lockstep("even"),
            // Rows of sums that leave while the next segments reach the upper nodes; columns that leave in chunks.
            OliveArray(rows: 12, columns: 2, epilogueLanes: 1).lockstep("tall"),
            OliveArray(rows: 2, columns: 10, epilogueLanes: 3, wideFormat: .e2m5).lockstep("wide"),
            OliveArray(rows: 2, columns: 2, epilogueLanes: 1).lockstep("single"),
        ]
    }

    private static func vectors(
        _ top: String, _ parameters: [String: Int] = [:], variant: String? = nil, inputs: [RTLPort],
        outputs: [RTLPort], latency: Int = 0, constrain: (@Sendable (inout [Int]) -> Void)? = nil,
        function: @escaping @Sendable ([Int]) -> [Int]
    ) -> RTLBlock {
        RTLBlock(
            "olive", RTLBinding(top: top, parameters: parameters), variant: variant,
            .vectors(
                VectorCheck(inputs: inputs, outputs: outputs, latency: latency, constrain: constrain, function: function)))
    }

    private static var decode4: RTLBlock {
        vectors(
            "ovp_decode4",
            inputs: [RTLPort("flint_i", bits: 1), RTLPort("slot_i", bits: 4), RTLPort("neighbour_i", bits: 4)],
            outputs: [RTLPort("exponent_o", bits: 3), .signed("integer_o", bits: 4)]) {
                let decoder = BorderDecoder($0[0] == 1 ? .flint4 : .int4)
                let number = decoder.decode(left: UInt8($0[1]), right: UInt8($0[2])).left
                return [number.exponent, number.integer]
            }
    }

    private static func decode8(_ wide: WideOutliers) -> RTLBlock {
        vectors(
            "ovp_decode8", ["ExponentBits": wide.format.outliers.exponentBits], variant: wide.rawValue,
            inputs: [RTLPort("slot_i", bits: 8), RTLPort("neighbour_i", bits: 8)],
            outputs: [RTLPort("exponent_o", bits: 5), .signed("integer_o", bits: 8)]) {
                let number = BorderDecoder(wide.format).decode(left: UInt8($0[0]), right: UInt8($0[1])).left
                return [number.exponent, number.integer]
            }
    }

    /// Either number of 4-bit pairs of two rows, or the nibbles of one of a wide pair.
    private static func borderDecoder(_ wide: WideOutliers) -> RTLBlock {
        vectors(
            "border_decoder", ["WideExponentBits": wide.format.outliers.exponentBits], variant: wide.rawValue,
            inputs: [
                RTLPort("eight_i", bits: 1), RTLPort("flint_i", bits: 1), RTLPort("wide_i", bits: 1),
                RTLPort("right_i", bits: 1), RTLPort("pairs_i", bits: 16),
            ],
            outputs: [RTLPort("exponents_o", bits: 5, count: 2), .signed("integers_o", bits: 5, count: 2)],
            // Slots of 8 bits are always wide.
            constrain: { $0[2] |= $0[0] }) { vector in
                let (isEight, isWide, isRight) = (vector[0] == 1, vector[2] == 1, vector[3] == 1)
                let decoder = BorderDecoder(isEight ? wide.format : vector[1] == 1 ? .flint4 : .int4)
                func number(_ pair: Int) -> ExponentInteger {
                    let bits = isEight ? 8 : 4
                    let mask = 1 << bits - 1
                    let numbers = decoder.decode(left: UInt8(pair & mask), right: UInt8(pair >> bits & mask))
                    return isRight ? numbers.right : numbers.left
                }
                let numbers = isWide
                    ? ExponentIntegerElement.nibbles(number(vector[4]), bits: 8)
                    : [number(vector[4]), number(vector[4] >> 8)]
                return numbers.map(\.exponent) + numbers.map(\.integer)
            }
    }
}
