import Diagnostics
import Formats

extension ONNXOperator {
    static let patterns: [String: ONNXOperator] = [
        "OneHot": ONNXOperator(["axis"]) { (lowering: inout ONNXLowering) throws(Diagnostic) in
            let indices = try lowering.value(0)
            let (number, values) = (try lowering.number(1, "a depth"), try lowering.constant(2, "values"))
            guard let depth = Int(exactly: number), 1...1 << 20 ~= depth, values.count == 2 else {
                throw Diagnostic("a depth of \(number), and \(values.count) values")
            }
            let axis = try lowering.axis(lowering.node.integer("axis", default: -1), rank: indices.shape.count + 1)
            return [try lowering.oneHot(indices, depth, axis, values)]
        },
        "EyeLike": ONNXOperator(["dtype", "k"]) { (lowering: inout ONNXLowering) throws(Diagnostic) in
            let shape = try lowering.known(try lowering.value(0).shape)
            try lowering.refuse(shape.count != 2 || shape.reduce(1, *) > ConstantTensor.stretchLimit, "a tensor of \(shape)")
            let (type, k) = (lowering.node.integer("dtype", default: 1), lowering.node.integer("k", default: 0))
            let ones = (0..<shape[0] * shape[1]).map { $0 % shape[1] - $0 / shape[1] == k ? 1 : 0 }
            let isFloat = ElementType(rawValue: Int32(clamping: type))?.isFloat ?? false
            return [isFloat ? Value(ConstantTensor(shape, ones.map { Float($0) })) : try lowering.stored(ConstantTensor(shape, ones))]
        },
    ]
}

extension ONNXLowering {
    /// Negative indices count from behind; others that are out of range choose nothing.
    fileprivate mutating func oneHot(_ indices: Value, _ depth: Int, _ axis: Int, _ values: ConstantTensor) throws(Diagnostic) -> Value {
        var shape = indices.shape
        shape.insert(Size(1), at: axis)
        let wide = try reshaped(try number(of: indices), shape)
        var along = [Int](repeating: 1, count: shape.count)
        along[axis] = depth
        let (off, on) = (try values.floats()[0], try values.floats()[1])
        var truth = Value(ConstantTensor([], [Float(0)]))
        for first in [0, -depth] {
            let places = Value(ConstantTensor(along, (0..<depth).map { Float(first + $0) }))
            truth = try binary("add", try number(of: try compared(wide, places, .equal)), truth) { $0 + $1 }
        }
        let chosen = try binary("add", try scaled(truth, by: on - off), Value(ConstantTensor([], [off]))) { $0 + $1 }
        return values.type.isFloat ? chosen : try counted(chosen)
    }
}
