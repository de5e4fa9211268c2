import Diagnostics
import Formats

/// Masks: comparisons of what is known, and choices by truth values of run time.
extension ONNXOperator {
    static let logic: [String: ONNXOperator] = [
        "Equal": compared { $0 == $1 }, "Greater": compared { $0 > $1 }, "GreaterOrEqual": compared { $0 >= $1 },
        "Less": compared { $0 < $1 }, "LessOrEqual": compared { $0 <= $1 },
        "And": ONNXOperator { (lowering: inout ONNXLowering) throws(Diagnostic) in
            let (a, b) = (try lowering.value(0), try lowering.value(1))
            let shape = try lowering.broadcast(a.shape, b.shape)
            for (known, other) in [(a, b), (b, a)] where other.edge != nil {
                guard let constant = known.constant, try constant.integers().allSatisfy({ $0 != 0 }) else { continue }
                if other.shape == shape { return [other] }
                // Stretched by what is true everywhere.
                let ones = ConstantTensor(constant.shape, [Int](repeating: 1, count: constant.count))
                return [try lowering.binary("mul", other, Value(ones)) { $0 * $1 }]
            }
            return [try lowering.folded(a, b, .bool) { $0 != 0 && $1 != 0 ? 1 : 0 }]
        },
        "Max": ONNXOperator { (lowering: inout ONNXLowering) throws(Diagnostic) in try lowering.extreme { max($0, $1) }
        },
        "Min": ONNXOperator { (lowering: inout ONNXLowering) throws(Diagnostic) in try lowering.extreme { min($0, $1) }
        },
        "GatherND": ONNXOperator(["batch_dims"]) { (lowering: inout ONNXLowering) throws(Diagnostic) in
            try lowering.refuse(lowering.node.integer("batch_dims", default: 0) != 0, "batches", field: "batch_dims")
            return [try lowering.gatheredPlaces(try lowering.value(0), try lowering.constant(1, "indices"))]
        },
        "Where": ONNXOperator { (lowering: inout ONNXLowering) throws(Diagnostic) in
            [
                try lowering.chosen(
                    try lowering.value(0), try lowering.number(1, "a choice"), try lowering.number(2, "a choice"))
            ]
        },
    ]

    private static func compared(_ function: @escaping @Sendable (Int, Int) -> Bool) -> ONNXOperator {
        ONNXOperator { (lowering: inout ONNXLowering) throws(Diagnostic) in
            [try lowering.folded(try lowering.value(0), try lowering.value(1), .bool) { function($0, $1) ? 1 : 0 }]
        }
    }
}

extension ONNXLowering {
    /// Whole numbers that are known, element by element.
    func folded(
        _ a: Value, _ b: Value, _ type: ElementType, _ function: @escaping @Sendable (Int, Int) -> Int
    ) throws(Diagnostic) -> Value {
        guard let left = a.constant, let right = b.constant, !left.type.isFloat, !right.type.isFloat,
            let shape = try broadcast(a.shape, b.shape).numbers
        else { throw Diagnostic("operands other than whole numbers that are known") }
        let count = shape.reduce(1, *)
        try refuse(count > ConstantTensor.stretchLimit, "a constant of \(count) elements")
        let (x, y) = (left.broadcast(to: shape), right.broadcast(to: shape))
        return try stored(
            ConstantTensor(type, shape) { () throws(Diagnostic) in
                let (first, second) = (try x.integers(), try y.integers())
                return .integers(first.indices.map { function(first[$0], second[$0]) })
            })
    }

    func extreme(_ function: @escaping @Sendable (Int, Int) -> Int) throws(Diagnostic) -> [Value] {
        var result = try value(0)
        for input in node.inputs.indices.dropFirst() { result = try folded(result, try value(input), .int64, function) }
        return [result]
    }

    /// Single elements of a tensor at places that are known.
    mutating func gatheredPlaces(_ value: Value, _ indices: ConstantTensor) throws(Diagnostic) -> Value {
        guard let shape = value.shape.numbers, indices.shape.last == shape.count else {
            throw Diagnostic("places that are no single elements, or a tensor with open sizes (--bind)")
        }
        let (places, rank) = (try indices.integers(), shape.count)
        var flat: [Int] = []
        for start in stride(from: 0, to: places.count, by: max(1, rank)) {
            var place = 0
            for (axis, size) in shape.enumerated() {
                let index = places[start + axis]
                try refuse(!(-size..<size).contains(index), "an index out of range")
                place = place * size + (index < 0 ? index + size : index)
            }
            flat.append(place)
        }
        let line = try reshaped(value, [Size(shape.reduce(1, *))])
        let name = draft.constant(
            ImportedConstant(name: "\(wish).places", content: .whole(ConstantTensor([flat.count], flat))))
        let edge = try moved(line)
        let tensor = emit("gather", [edge.tensor, name])
        let found = Value([Size(flat.count)], .edge(Edge(tensor, edge.numbers, rank: 1)))
        return try reshaped(found, indices.shape.dropLast().map { Size($0) })
    }

    /// One of two numbers by truth values: b + t (a - b), which is exact where b is 0 or a is.
    mutating func chosen(_ condition: Value, _ a: Float, _ b: Float) throws(Diagnostic) -> Value {
        guard var edge = condition.edge, edge.numbers == .whole, a == 0 || b == 0, (a - b).isFinite else {
            throw Diagnostic("choices other than between 0 and a finite number")
        }
        edge.tensor = draft.node("\(edge.tensor).float", "dequantise", [edge.tensor])[0]
        edge.numbers = .floats
        let product = try scaled(Value(condition.shape, .edge(edge)), by: a - b)
        return try binary("add", product, Value(ConstantTensor([], [b]))) { $0 + $1 }
    }
}
