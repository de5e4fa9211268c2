import Diagnostics
import Formats

/// A tensor of a model whose values are known. They are read, and changed, only when somebody asks: a model may be larger than
/// the memory.
struct ConstantTensor: Sendable {
    enum Elements: Sendable {
        case floats([Float])
        /// Codes of integers are their values; those of minifloats are bit patterns.
        case integers([Int])
    }

    var type: ElementType
    var shape: [Int]
    let load: @Sendable () throws(Diagnostic) -> Elements

    var count: Int { shape.reduce(1, *) }

    init(_ type: ElementType, _ shape: [Int], load: @escaping @Sendable () throws(Diagnostic) -> Elements) {
        self.type = type
        self.shape = shape
        self.load = load
    }

    init(_ shape: [Int], _ numbers: [Float]) {
        self.init(.float32, shape) { () throws(Diagnostic) in .floats(numbers) }
    }

    init(_ shape: [Int], _ numbers: [Int]) { self.init(.int64, shape) { () throws(Diagnostic) in .integers(numbers) } }

    func floats() throws(Diagnostic) -> [Float] {
        switch try load() {
        case .floats(let numbers): return numbers
        case .integers(let numbers):
            guard let format = type.minifloat else { return numbers.map { Float($0) } }
            return numbers.map { format.float(ofCode: UInt32(truncatingIfNeeded: $0)) }
        }
    }

    func integers() throws(Diagnostic) -> [Int] {
        switch try load() {
        case .integers(let numbers): return numbers
        case .floats: throw Diagnostic("whole numbers expected, it holds \(type.name)")
        }
    }
}

extension ConstantTensor {
    func reshaped(_ shape: [Int]) -> ConstantTensor {
        var copy = self
        copy.shape = shape
        return copy
    }

    /// Axis i of the result is axis `permutation[i]` of this.
    func transposed(_ permutation: [Int]) -> ConstantTensor {
        guard permutation != Array(shape.indices) else { return self }
        let shape = shape
        return picked(permutation.map { shape[$0] }) { StridedIndices(shape, permutation).all }
    }

    /// Elements of these places, row by row.
    func picked(_ shape: [Int], _ places: @escaping @Sendable () -> [Int]) -> ConstantTensor {
        let load = load
        return ConstantTensor(type, shape) { () throws(Diagnostic) in
            switch try load() {
            case .floats(let numbers): .floats(places().map { numbers[$0] })
            case .integers(let numbers): .integers(places().map { numbers[$0] })
            }
        }
    }

    /// Each number becomes another one.
    func map(_ transform: @escaping @Sendable (Float) -> Float) -> ConstantTensor {
        ConstantTensor(.float32, shape) { [self] () throws(Diagnostic) in .floats(try floats().map(transform)) }
    }

    /// More elements than this are not made of fewer: a few bytes of a broken file could ask for any number.
    static let stretchLimit = 1 << 22

    /// Stretched as in numpy to a shape that it fits.
    func broadcast(to target: [Int]) -> ConstantTensor {
        guard target != shape else { return self }
        let padded = [Int](repeating: 1, count: target.count - shape.count) + shape
        return picked(target) { StridedIndices(stretching: padded, to: target).all }
    }

    /// Two tensors element by element, of a common shape.
    func combined(
        _ other: ConstantTensor, _ shape: [Int], floats: @escaping @Sendable (Float, Float) -> Float
    ) -> ConstantTensor {
        let (a, b) = (broadcast(to: shape), other.broadcast(to: shape))
        return ConstantTensor(.float32, shape) { () throws(Diagnostic) in
            let (left, right) = (try a.floats(), try b.floats())
            return .floats(left.indices.map { floats(left[$0], right[$0]) })
        }
    }

    static func concatenated(_ parts: [ConstantTensor], axis: Int) -> ConstantTensor {
        var shape = parts[0].shape
        shape[axis] = parts.reduce(0) { $0 + $1.shape[axis] }
        let outer = shape[..<axis].reduce(1, *)
        let runs = parts.map { $0.shape[axis...].reduce(1, *) }
        return ConstantTensor(parts[0].type, shape) { () throws(Diagnostic) in
            var loaded: [Elements] = []
            for part in parts { loaded.append(try part.load()) }
            func joined<T>(_ lists: [[T]]) -> [T] {
                (0..<outer).flatMap { row in zip(lists, runs).flatMap { $0[row * $1..<(row + 1) * $1] } }
            }
            if case .floats = loaded[0] {
                return .floats(joined(loaded.map { if case .floats(let numbers) = $0 { numbers } else { [] } }))
            }
            return .integers(joined(loaded.map { if case .integers(let numbers) = $0 { numbers } else { [] } }))
        }
    }

    /// Along each axis the elements `starts + i * steps`, `counts` of them.
    func sliced(starts: [Int], steps: [Int], counts: [Int]) -> ConstantTensor {
        let shape = shape
        return picked(counts) { StridedIndices(shape, starts: starts, steps: steps, counts: counts).all }
    }
}

/// Places in a row-major tensor that a walk over several axes visits.
struct StridedIndices {
    private let counts: [Int]
    private let strides: [Int]
    private var start = 0

    private static func strides(_ shape: [Int]) -> [Int] {
        shape.indices.map { shape[($0 + 1)...].reduce(1, *) }
    }

    init(_ shape: [Int], _ permutation: [Int]) {
        let strides = Self.strides(shape)
        counts = permutation.map { shape[$0] }
        self.strides = permutation.map { strides[$0] }
    }

    init(stretching shape: [Int], to target: [Int]) {
        counts = target
        strides = zip(shape, Self.strides(shape)).map { $0 == 1 ? 0 : $1 }
    }

    init(_ shape: [Int], starts: [Int], steps: [Int], counts: [Int]) {
        let strides = Self.strides(shape)
        self.counts = counts
        self.strides = zip(strides, steps).map { $0 * $1 }
        start = zip(strides, starts).reduce(0) { $0 + $1.0 * $1.1 }
    }

    var all: [Int] {
        var places = [start]
        for (count, stride) in zip(counts, strides) {
            var finer: [Int] = []
            finer.reserveCapacity(places.count * count)
            for place in places { for step in 0..<count { finer.append(place + step * stride) } }
            places = finer
        }
        return places
    }
}
