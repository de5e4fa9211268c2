import Arch
import Formats

/// The element for float activations, format by format.
enum ShiftAddFloatBlocks {
    static var all: [RTLBlock] {
        [
            element("f16", .float16, exponentBits: 5, fractionBits: 10),
            element("bf16", .bfloat16, exponentBits: 8, fractionBits: 7),
            element("f8e5m2", .minifloat(.e5m2), exponentBits: 5, fractionBits: 2),
            element("f16-rounded", .float16, exponentBits: 5, fractionBits: 10, products: .half),
        ]
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
}
