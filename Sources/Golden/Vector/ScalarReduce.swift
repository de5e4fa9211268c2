import Arch

/// Reductions one output at a time, one element at a time: what the fast methods must equal.
struct ScalarReduce {
    let work: Reduce
    let destination: UnsafeMutableRawPointer
    let a: UnsafeRawPointer

    func execute() {
        let (far, near) = (work.outer[0], work.outer[1])
        for i in 0..<far.count {
            for j in 0..<near.count {
                let out = destination + (i * far.destination + j * near.destination)
                reduce(a + (i * far.a + j * near.a), out)
            }
        }
    }

    @inline(__always)
    private func forEachElement(
        _ source: UnsafeRawPointer, _ body: (_ element: UnsafeRawPointer, _ isFirst: Bool) -> Void
    ) {
        for i in 0..<work.inner[0].count {
            for j in 0..<work.inner[1].count {
                body(source + (i * work.inner[0].a + j * work.inner[1].a), i == 0 && j == 0)
            }
        }
    }

    private func reduce(_ source: UnsafeRawPointer, _ out: UnsafeMutableRawPointer) {
        let type = work.a.type
        switch work.function {
        case .sumFloat:
            var sum = BlockTree()
            forEachElement(source) { element, _ in sum.add(element.float(type)) }
            out.put(sum.total)
        case .maxFloat:
            var maximum: Float = 0
            forEachElement(source) { element, isFirst in
                let x = element.float(type)
                maximum = isFirst ? x : Scalar.maximum(maximum, x)
            }
            out.put(maximum)
        case .absoluteMaxFloat:
            var maximum: Float = 0
            forEachElement(source) { element, _ in maximum = Scalar.maximum(maximum, element.float(type).magnitude) }
            out.put(maximum)
        case .sumInteger:
            var sum: Int64 = 0
            forEachElement(source) { element, _ in sum += Int64(element.integer(type)) }
            out.put(Int32(clamping: sum), work.destination.type)
        case .maxInteger:
            var maximum = Int32.min
            forEachElement(source) { element, _ in maximum = max(maximum, element.integer(type)) }
            out.put(maximum, work.destination.type)
        }
    }
}

/// Sum in blocks of 16 with a pairwise tree inside and sequential addition across (docs/numerics.md, float reductions).
struct BlockTree {
    private var slots = SIMD16<Float>()
    private var used = 0
    private var sum: Float = 0
    private var isStarted = false

    mutating func add(_ x: Float) {
        slots[used] = x
        used += 1
        if used == 16 { addBlock(slots) }
    }

    /// A whole block; none of its elements may be waiting in a partial one.
    @inline(__always)
    mutating func addBlock(_ block: SIMD16<Float>) {
        let pairs = block.evenHalf + block.oddHalf
        let fours = pairs.evenHalf + pairs.oddHalf
        let eights = fours.evenHalf + fours.oddHalf
        let tree = eights.x + eights.y
        sum = isStarted ? sum + tree : tree
        isStarted = true
        slots = SIMD16()
        used = 0
    }

    var total: Float {
        guard used > 0 else { return sum }
        var copy = self
        copy.addBlock(slots)
        return copy.sum
    }
}
