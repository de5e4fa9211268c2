import Arch

/// A rectangular part of an operation's output: start and count along each axis of its domain.
struct Box: Hashable {
    var start: [Int]
    var count: [Int]

    var elements: Int { count.reduce(1, *) }
    /// The same outer part, with only one element along the last axis.
    var rows: Box {
        var box = self
        box.start[count.count - 1] = 0
        box.count[count.count - 1] = 1
        return box
    }
}

/// A tensor seen along the axes of a domain.
struct DomainView: Hashable {
    var address: GlobalAddress
    /// Bytes per axis, 0 where the tensor repeats.
    var strides: [Int]
    var type: ElementType
    var elementBytes: Int
    var traffic: Traffic
    /// As in `TensorView`.
    var growth = 0
}

/// Part of a tensor in a scratchpad, along the axes of a domain.
struct TileValue: Hashable {
    var address: LocalAddress
    /// Bytes per axis, 0 where the value repeats.
    var strides: [Int]
    var type: ElementType

    var operand: Operand { Operand(address, type) }

    /// The value along the last axis only every `step` elements from `offset` on.
    func lastAxis(offset: Int, step: Int = 1) -> TileValue {
        var value = self
        let last = strides.count - 1
        value.address.offset += offset * strides[last]
        value.strides[last] *= step
        return value
    }

    /// The last axis cut in two: groups of `size`, elements inside.
    func grouped(size: Int, repeatsInGroup: Bool) -> TileValue {
        var value = self
        let step = strides[strides.count - 1]
        value.strides[strides.count - 1] = repeatsInGroup ? step : step * size
        value.strides.append(repeatsInGroup ? 0 : step)
        return value
    }
}

/// A nest of loops over several operands at once, adjacent levels merged where every operand allows it.
struct Nest {
    var counts: [Int]
    /// One stride list per operand.
    var strides: [[Int]]

    init(counts: [Int], strides: [[Int]]) {
        let kept = counts.indices.filter { counts[$0] != 1 }
        self.counts = kept.map { counts[$0] }
        self.strides = strides.map { list in kept.map { list[$0] } }
        var level = self.counts.count - 2
        while level >= 0 {
            let inner = level + 1
            if self.strides.allSatisfy({ $0[level] == $0[inner] * self.counts[inner] }) {
                self.counts[level] *= self.counts[inner]
                self.counts.remove(at: inner)
                for operand in self.strides.indices {
                    self.strides[operand][level] = self.strides[operand][inner]
                    self.strides[operand].remove(at: inner)
                }
            }
            level -= 1
        }
    }

    /// Nests of at most `levels` loops that together cover this one, each with the byte offset of every operand.
    func split(levels: Int) -> [(nest: Nest, offsets: [Int])] {
        guard counts.count > levels else { return [(self, strides.map { _ in 0 })] }
        var inner = self
        inner.counts.removeFirst()
        for operand in inner.strides.indices { inner.strides[operand].removeFirst() }
        let parts = inner.split(levels: levels)
        return (0..<counts[0]).flatMap { index in
            parts.map { part in
                (part.nest, zip(part.offsets, strides).map { $0 + index * $1[0] })
            }
        }
    }
}
