import Diagnostics
import Formats
import Graph

/// Elements that are taken from, or put to, places that are known.
extension ONNXOperator {
    static let places: [String: ONNXOperator] = [
        "GatherND": ONNXOperator(["batch_dims"]) { (lowering: inout ONNXLowering) throws(Diagnostic) in
            let batches = lowering.node.integer("batch_dims", default: 0)
            return [try lowering.gatheredRuns(try lowering.value(0), try lowering.constant(1, "indices"), batches: batches)]
        },
        "GatherElements": ONNXOperator(["axis"]) { (lowering: inout ONNXLowering) throws(Diagnostic) in
            let (value, indices) = (try lowering.value(0), try lowering.constant(1, "indices"))
            let shape = try lowering.known(value.shape)
            let places = try lowering.elementPlaces(indices, shape)
            return [try lowering.taken(value, places, run: 1, indices.shape)]
        },
        "ScatterND": ONNXOperator(["reduction"]) { (lowering: inout ONNXLowering) throws(Diagnostic) in
            let (value, indices) = (try lowering.value(0), try lowering.constant(1, "indices"))
            let (places, run) = try lowering.runPlaces(indices, try lowering.known(value.shape), batches: 0)
            return [try lowering.put(try lowering.value(2), into: value, places, run: run)]
        },
        "ScatterElements": ONNXOperator(["axis", "reduction"]) { (lowering: inout ONNXLowering) throws(Diagnostic) in
            let (value, indices) = (try lowering.value(0), try lowering.constant(1, "indices"))
            let places = try lowering.elementPlaces(indices, try lowering.known(value.shape))
            return [try lowering.put(try lowering.value(2), into: value, places, run: 1)]
        },
    ]
}

extension ONNXLowering {
    func known(_ shape: [Size]) throws(Diagnostic) -> [Int] {
        guard let sizes = shape.numbers else { throw Diagnostic("a tensor with open sizes (--bind)") }
        guard let count = Sizes.count(sizes), count <= 1 << 30 else { throw Diagnostic("a tensor of \(shape.text)") }
        return sizes
    }

    /// Runs of the axes that indices do not name. Behind the batches the last axis of the indices counts axes.
    fileprivate mutating func gatheredRuns(_ value: Value, _ indices: ConstantTensor, batches: Int) throws(Diagnostic) -> Value {
        let shape = try known(value.shape)
        let (places, run) = try runPlaces(indices, shape, batches: batches)
        let named = batches + (indices.shape.last ?? 0)
        return try taken(value, places, run: run, indices.shape.dropLast() + shape.dropFirst(named))
    }

    /// Places of runs, counted in runs, and their length.
    fileprivate func runPlaces(_ indices: ConstantTensor, _ shape: [Int], batches: Int) throws(Diagnostic) -> (places: [Int], run: Int) {
        guard let named = indices.shape.last, named > 0, batches >= 0, batches + named <= shape.count, batches < indices.shape.count,
            Array(indices.shape.prefix(batches)) == Array(shape.prefix(batches))
        else { throw Diagnostic("indices of shape \(indices.shape) for a tensor of \(shape)") }
        let axes = shape[batches..<batches + named]
        let numbers = try indices.integers()
        let perBatch = numbers.count / named / max(1, shape.prefix(batches).reduce(1, *))
        var places: [Int] = []
        for (count, start) in stride(from: 0, to: numbers.count, by: named).enumerated() {
            var place = perBatch == 0 ? 0 : count / perBatch
            for (size, index) in zip(axes, numbers[start..<start + named]) { place = place * size + (try inside(index, size)) }
            places.append(place)
        }
        return (places, shape.dropFirst(batches + named).reduce(1, *))
    }

    /// The place of each element whose coordinate along the node's axis is an index.
    fileprivate func elementPlaces(_ indices: ConstantTensor, _ shape: [Int]) throws(Diagnostic) -> [Int] {
        let axis = try self.axis(node.integer("axis", default: 0), rank: shape.count)
        guard indices.shape.count == shape.count,
            shape.indices.allSatisfy({ $0 == axis || indices.shape[$0] <= shape[$0] })
        else { throw Diagnostic("indices of shape \(indices.shape) for a tensor of \(shape)") }
        var places: [Int] = []
        for (count, index) in try indices.integers().enumerated() {
            var (rest, place, step) = (count, 0, 1)
            for at in shape.indices.reversed() {
                let coordinate = at == axis ? try inside(index, shape[at]) : rest % indices.shape[at]
                rest /= indices.shape[at]
                place += coordinate * step
                step *= shape[at]
            }
            places.append(place)
        }
        return places
    }

    private func inside(_ index: Int, _ size: Int) throws(Diagnostic) -> Int {
        try refuse(!(-size..<size).contains(index), "an index out of range")
        return index < 0 ? index + size : index
    }

    /// Runs of a tensor at these places, in this shape.
    fileprivate mutating func taken(_ value: Value, _ places: [Int], run: Int, _ shape: [Int]) throws(Diagnostic) -> Value {
        if let constant = value.constant {
            try refuse(places.count * run > ConstantTensor.stretchLimit, "a constant of \(places.count * run) elements")
            return try stored(constant.picked(shape) { places.flatMap { $0 * run..<($0 + 1) * run } })
        }
        let count = value.shape.numbers?.reduce(1, *) ?? 0
        let rows = try reshaped(value, [Size(count / max(1, run)), Size(run)])
        return try reshaped(try taken(rows, 0, places), shape.map { Size($0) })
    }

    /// A tensor in which runs at these places are others, the last one of a place, or become one with them.
    fileprivate mutating func put(_ updates: Value, into value: Value, _ places: [Int], run: Int) throws(Diagnostic) -> Value {
        let rows = try known(value.shape).reduce(1, *) / max(1, run)
        try refuse(updates.shape.product.number != places.count * run, "updates of shape \(updates.shape.text)")
        try refuse(rows > ConstantTensor.stretchLimit, "a tensor of \(rows) places")
        let changes = try reshaped(updates, [Size(places.count), Size(run)])
        let reduction = node.text("reduction", default: "none")
        if reduction != "none" { return try reduced(changes, into: value, places, rows: rows, run: run, reduction) }
        var sources = Array(0..<rows)
        for (index, place) in places.enumerated() { sources[place] = rows + index }
        let all = try concatenated([try reshaped(value, [Size(rows), Size(run)]), changes], axis: 0)
        return try reshaped(try taken(all, 0, sources), value.shape)
    }

    /// One update of every place after the other; what has none is given what changes nothing.
    private mutating func reduced(
        _ updates: Value, into value: Value, _ places: [Int], rows: Int, run: Int, _ reduction: String
    ) throws(Diagnostic) -> Value {
        let neutral: [String: Float] = [
            "add": 0, "mul": 1, "max": -.greatestFiniteMagnitude, "min": .greatestFiniteMagnitude,
        ]
        guard let idle = neutral[reduction] else { throw Diagnostic(field: "reduction", "is '\(reduction)'") }
        var rounds: [[Int]] = []
        var counts = [Int](repeating: 0, count: rows)
        for (index, place) in places.enumerated() {
            if counts[place] == rounds.count { rounds.append([Int](repeating: places.count, count: rows)) }
            rounds[counts[place]][place] = index
            counts[place] += 1
        }
        try refuse(rounds.count > 64, "\(rounds.count) updates of one place")
        let all = try concatenated([updates, Value(ConstantTensor([1, run], [Float](repeating: idle, count: run)))], axis: 0)
        var result = value
        for sources in rounds {
            let update = try reshaped(try taken(all, 0, sources), value.shape)
            switch reduction {
            case "add": result = try binary("add", result, update) { $0 + $1 }
            case "mul": result = try binary("mul", result, update) { $0 * $1 }
            default: result = try extreme(result, update, reduction == "max")
            }
        }
        return result
    }
}
