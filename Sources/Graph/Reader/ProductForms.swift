import Diagnostics
import Formats

extension OperationForm {
    private static let output = AttributeForm.optional("output", .choice(["int32", "f32"]))
    private static let contract = AttributeForm.optional("contract", .choice(DotContract.allCases.map(\.rawValue)))

    /// `output` of a product: in these operations the key states the number kind, and `outputs` names the tensor. A
    /// `contract` is one of f32 sums.
    private static func product(
        _ reader: inout ObjectReader, make: @escaping (ProductOutput) -> Operation
    ) -> OperationDraft? {
        let contract = reader.optional("contract", String.self).flatMap { name in
            reader.choice("contract", name, DotContract.allCases.map { ($0.rawValue, $0) })
        }
        var stated: ProductOutput?
        if let name = reader.optional("output", String.self) {
            guard let found = reader.choice("output", name, [("int32", ProductOutput.accumulator), ("f32", .float32)])
            else { return nil }
            stated = found
        } else if reader.has("output") {
            return nil
        }
        guard let contract else {
            return reader.has("contract") ? nil : OperationDraft { context, _ in make(stated ?? defaultOutput(context)) }
        }
        guard stated != .accumulator else {
            reader.report("contract", "orders sums of floats; output int32 is exact in any order")
            return nil
        }
        return OperationDraft(make(.float(contract)))
    }

    /// f32 when something is grouped along K, computed at run time or f32 already; the exact sum otherwise.
    private static func defaultOutput(_ context: DraftContext) -> ProductOutput {
        let inputs = context.inputs
        guard inputs.count >= 2, inputs.prefix(2).allSatisfy({ $0.encoding.kind == .codes }) else { return .float32 }
        if context.hasRunTimeScale(0) || context.hasRunTimeScale(1) { return .float32 }
        if inputs.count > 2, inputs[2].encoding.kind == .float { return .float32 }
        return ProductRule.isGrouped(inputs[0], inputs[1]) ? .float32 : .accumulator
    }

    static let products: [OperationForm] = [
        OperationForm("linear", inputs: 2...3, [output, contract]) { reader, _ in
            product(&reader) { .linear(output: $0) }
        },
        OperationForm("matmul", inputs: 2...2, [.optional("transpose_b", .boolean), output, contract]) { reader, _ in
            let transposeB = reader.optional("transpose_b", default: false)
            return product(&reader) { .matmul(transposeB: transposeB, output: $0) }
        },
        OperationForm(
            "conv2d", inputs: 2...3,
            [
                .optional("stride", .dimensions(count: 2)), .optional("padding", .dimensions(count: 4)),
                .optional("dilation", .dimensions(count: 2)), .optional("groups", .dimension), output,
                contract,
            ]
        ) { reader, symbols in
            let convolution = Convolution(
                stride: reader.dimensions("stride", symbols, default: [1, 1]),
                padding: reader.dimensions("padding", symbols, default: [0, 0, 0, 0]),
                dilation: reader.dimensions("dilation", symbols, default: [1, 1]),
                groups: reader.dimension("groups", symbols, default: 1))
            return product(&reader) { .conv2d(convolution, output: $0) }
        },
    ]
}
