import Arch
import Formats

extension AntArray {
    /// What `rtl/ant` has, held to this engine.
    static var blocks: [RTLBlock] {
        [
            decoder, border,
            AntArray(rows: 4, columns: 4).lockstep("even"),
            // Rows of sums that leave while the next segments reach the upper nodes; columns that leave in chunks.
            AntArray(rows: 12, columns: 2, epilogueLanes: 1).lockstep("tall"),
            AntArray(rows: 2, columns: 10, epilogueLanes: 3).lockstep("wide"),
            AntArray(rows: 2, columns: 2, epilogueLanes: 1).lockstep("single"),
        ]
    }

    private static func flint(_ isSigned: Int) -> FlintDecoder { FlintDecoder(isSigned == 1 ? .signed : .unsigned) }

    private static var decoder: RTLBlock {
        RTLBlock(
            "ant", RTLBinding(top: "flint_decoder", parameters: [:]),
            .vectors(
                VectorCheck(
                    inputs: [RTLPort("code_i", bits: 4), RTLPort("signed_i", bits: 1)],
                    outputs: [RTLPort("exponent_o", bits: 5), .signed("integer_o", bits: 5)]) {
                        let number = flint($0[1]).number($0[0])
                        return [number.exponent, number.integer]
                    }))
    }

    private static var border: RTLBlock {
        RTLBlock(
            "ant", RTLBinding(top: "code_border", parameters: [:]),
            .vectors(
                VectorCheck(
                    inputs: [
                        RTLPort("codes_i", bits: 8, count: 2), RTLPort("flint_i", bits: 1), RTLPort("signed_i", bits: 1),
                        RTLPort("wide_i", bits: 1), RTLPort("centres_i", bits: 1), RTLPort("width_i", bits: 3),
                    ],
                    outputs: [RTLPort("exponents_o", bits: 5, count: 2), .signed("integers_o", bits: 5, count: 2)],
                    constrain: { vector in
                        // Flint has four bits and no centre; what is centred is signed; codes have as many bits as are said.
                        if vector[2] == 1 { vector.replaceSubrange(4...5, with: [0, 0]) }
                        vector[3] |= vector[5]
                        vector[6] = vector[4] == 1 ? vector[6] | 4 : vector[6] & 3
                        for code in 0..<2 where vector[5] == 1 { vector[code] &= 2 << vector[6] - 1 }
                    },
                    function: numbers)))
    }

    /// Two numbers of four bits, or the nibbles of the first code.
    @Sendable private static func numbers(_ vector: [Int]) -> [Int] {
        let isSigned = vector[3] == 1
        let centre = vector[5] == 1 ? 1 << vector[6] : 0
        func integer(_ code: Int, bits: Int) -> Int {
            let field = (code - centre) & (1 << bits - 1)
            return isSigned ? field.wrapped(to: bits) : field
        }
        let numbers =
            if vector[2] == 1 {
                vector[..<2].map { flint(vector[3]).number($0) }
            } else if vector[4] == 1 {
                ExponentIntegerElement.nibbles(ExponentInteger(0, integer(vector[0], bits: 8)), bits: 8)
            } else {
                vector[..<2].map { ExponentInteger(0, integer($0, bits: 4)) }
            }
        return numbers.map(\.exponent) + numbers.map(\.integer)
    }
}
