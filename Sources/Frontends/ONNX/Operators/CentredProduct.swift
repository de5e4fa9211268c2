import Diagnostics
import Formats

extension ONNXLowering {
    /// A product of two tensors of codes that are computed at run time, the left ones with a zero point z, which arrays have for weights
    /// only, where sizes are known: int8 codes c around their middle m, whose sums with b exceed those of the numbers by (z - m) times the sum of each column.
    ///
    /// - Parameter tensors: a and b, in ONNX's order.
    /// - Parameter right: shape of b [..., K, N].
    mutating func centredProduct(_ tensors: [String], _ format: CodeFormat, _ right: [Size], _ shape: [Size]) throws(Diagnostic) -> Value {
        var row = right
        (row[row.count - 2], row[row.count - 1]) = (Size(1), right[right.count - 2])
        let exact = [("output", JSONValue.string("int32"))]
        guard let scale = format.scale, format.codec.bits <= 8, let sizes = row.numbers, sizes.reduce(1, *) <= ConstantTensor.stretchLimit else {
            return Value(shape, .edge(Edge(emit("matmul", tensors, exact), .sums, rank: shape.count)))
        }
        let isUnsigned = if case .unsigned = format.codec { true } else { false }
        let offset = format.zero - (isUnsigned ? 1 << (format.codec.bits - 1) : 0)
        let centred = CodeFormat(codec: .signed(bits: format.codec.bits), scale: scale, zero: 0)
        // Numbers are off by less than 2^-15 steps, so that rounding finds the code again.
        let numbers = draft.node("\(tensors[0]).real", "dequantise", [tensors[0]])[0]
        let moved = draft.node("\(tensors[0]).moved", "add", [numbers, number(Float(offset) * scale)])[0]
        let left = draft.node("\(tensors[0]).centred", "quantise", [moved], [("encoding", centred.json)])[0]
        guard offset != 0 else { return Value(shape, .edge(Edge(emit("matmul", [left, tensors[1]], exact), .sums, rank: shape.count))) }
        // Codes of 1, as codes of the same scale, so that both sums count in the same unit.
        let steps = declare(ConstantTensor(sizes, [Float](repeating: scale, count: sizes.reduce(1, *))), name: "\(wish).ones")
        let ones = draft.node("\(wish).ones", "quantise", [steps], [("encoding", centred.json)])[0]
        let product = draft.node("\(wish).codes", "matmul", [left, tensors[1]], exact)[0]
        let columns = draft.node("\(wish).columns", "matmul", [ones, tensors[1]], exact)[0]
        let count = draft.constant(ImportedConstant(name: "\(wish).offset", content: .whole(ConstantTensor([1], [offset]))))
        let excess = draft.node("\(wish).excess", "mul", [columns, count])[0]
        return Value(shape, .edge(Edge(emit("sub", [product, excess]), .sums, rank: shape.count)))
    }
}
