import Arch

/// A reduction with its nest in ascending order: outer loops over outputs, inner loops over what is reduced.
struct ReducePlan: Sendable {
    var work: Reduce
    /// Inner loops merged into one where they continue each other.
    var innerCounts: (outer: Int, inner: Int)
    var innerStrides: (outer: Int, inner: Int)
    /// Destination and source share no byte, so the order of the outputs does not matter.
    var isIndependent: Bool

    init(_ original: Reduce) {
        work = original
        for index in 0..<2 {
            if work.outer[index].count == 1 { work.outer[index] = .init() }
            if work.inner[index].count == 1 { work.inner[index] = .init() }
        }
        let (far, near) = (work.inner[0], work.inner[1])
        if far.count == 1 || near.count == 1 || far.a == near.a * near.count {
            let only = near.count == 1 ? far.a : near.a
            innerCounts = (1, far.count * near.count)
            innerStrides = (0, only)
        } else {
            innerCounts = (far.count, near.count)
            innerStrides = (far.a, near.a)
        }
        isIndependent = Self.isIndependent(work)
    }

    private static func isIndependent(_ work: Reduce) -> Bool {
        let bytes = work.destination.type.bytes
        var reach = bytes
        for loop in work.outer.sorted(by: { abs($0.destination) < abs($1.destination) }) where loop.count > 1 {
            guard abs(loop.destination) >= reach else { return false }
            reach += (loop.count - 1) * abs(loop.destination)
        }
        guard work.a.address.space == work.destination.address.space else { return true }
        var source = Extent(start: work.a.address.offset, bytes: work.a.type.bytes)
        var target = Extent(start: work.destination.address.offset, bytes: bytes)
        for loop in work.outer {
            source.sweep(count: loop.count, stride: loop.a)
            target.sweep(count: loop.count, stride: loop.destination)
        }
        for loop in work.inner { source.sweep(count: loop.count, stride: loop.a) }
        return !source.overlaps(target)
    }

    /// Neighbouring outputs read neighbouring elements, so that a block of outputs can be reduced side by side.
    var isAcross: Bool {
        let inner = work.outer[1]
        return isIndependent && inner.count >= 8 && inner.a == work.a.type.bytes
            && !(innerCounts.outer == 1 && innerStrides.inner == work.a.type.bytes)
    }
}
