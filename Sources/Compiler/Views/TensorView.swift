import Arch
import Formats
import Graph

/// A tensor in DRAM or the shared buffer as an address and one byte stride per axis. Reshape, transpose, slice and split only change the view.
struct TensorView: Hashable {
    var address: GlobalAddress
    var shape: [Int]
    /// Bytes; 0 where an axis is broadcast.
    var strides: [Int]
    var type: ElementType
    var traffic: Traffic
    /// Bytes of one element; more than the type's for records of parameters.
    var elementBytes: Int
    /// Bytes by which the address grows with the graph's open length; `address` is then that for length 0.
    var growth = 0

    init(
        address: GlobalAddress, shape: [Int], strides: [Int]? = nil, type: ElementType, traffic: Traffic, elementBytes: Int? = nil
    ) {
        self.address = address
        self.shape = shape
        self.elementBytes = elementBytes ?? type.bytes
        self.strides = strides ?? TensorView.denseStrides(shape, self.elementBytes)
        self.type = type
        self.traffic = traffic
    }

    var count: Int { shape.reduce(1, *) }
    var isDense: Bool { strides == TensorView.denseStrides(shape, elementBytes) || count == 0 }

    static func denseStrides(_ shape: [Int], _ elementBytes: Int) -> [Int] {
        var strides = shape
        var step = elementBytes
        for axis in shape.indices.reversed() {
            strides[axis] = step
            step *= shape[axis]
        }
        return strides
    }

    func transposed(_ permutation: [Int]) -> TensorView {
        var view = self
        view.shape = permutation.map { shape[$0] }
        view.strides = permutation.map { strides[$0] }
        return view
    }

    func sliced(_ ranges: [SliceRange]) -> TensorView {
        var view = self
        for (axis, range) in ranges.enumerated() {
            view.address += range.start * strides[axis]
            view.shape[axis] = range.count
            view.strides[axis] = strides[axis] * range.step
        }
        return view
    }

    /// As an operand of an operation of shape `target`, broadcast as in numpy.
    func broadcast(to target: [Int]) -> TensorView {
        var view = self
        let missing = target.count - shape.count
        view.shape = target
        view.strides = target.indices.map { axis in
            axis < missing || (shape[axis - missing] == 1 && target[axis] != 1) ? 0 : strides[axis - missing]
        }
        return view
    }

    /// One stride for each group of neighbouring axes, or `nil` when a group cannot be walked with one stride.
    func strides(merging groups: [[Int]]) -> [Int]? {
        var result: [Int] = []
        for group in groups {
            let axes = group.filter { shape[$0] != 1 }
            guard let last = axes.last else {
                result.append(0)
                continue
            }
            for (outer, inner) in zip(axes, axes.dropFirst()) where strides[outer] != strides[inner] * shape[inner] {
                return nil
            }
            result.append(strides[last])
        }
        return result
    }

    /// The same elements under another shape, or `nil` when that needs a copy.
    func reshaped(_ target: [Int]) -> TensorView? {
        var view = self
        view.shape = target
        if isDense {
            view.strides = TensorView.denseStrides(target, elementBytes)
            return view
        }
        guard let strides = regroupedStrides(target) else { return nil }
        view.strides = strides
        return view
    }

    /// Walks both shapes from the left and matches runs of axes with equal products.
    private func regroupedStrides(_ target: [Int]) -> [Int]? {
        let source = shape.indices.filter { shape[$0] != 1 }
        var result = Array(repeating: 0, count: target.count)
        var s = 0
        var t = 0
        while t < target.count {
            if target[t] == 1 {
                t += 1
                continue
            }
            guard s < source.count else { return nil }
            var sourceEnd = s + 1
            var targetEnd = t + 1
            var sourceProduct = shape[source[s]]
            var targetProduct = target[t]
            while sourceProduct != targetProduct {
                if sourceProduct < targetProduct {
                    guard sourceEnd < source.count else { return nil }
                    sourceProduct *= shape[source[sourceEnd]]
                    sourceEnd += 1
                } else {
                    guard targetEnd < target.count else { return nil }
                    targetProduct *= target[targetEnd]
                    targetEnd += 1
                }
            }
            guard let merged = strides(merging: [Array(source[s..<sourceEnd])])?.first else { return nil }
            var step = merged
            for axis in (t..<targetEnd).reversed() where target[axis] != 1 {
                result[axis] = step
                step *= target[axis]
            }
            s = sourceEnd
            t = targetEnd
        }
        return result
    }
}

extension Codec {
    /// Type of an activation edge's elements in memory; `bipolar` and `ternary` edges hold raw codes, those of outlier-victim
    /// pairs slots.
    var elementType: ElementType {
        switch self {
        case .signed(let bits): bits <= 8 ? .int8 : bits <= 16 ? .int16 : .int32
        case .unsigned(let bits): bits <= 8 ? .uint8 : .uint16
        case .bipolar, .ternary, .outlierVictim: .uint8
        case .float32: .float32
        case .float16: .float16
        case .bfloat16: .bfloat16
        case .flint(.signed): .flint4
        case .flint(.unsigned): .uflint4
        case .minifloat(.e4m3): .float8e4m3
        case .minifloat(.e5m2): .float8e5m2
        case .minifloat(.e2m3): .float6e2m3
        case .minifloat(.e3m2): .float6e3m2
        case .minifloat(.e2m1): .float4e2m1
        }
    }
}
