import Graph

/// The index space that a segment is tiled over: the shape of its outputs with neighbouring axes merged.
struct Domain: Hashable {
    /// Shape of the tensors of the segment.
    var shape: [Int]
    /// Axes of `shape` that make up each axis of the domain.
    var groups: [[Int]]
    /// Size of each axis of the domain.
    var counts: [Int]

    init(shape: [Int], groups: [[Int]]) {
        self.shape = shape
        self.groups = groups
        counts = groups.map { $0.reduce(1) { $0 * shape[$1] } }
    }

    /// Merges as many neighbouring axes as all the views allow; the last axis stays alone when `keepsLast`.
    init(merging shape: [Int], views: [TensorView], keepsLast: Int) {
        var groups: [[Int]] = []
        for axis in shape.indices {
            let free = axis < shape.count - keepsLast
            if free, let previous = groups.last {
                let candidate = previous + [axis]
                if views.allSatisfy({ $0.broadcast(to: shape).strides(merging: [candidate]) != nil }) {
                    groups[groups.count - 1] = candidate
                    continue
                }
            }
            groups.append([axis])
        }
        self.init(shape: shape.isEmpty ? [1] : shape, groups: groups.isEmpty ? [[0]] : groups)
    }

    /// The tensor along this domain's axes (it is broadcast first), or `nil` when axes cannot be merged.
    func view(_ tensor: TensorView) -> DomainView? {
        guard tensor.shape.count <= shape.count,
            let strides = tensor.broadcast(to: shape).strides(merging: groups)
        else { return nil }
        return DomainView(
            address: tensor.address, strides: strides, type: tensor.type, elementBytes: tensor.elementBytes,
            traffic: tensor.traffic, growth: tensor.growth)
    }

    /// A tensor of one value per row and `groups` values along the last axis.
    func rowView(_ tensor: TensorView) -> DomainView? {
        var target = shape
        target[target.count - 1] = tensor.shape.last ?? 1
        guard let strides = tensor.broadcast(to: target).strides(merging: groups) else { return nil }
        return DomainView(
            address: tensor.address, strides: strides, type: tensor.type, elementBytes: tensor.elementBytes,
            traffic: tensor.traffic, growth: tensor.growth)
    }
}
