import Diagnostics

extension OperationForm {
    private static func simple(_ name: String, _ inputs: Int, _ operation: Operation) -> OperationForm {
        OperationForm(name, inputs: inputs...inputs) { _, _ in OperationDraft(operation) }
    }

    static let elementwise: [OperationForm] =
        BinaryFunction.allCases.map { simple($0.rawValue, 2, .binary($0)) } + [
            simple("relu", 1, .unary(.relu)),
            OperationForm("gelu", inputs: 1...1, [.optional("approximation", .choice(["erf", "tanh"]))]) { reader, _ in
                let name = reader.optional("approximation", default: "erf")
                return reader.choice("approximation", name, [("erf", UnaryFunction.gelu), ("tanh", .geluTanh)])
                    .map { OperationDraft(.unary($0)) }
            },
            simple("silu", 1, .unary(.silu)),
            simple("sigmoid", 1, .unary(.sigmoid)),
            simple("tanh", 1, .unary(.tanh)),
            simple("hard_swish", 1, .unary(.hardSwish)),
            simple("hard_sigmoid", 1, .unary(.hardSigmoid)),
            simple("exp", 1, .unary(.exp)),
            simple("log", 1, .unary(.log)),
            simple("rsqrt", 1, .unary(.rsqrt)),
            simple("erf", 1, .unary(.erf)),
            simple("sin", 1, .unary(.sin)),
            simple("cos", 1, .unary(.cos)),
            OperationForm("clip", inputs: 1...1, [.required("min", .number), .required("max", .number)]) { reader, _ in
                let (min, max) = (reader.required("min", Float.self), reader.required("max", Float.self))
                guard let min, let max else { return nil }
                return OperationDraft(.clip(min: min, max: max))
            },
        ]
}
