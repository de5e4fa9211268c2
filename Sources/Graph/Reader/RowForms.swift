import Diagnostics

extension OperationForm {
    static let rows: [OperationForm] = [
        OperationForm("softmax", inputs: 1...1, [.optional("axis", .integer)]) { reader, _ in
            let axis = reader.optional("axis", default: -1)
            let place = reader.place.key("axis")
            return OperationDraft { context, problems in
                if let rank = context.inputs.first?.shape.count, axis != -1, axis != rank - 1 {
                    problems.report(
                        place.diagnostic("is \(axis), only the last axis (-1) is supported; transpose first"))
                }
                return .softmax
            }
        },
        OperationForm("layer_norm", inputs: 2...3, [.optional("epsilon", .number)]) { reader, _ in
            OperationDraft(.layerNorm(epsilon: reader.optional("epsilon", default: 1e-5)))
        },
        OperationForm("rms_norm", inputs: 2...2, [.optional("epsilon", .number)]) { reader, _ in
            OperationDraft(.rmsNorm(epsilon: reader.optional("epsilon", default: 1e-5)))
        },
        OperationForm(
            "rope", inputs: 1...1,
            [
                .required("pairs", .choice(["halves", "interleaved"])), .optional("base", .number),
                .optional("rotary_dimension", .dimension), .optional("position", .dimension),
                .optional("factors", .numbers), .optional("magnitude", .number),
            ]
        ) { reader, symbols in
            let name = reader.required("pairs", String.self)
            let pairs = name.flatMap {
                reader.choice("pairs", $0, [("halves", Rope.Pairs.halves), ("interleaved", .interleaved)])
            }
            let base = reader.optional("base", default: 10000.0)
            let turned = reader.raw("rotary_dimension").map { _ in
                reader.dimension("rotary_dimension", symbols, default: 0)
            }
            let position = reader.dimension("position", symbols, default: 0)
            let factors = reader.optional("factors", default: [Double]())
            let magnitude = reader.optional("magnitude", default: Float(1))
            guard let pairs else { return nil }
            return OperationDraft { context, _ in
                let depth = context.inputs.first?.shape.last ?? 0
                return .rope(
                    Rope(
                        pairs: pairs, base: base, rotaryDimension: turned ?? depth, position: position, factors: factors,
                        magnitude: magnitude))
            }
        },
        OperationForm(
            "mask", inputs: 1...1,
            [
                .required("kind", .choice(["causal"])), .optional("position", .dimension),
                .optional("window", .dimension),
            ]
        ) { reader, symbols in
            let isCausal = reader.required("kind", String.self).flatMap {
                reader.choice("kind", $0, [("causal", true)])
            }
            let position = reader.dimension("position", symbols, default: 0)
            let window = reader.raw("window").map { _ in reader.dimension("window", symbols, default: 1) }
            return isCausal.map { _ in OperationDraft(.mask(position: position, window: window)) }
        },
    ]
}
