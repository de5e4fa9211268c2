/// Bytes of one memory that an instruction touches, as its fields say it: a run and up to four loops in any order,
/// with strides of any sign. Plain bytes, for passes that look at all instructions; `access` is the normal form.
public struct AccessSpan: Sendable {
    typealias Loops = FixedLoops<4, ByteNest.Loop>

    public let memory: Memory
    public let isWrite: Bool
    private let base: Int
    private let run: Int
    var loops: Loops

    init(_ memory: Memory, base: Int, run: Int, loops: Loops = Loops(), isWrite: Bool) {
        self.memory = memory
        self.base = base
        self.run = run
        self.loops = loops
        self.isWrite = isWrite
    }

    init(_ local: LocalAddress, run: Int, loops: Loops = Loops(), isWrite: Bool) {
        self.init(.scratchpad(local.space), base: local.offset, run: run, loops: loops, isWrite: isWrite)
    }

    init(_ global: GlobalAddress, run: Int, loops: Loops = Loops(), isWrite: Bool) {
        self.init(.global(global.memory), base: global.offset, run: run, loops: loops, isWrite: isWrite)
    }

    /// `count` runs, `stride` bytes apart.
    init(_ local: LocalAddress, run: Int, count: Int, stride: Int, isWrite: Bool) {
        self.init(local, run: run, isWrite: isWrite)
        loops[0] = .init(count: count, stride: stride)
    }

    public var access: Access { Access(memory, ByteNest(base: base, run: run, loops: Array(loops))) }

    /// Bytes that are moved, those of a loop that stands still once.
    public var movedBytes: Int { loops.reduce(run) { $1.stride == 0 ? $0 : $0 * $1.count } }

    /// Everything between the bytes of two accesses of one kind to one memory.
    public func hull(_ other: AccessSpan) -> AccessSpan {
        let (a, b) = (bounds, other.bounds)
        let start = min(a.lowerBound, b.lowerBound)
        return AccessSpan(memory, base: start, run: max(a.upperBound, b.upperBound) - start, isWrite: isWrite)
    }

    /// The smallest range that holds every byte: `access.bytes.bounds`, and no less than that for nests beyond any address
    /// space, which both clamp, each loop here and the whole there.
    public var bounds: Range<Int> {
        let limit = ByteNest.limit
        var lower = min(max(base, -limit), limit)
        guard run > 0, loops.allSatisfy({ $0.count > 0 }) else { return lower..<lower }
        var upper = lower + min(run, limit)
        for index in loops.indices where loops[index].count > 1 && loops[index].stride != 0 {
            let stride = min(Int(clamping: loops[index].stride.magnitude), limit)
            let extent = min(loops[index].count - 1, limit / stride) * stride
            if loops[index].stride < 0 { lower -= extent } else { upper += extent }
        }
        return lower..<upper
    }
}
