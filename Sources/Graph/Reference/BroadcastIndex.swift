/// From an element of a result to the element of an operand that numpy broadcasting puts there.
struct BroadcastIndex: Sendable {
    /// Axes of the result, joined where they can be: size, and distance in the operand (0 when broadcast),
    /// last axis first.
    private var axes: [(size: Int, stride: Int)] = []

    /// `nil` when the shape does not broadcast to the result's.
    init?(_ shape: [Int], to result: [Int]) {
        guard shape.count <= result.count else { return nil }
        let padded = Array(repeating: 1, count: result.count - shape.count) + shape
        var stride = 1
        for (own, size) in zip(padded, result).reversed() {
            guard own == size || own == 1 else { return nil }
            let step = own == 1 ? 0 : stride
            if let last = axes.last, size == 1 || (step == last.stride * last.size && (last.stride != 0 || step == 0)) {
                axes[axes.count - 1].size *= size
            } else {
                axes.append((size, step))
            }
            stride *= own
        }
    }

    @inline(__always)
    subscript(flat: Int) -> Int {
        if axes.count == 1 { return axes[0].stride == 0 ? 0 : flat }
        var rest = flat
        var index = 0
        for axis in axes {
            index += rest % axis.size * axis.stride
            rest /= axis.size
        }
        return index
    }
}
