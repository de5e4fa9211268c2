import Arch
import Formats

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
            portMultiply(significandBits: 11), portMultiply(significandBits: 4), integerPort(significandBits: 11),
            integerPort(significandBits: 4),
            codePort("fp16", .float16, exponent: 5, fraction: 10, specials: 2),
            codePort("bf16", .bfloat16, exponent: 8, fraction: 7, specials: 2),
            codePort("e4m3", .minifloat(.e4m3), exponent: 4, fraction: 3, specials: 1),
            codePort("e5m2", .minifloat(.e5m2), exponent: 5, fraction: 2, specials: 2),
            codePort("e2m1", .minifloat(.e2m1), exponent: 2, fraction: 1, specials: 0),
            MACArray(operands: .fp16, rows: 32, columns: 2, epilogueLanes: 1, partialRows: 4).floatLockstep("fp16"),
            MACArray(operands: .fp8, rows: 48, columns: 1, partialRows: 2).floatLockstep("fp8"),
            MACArray(operands: .fp16, rows: 16, columns: 1, partialRows: 1).floatLockstep("single"),
            halfNarrow, dequantiseLane,
            MACArray(
                operands: .fp16DequantiseFirst, rows: 16, columns: 3, epilogueLanes: 2, partialRows: 4, dequantiseLanes: 2
            ).floatLockstep("dequantise"),
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

    /// Numbers at the two ports of a float multiplier: any codes, infinities and NaN among them.
    private static func portMultiply(significandBits bits: Int) -> RTLBlock {
        let codecs: [Codec] = bits == 11 ? [.float16, .bfloat16] : [.minifloat(.e4m3), .minifloat(.e5m2)]
        let port = FloatPort.overhead + bits
        return RTLBlock(
            "mac", RTLBinding(top: "float_port_multiply", parameters: ["SignificandBits": bits]), variant: "\(bits)",
            .vectors(
                VectorCheck(
                    // Numbers come as codes; the ports are made of them.
                    inputs: [RTLPort("activation_i", bits: port), RTLPort("weight_i", bits: port)],
                    outputs: [RTLPort("product_o", bits: 32)], isDrawnOnly: true,
                    draw: { random in
                        (0..<2).map { _ in
                            let codec = codecs[Int(random.below(UInt64(codecs.count)))]
                            let code = UInt32(random.below(1 << UInt64(codec.bits)))
                            return FloatPort(code: code, codec: codec).port(significandBits: bits)
                        }
                    },
                    function: { vector in
                        let ports = vector.map { FloatPort(port: $0, significandBits: bits) }
                        return [CommonBlocks.bits(ports[0] * ports[1])]
                    })))
    }

    private static func integerPort(significandBits bits: Int) -> RTLBlock {
        RTLBlock(
            "mac", RTLBinding(top: "integer_port", parameters: ["SignificandBits": bits]), variant: "\(bits)",
            .vectors(
                VectorCheck(
                    inputs: [.signed("integer_i", bits: 10)],
                    outputs: [RTLPort("port_o", bits: FloatPort.overhead + bits)]) {
                        [FloatPort(integer: $0[0], bits: bits).port(significandBits: bits)]
                    }))
    }

    /// Ports of float formats that no array has: what the operation costs by itself.
    static var narrowPorts: [RTLBlock] {
        [
            codePort("e2m3", .minifloat(.e2m3), exponent: 2, fraction: 3, specials: 0),
            codePort("e3m2", .minifloat(.e3m2), exponent: 3, fraction: 2, specials: 0),
        ]
    }

    private static func codePort(
        _ variant: String, _ codec: Codec, exponent: Int, fraction: Int, specials: Int
    ) -> RTLBlock {
        RTLBlock(
            "mac",
            RTLBinding(
                top: "float_code_port",
                parameters: ["CodeExponentBits": exponent, "CodeFractionBits": fraction, "Specials": specials]),
            variant: variant,
            .vectors(
                VectorCheck(
                    inputs: [RTLPort("code_i", bits: codec.bits)],
                    outputs: [RTLPort("port_o", bits: FloatPort.overhead + 11)]) {
                        [FloatPort(code: UInt32($0[0]), codec: codec).port(significandBits: 11)]
                    }))
    }

    private static var halfNarrow: RTLBlock {
        RTLBlock(
            "mac", RTLBinding(top: "half_narrow", parameters: [:]),
            .vectors(
                VectorCheck(
                    inputs: [RTLPort("single_i", bits: 32)], outputs: [RTLPort("half_o", bits: 16)],
                    draw: { random in
                        // Around the numbers of binary16, and in the middle between two of them.
                        let code = UInt16(truncatingIfNeeded: random.next())
                        let nearby = Int(random.below(3)) - 1 + (random.below(2) == 0 ? 0 : 1 << 12)
                        return [Int(Binary16.widened(code).bitPattern &+ UInt32(truncatingIfNeeded: nearby))]
                    },
                    function: { [Int(DequantiseUnit.code(1, scale: CommonBlocks.float($0[0])))] })))
    }

    private static var dequantiseLane: RTLBlock {
        RTLBlock(
            "mac", RTLBinding(top: "dequantise_lane", parameters: ["SignificandBits": 11]),
            .vectors(
                VectorCheck(
                    inputs: [
                        .signed("code_i", bits: 9), .signed("zero_i", bits: 16), RTLPort("scale_i", bits: 32),
                    ],
                    outputs: [RTLPort("port_o", bits: FloatPort.overhead + 11)], latency: 3,
                    draw: { random in
                        [
                            Int(random.below(512)) - 256, Int(random.below(512)) - 256,
                            Int(Float.random(in: -2...2, using: &random).bitPattern),
                        ]
                    },
                    function: { vector in
                        let code = DequantiseUnit.code(vector[0] - vector[1], scale: CommonBlocks.float(vector[2]))
                        return [FloatPort(code: code, codec: .float16).port(significandBits: 11)]
                    })))
    }
}
