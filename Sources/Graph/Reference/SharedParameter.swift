import Diagnostics
import Formats

/// A scale or zero point, and which of its entries each element of the tensor uses.
struct SharedParameter<Value: Sendable>: Sendable {
    var values: [Value]
    var granularity: Granularity
    /// Shape of the tensor that is described, not of the parameter.
    var shape: [Int]

    init(one value: Value) {
        values = [value]
        granularity = .tensor
        shape = []
    }

    init(values: [Value], granularity: Granularity, shape: [Int]) {
        self.values = values
        self.granularity = granularity
        self.shape = shape
    }

    var isUniform: Bool { values.count == 1 }

    /// Entries that a parameter of this granularity must have; `nil` when the granularity does not fit the shape.
    var expectedCount: Int? {
        switch granularity {
        case .tensor: return 1
        case .axis(let axis): return shape.indices.contains(axis) ? shape[axis] : nil
        case .group(let size):
            guard let last = shape.last, size > 0 else { return nil }
            return shape.dropLast().reduce(1, *) * ((last + size - 1) / size)
        }
    }

    /// Index of the entry for the element at `flat` (row-major).
    func index(ofElement flat: Int) -> Int {
        if isUniform { return 0 }
        switch granularity {
        case .tensor: return 0
        case .axis(let axis): return flat / shape[(axis + 1)...].reduce(1, *) % shape[axis]
        case .group(let size):
            let last = shape[shape.count - 1]
            return flat / last * ((last + size - 1) / size) + flat % last / size
        }
    }

    subscript(element flat: Int) -> Value { values[index(ofElement: flat)] }

    /// One entry per element, in row-major order.
    func expanded(count: Int) -> [Value] {
        isUniform ? Array(repeating: values[0], count: count) : (0..<count).map { self[element: $0] }
    }
}

extension NodeEvaluation {
    /// The scale of codes; `nil` when the encoding has none.
    func scale(_ scale: Scale, of shape: [Int]) throws -> SharedParameter<Float>? {
        switch scale {
        case .none: return nil
        case .uniform(let value): return SharedParameter(one: value)
        case .tensor(let name, let granularity):
            return try checked(
                SharedParameter(values: parameter(name).floats(), granularity: granularity, shape: shape), name)
        case .product:
            throw Diagnostic(field: "scale", "is the scale of an accumulator, expected the scale of codes")
        }
    }

    func zeroPoint(_ zeroPoint: ZeroPoint, of shape: [Int]) throws -> SharedParameter<Int> {
        switch zeroPoint {
        case .uniform(let value):
            try require(value.magnitude <= 1 << 32, "zero", "\(value) does not fit 32 bits")
            return SharedParameter(one: value)
        case .tensor(let name, let granularity):
            let values = try parameter(name).values().map(Int.init)
            return try checked(SharedParameter(values: values, granularity: granularity, shape: shape), name)
        }
    }

    private func checked<Value>(_ parameter: SharedParameter<Value>, _ name: String) throws -> SharedParameter<Value> {
        let expected = parameter.expectedCount
        try require(
            parameter.values.count == expected, name,
            "has \(parameter.values.count) entries, expected \(expected.map(String.init) ?? "another granularity") "
                + "for a tensor of shape \(parameter.shape)")
        return parameter
    }
}
