import Arch
import Formats

/// The element for float activations, format by format.
enum ShiftAddFloatBlocks {
    static var all: [RTLBlock] {
        [
            element("f16", .float16, exponentBits: 5, fractionBits: 10),
            element("bf16", .bfloat16, exponentBits: 8, fractionBits: 7),
            element("f8e5m2", .minifloat(.e5m2), exponentBits: 5, fractionBits: 2),
            element("f16-rounded", .float16, exponentBits: 5, fractionBits: 10, products: .half), copies,
            lane("narrow", wide: false), lane("wide", wide: true), lane("rounded", wide: true, products: .half),
            lane("narrow", wide: false, products: .halfTerms), lane("wide", wide: true, products: .halfTerms),
        ] + arrays
    }

    private static func element(
        _ variant: String, _ codec: Codec, exponentBits: Int, fractionBits: Int,
        products: DotContract.Products = .single
    ) -> RTLBlock {
        let unit = ShiftAddFloats(
            ShiftAddElements(bitsPerElement: 4, signs: .signMagnitude), weightBits: 8, products: products)
        let isHalf = products == .half
        return RTLBlock(
            "mixpe",
            RTLBinding(
                top: "shift_add_float",
                parameters: [
                    "WeightBits": 8, "ExponentBits": exponentBits, "FractionBits": fractionBits,
                    "ProductExponentBits": isHalf ? 5 : 8, "ProductFractionBits": isHalf ? 10 : 23,
                ]),
            variant: variant,
            .vectors(
                VectorCheck(
                    inputs: [
                        RTLPort("activation_i", bits: 1 + exponentBits + fractionBits),
                        RTLPort("magnitude_i", bits: 8), RTLPort("negate_i", bits: 1),
                    ],
                    outputs: [RTLPort("product_o", bits: isHalf ? 16 : 32)]) { vector in
                        var weight = unit.weight(integer: vector[1])
                        weight.negates = vector[2] == 1
                        let activation = FloatPort(code: UInt32(truncatingIfNeeded: vector[0]), codec: codec)
                        let product = unit.product(activation, weight)
                        return [isHalf ? Int(Binary16.narrowed(product)) : CommonBlocks.bits(product)]
                    }))
    }

    private static var copies: RTLBlock {
        RTLBlock(
            "mixpe", RTLBinding(top: "float_copies", parameters: ["SignificandBits": 11, "BitsPerElement": 4]),
            .vectors(
                VectorCheck(
                    inputs: [RTLPort("significand_i", bits: 11), RTLPort("digit_i", bits: 4)],
                    outputs: [RTLPort("sum_o", bits: 15)]) { [ShiftAddFloats.copies($0[0], digit: $0[1])] }))
    }

    /// A lane of two columns of elements of 4 bits, which are one weight each, or one together.
    private static func lane(_ variant: String, wide: Bool, products: DotContract.Products = .single) -> RTLBlock {
        let unit = ShiftAddFloats(
            ShiftAddElements(bitsPerElement: 4, signs: .signMagnitude), weightBits: wide ? 8 : 4, products: products)
        let isTerms = products == .halfTerms
        let codecs: [Codec] = products != .single ? [.float16, .minifloat(.e4m3)] : [.float16, .bfloat16]
        return RTLBlock(
            "mixpe",
            RTLBinding(
                top: isTerms ? "half_terms_lane" : "float_element_lane",
                parameters: ["Columns": 2, "BitsPerElement": 4, "SignificandBits": 11].merging(
                    isTerms ? [:] : ["HalfProducts": products == .half ? 1 : 0]) { first, _ in first }),
            variant: variant,
            .vectors(
                VectorCheck(
                    inputs: [
                        RTLPort("activation_i", bits: FloatPort.overhead + 11), RTLPort("used_i", bits: 1),
                        RTLPort("digits_i", bits: 4, count: 2), RTLPort("negates_i", bits: 1, count: 2),
                        RTLPort("log_elements_i", bits: 1),
                    ],
                    outputs: [RTLPort("products_o", bits: 32, count: 2)], latency: isTerms ? (wide ? 8 : 4) : wide ? 3 : 2,
                    isDrawnOnly: true,
                    draw: { random in
                        func pick(_ count: Int) -> Int { Int(random.below(UInt64(count))) }
                        let codec = codecs[pick(2)]
                        // Infinities, and digits of 0, which chance would seldom bring together.
                        let code = pick(8) == 0 ? Self.greatest(codec) : UInt32(pick(1 << codec.bits))
                        let digits = (0..<2).map { _ in pick(4) == 0 ? 0 : pick(16) }
                        let activation = FloatPort(code: code, codec: codec)
                        return [activation.port(significandBits: 11), pick(8) > 0 ? 1 : 0] + digits
                            + [pick(2), pick(2), wide ? 1 : 0]
                    },
                    constrain: { $0[6] = wide ? 1 : 0 },
                    function: { vector in
                        let activation = FloatPort(port: vector[0], significandBits: 11)
                        let weights = wide
                            ? [(Array(vector[2...3]), vector[4]), ([0, 0], 0)]
                            : [([vector[2]], vector[4]), ([vector[3]], vector[5])]
                        return weights.enumerated().map { index, weight in
                            let (digits, negates) = weight
                            // Sums of copies have no second product of a wide weight, the others one of nothing.
                            guard vector[1] == 1, !(isTerms && wide && index == 1) else { return 0 }
                            return CommonBlocks.bits(
                                unit.product(activation, .init(digits: digits, negates: negates == 1)))
                        }
                    })))
    }

    /// The code of +infinity, or of NaN where there is none.
    private static func greatest(_ codec: Codec) -> UInt32 {
        switch codec {
        case .float16: 0x7C00
        case .bfloat16: 0x7F80
        default: 0x7F
        }
    }

    /// Small arrays: all operands, one, two and four elements to a weight, chunks, a single tree.
    private static var arrays: [RTLBlock] {
        [
            MixPEArray(operands: .fp16, rows: 32, columns: 2, epilogueLanes: 1, partialRows: 4).floatLockstep("fp16"),
            MixPEArray(
                operands: .fp8, rows: 16, columns: 4, bitsPerElement: 2, epilogueLanes: 3, partialRows: 2
            ).floatLockstep("fp8"),
            MixPEArray(
                operands: .fp16Rounded, rows: 16, columns: 1, bitsPerElement: 8, partialRows: 1
            ).floatLockstep("rounded"),
            MixPEArray(operands: .fp16Terms, rows: 16, columns: 2, epilogueLanes: 1, partialRows: 2).floatLockstep("terms"),
        ]
    }
}
