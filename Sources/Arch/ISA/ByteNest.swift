/// Bytes that a nest of loops touches: runs of `run` bytes, one per step of the loops, from `base`.
///
/// The nest is kept normal, so that equal sets mostly look equal: strides are positive and descending, loops that do
/// not move are left out, and a run that meets the next one is joined with it.
public struct ByteNest: Hashable, Sendable {
    public struct Loop: InstructionLoop {
        public var count: Int
        public var stride: Int
        public init() { self.init(count: 1, stride: 0) }
        public init(count: Int, stride: Int) {
            self.count = count
            self.stride = stride
        }
    }
    public private(set) var base: Int
    public private(set) var run: Int
    /// Outermost (greatest stride) first.
    public private(set) var loops: [Loop]
    /// One past the last byte.
    public private(set) var end: Int

    /// Past any address space of the ISA; extents are clamped to it so that sizes never wrap.
    static let limit = 1 << 58

    public init(base: Int, run: Int, loops: [Loop] = []) {
        let base = min(max(base, -Self.limit), Self.limit)
        self.base = base
        self.run = min(max(run, 0), Self.limit)
        self.loops = []
        self.end = base
        let empty = self.run == 0 || loops.contains { $0.count <= 0 }
        if empty { self.run = 0 } else { normalise(loops) }
        end = self.base + self.run + self.loops.reduce(0) { $0 + ($1.count - 1) * $1.stride }
    }

    public var isEmpty: Bool { run == 0 }
    /// The smallest range that holds every byte.
    public var bounds: Range<Int> { base..<end }
    /// Every byte of `bounds` is touched.
    public var isDense: Bool { loops.isEmpty }

    private mutating func normalise(_ given: [Loop]) {
        var moving: [Loop] = []
        for loop in given where loop.count > 1 && loop.stride != 0 {
            let stride = min(Int(clamping: loop.stride.magnitude), Self.limit)
            let extent = min(loop.count - 1, Self.limit / stride) * stride
            if loop.stride < 0 { base -= extent }
            moving.append(Loop(count: extent / stride + 1, stride: stride))
        }
        moving.sort { ($0.stride, $0.count) < ($1.stride, $1.count) }
        for loop in moving {
            if loops.isEmpty, loop.stride <= run {
                run = min(run + (loop.count - 1) * loop.stride, Self.limit)
            } else if let inner = loops.first, loop.stride == inner.stride * inner.count {
                loops[0].count = min(inner.count * loop.count, Self.limit / inner.stride)
            } else {
                loops.insert(loop, at: 0)
            }
        }
    }
}

extension ByteNest {
    /// Whether the two nests share a byte. Never misses one; when the exact answer takes more than `effort` steps it
    /// says yes.
    public func overlaps(_ other: ByteNest, effort: Int = 512) -> Bool {
        var left = effort
        return overlaps(other, left: &left)
    }

    private func overlaps(_ other: ByteNest, left: inout Int) -> Bool {
        guard base < other.end, other.base < end, !isEmpty, !other.isEmpty else { return false }
        if isDense && other.isDense { return true }
        left -= 1
        guard left > 0 else { return true }
        if isApart(from: other) { return false }
        // Halving the nest with the longer outer loop shrinks the bounds fastest.
        if (end - base >= other.end - other.base && !isDense) || other.isDense {
            let (first, second) = halves
            return first.overlaps(other, left: &left) || second.overlaps(other, left: &left)
        }
        let (first, second) = other.halves
        return overlaps(first, left: &left) || overlaps(second, left: &left)
    }

    /// The nest cut in two at its outermost loop.
    private var halves: (ByteNest, ByteNest) {
        guard let outer = loops.first else { return (self, self) }
        let inner = Array(loops.dropFirst())
        let count = outer.count / 2
        return (
            ByteNest(base: base, run: run, loops: [Loop(count: count, stride: outer.stride)] + inner),
            ByteNest(
                base: base + count * outer.stride, run: run,
                loops: [Loop(count: outer.count - count, stride: outer.stride)] + inner)
        )
    }

    /// Modulo some pitch (a stride of either nest) the two lie in different columns, as the heads of one tensor do.
    private func isApart(from other: ByteNest) -> Bool {
        for loop in loops + other.loops {
            let pitch = loop.stride
            let width = width(modulo: pitch)
            let otherWidth = other.width(modulo: pitch)
            guard width < pitch, otherWidth < pitch else { continue }
            let distance = ((other.base - base) % pitch + pitch) % pitch
            if distance >= width && distance + otherWidth <= pitch { return true }
        }
        return false
    }

    /// Bytes of the smallest column that holds the nest when addresses are taken modulo `pitch`.
    private func width(modulo pitch: Int) -> Int {
        loops.reduce(run) { $1.stride.isMultiple(of: pitch) ? $0 : min($0 + ($1.count - 1) * $1.stride, Self.limit) }
    }
}
