import Diagnostics
import Formats

extension ONNXOperator {
    static let shapes: [String: ONNXOperator] = [
        "Shape": ONNXOperator(["start", "end"]) { (lowering: inout ONNXLowering) throws(Diagnostic) in
            let shape = try lowering.value(0).shape
            let count = shape.count
            func place(_ given: Int) -> Int { min(max(given < 0 ? given + count : given, 0), count) }
            let (start, end) = (
                place(lowering.node.integer("start", default: 0)), place(lowering.node.integer("end", default: count))
            )
            return [Value(sizes: start < end ? Array(shape[start..<end]) : [])]
        },
        "Size": ONNXOperator { (lowering: inout ONNXLowering) throws(Diagnostic) in
            [Value([], .sizes([try lowering.value(0).shape.product]))]
        },
        "Constant": ONNXOperator(["value", "value_float", "value_floats", "value_int", "value_ints"]) {
            (lowering: inout ONNXLowering) throws(Diagnostic) in
            let node = lowering.node
            if let tensor = node.attributes["value"] {
                return [try lowering.stored(try lowering.reading.tensor(tensor.t))]
            }
            if let number = node.attributes["value_float"] { return [Value(ConstantTensor([], [number.f]))] }
            if let numbers = node.attributes["value_floats"] {
                return [Value(ConstantTensor([numbers.floats.count], numbers.floats))]
            }
            if let number = node.attributes["value_int"] { return [Value([], .sizes([Size(Int(number.i))]))] }
            if let numbers = node.integers("value_ints") { return [Value(sizes: numbers.map { Size($0) })] }
            throw Diagnostic(field: "value", "is missing")
        },
        "ConstantOfShape": ONNXOperator(["value"]) { (lowering: inout ONNXLowering) throws(Diagnostic) in
            guard let shape = try lowering.sizes(0, "a shape").numbers, shape.allSatisfy({ $0 >= 0 }) else {
                throw Diagnostic("a constant whose shape depends on a symbol")
            }
            let count = shape.reduce(1) {
                min(1 << 40, $0.multipliedReportingOverflow(by: $1).overflow ? 1 << 40 : $0 * $1)
            }
            try lowering.refuse(count > ConstantTensor.stretchLimit, "a constant of \(count) elements")
            guard let value = lowering.node.attributes["value"] else {
                return [Value(ConstantTensor(.float32, shape) { .floats([Float](repeating: 0, count: count)) })]
            }
            let fill = try lowering.reading.tensor(value.t)
            try lowering.refuse(fill.count != 1, "a fill of \(fill.count) numbers", field: "value")
            return [try lowering.stored(fill.reshaped([]).broadcast(to: shape))]
        },
        "Range": ONNXOperator { (lowering: inout ONNXLowering) throws(Diagnostic) in
            if try lowering.constant(0, "a start").type.isFloat { return [try lowering.floatRange()] }
            let (start, end) = (try lowering.integers(0, "a start"), try lowering.integers(1, "an end"))
            let step = try lowering.integers(2, "a step")
            guard start.count == 1, end.count == 1, step.count == 1, step[0] != 0, abs(end[0] - start[0]) < 1 << 24
            else {
                throw Diagnostic("bounds that are no single numbers")
            }
            return [
                try lowering.stored(
                    { ConstantTensor([$0.count], $0) }(Array(stride(from: start[0], to: end[0], by: step[0]))))
            ]
        },
        "Cast": ONNXOperator(["to", "saturate", "round_mode"]) { (lowering: inout ONNXLowering) throws(Diagnostic) in
            [try lowering.cast(try lowering.value(0))]
        },
    ]
}

extension ONNXLowering {
    /// A constant; few whole numbers become sizes.
    func stored(_ tensor: ConstantTensor) throws(Diagnostic) -> Value {
        guard tensor.type == .int64 || tensor.type == .int32 || tensor.type == .bool, tensor.count <= 64,
            tensor.shape.count < 2
        else {
            return Value(tensor)
        }
        return Value(tensor.shape.map { Size($0) }, .sizes(try tensor.integers().map { Size($0) }))
    }
    func floatRange() throws(Diagnostic) -> Value {
        let (start, end, step) = (try number(0, "a start"), try number(1, "an end"), try number(2, "a step"))
        let count = ((end - start) / step).rounded(.up)
        try refuse(!(count >= 1 && count <= Float(ConstantTensor.stretchLimit)), "bounds that leave nothing, or too much")
        return Value(ConstantTensor([Int(count)], (0..<Int(count)).map { start + Float($0) * step }))
    }
}
