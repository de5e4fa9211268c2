import Arch

/// Reductions output by output, the elements of each widened block by block.
struct StagedReduce: @unchecked Sendable {
    let plan: ReducePlan
    let destination: UnsafeMutableRawPointer
    let a: UnsafeRawPointer

    func execute(_ parallel: Parallel) {
        let work = plan.work
        let near = work.outer[1]
        let elements = work.outputs * work.elementsPerOutput
        parallel.run(work.outputs, elements: elements, isIndependent: plan.isIndependent) { range, stage in
            for index in range {
                let (i, j) = index.quotientAndRemainder(dividingBy: near.count)
                let out = destination + (i * work.outer[0].destination + j * near.destination)
                reduce(a + (i * work.outer[0].a + j * near.a), out, stage)
            }
        }
    }

    private func reduce(_ source: UnsafeRawPointer, _ out: UnsafeMutableRawPointer, _ stage: Stage) {
        switch plan.work.function {
        case .sumFloat: sum(source, out, stage)
        case .maxFloat, .absoluteMaxFloat: maximumFloat(source, out, stage)
        case .sumInteger, .maxInteger: integer(source, out, stage)
        }
    }

    /// Elements in order, in blocks that are full but for the last: `read(first element, count, place in the block)`
    /// for each run of a row, then `body(elements)` for each block.
    @inline(__always)
    private func forEachBlock(
        _ source: UnsafeRawPointer, _ read: (UnsafeRawPointer, Int, Int) -> Void, _ body: (Int) -> Void
    ) {
        var filled = 0
        for row in 0..<plan.innerCounts.outer {
            var column = 0
            let start = source + row * plan.innerStrides.outer
            while column < plan.innerCounts.inner {
                let count = min(plan.innerCounts.inner - column, Stage.capacity - filled)
                read(start + column * plan.innerStrides.inner, count, filled)
                column += count
                filled += count
                if filled == Stage.capacity {
                    body(filled)
                    filled = 0
                }
            }
        }
        if filled > 0 { body(filled) }
    }

    @inline(__always)
    private func forEachFloatBlock(_ source: UnsafeRawPointer, _ stage: Stage, _ body: (Int) -> Void) {
        let type = plan.work.a.type
        forEachBlock(
            source, { Widen.floats(type, $0, plan.innerStrides.inner, $1, stage.float0 + $2) }, body)
    }

    private func sum(_ source: UnsafeRawPointer, _ out: UnsafeMutableRawPointer, _ stage: Stage) {
        var tree = BlockTree()
        forEachFloatBlock(source, stage) { count in
            let whole = count & ~15
            let block = UnsafeRawPointer(stage.float0)
            for i in stride(from: 0, to: whole, by: 16) {
                tree.addBlock(block.loadUnaligned(fromByteOffset: 4 &* i, as: SIMD16<Float>.self))
            }
            for i in whole..<count { tree.add(stage.float0[i]) }
        }
        out.put(tree.total)
    }

    private func maximumFloat(_ source: UnsafeRawPointer, _ out: UnsafeMutableRawPointer, _ stage: Stage) {
        let isAbsolute = plan.work.function == .absoluteMaxFloat
        var maximum: Float = isAbsolute ? 0 : source.float(plan.work.a.type)
        forEachFloatBlock(source, stage) { count in
            let block = stage.float0
            if isAbsolute {
                for i in 0..<count { maximum = Scalar.maximum(maximum, block[i].magnitude) }
            } else {
                for i in 0..<count { maximum = Scalar.maximum(maximum, block[i]) }
            }
        }
        out.put(maximum)
    }

    private func integer(_ source: UnsafeRawPointer, _ out: UnsafeMutableRawPointer, _ stage: Stage) {
        let type = plan.work.a.type
        let isSum = plan.work.function == .sumInteger
        var sum: Int64 = 0
        var maximum = Int32.min
        forEachBlock(
            source, { Widen.integers(type, $0, plan.innerStrides.inner, $1, stage.integer0 + $2) },
            { count in
                let block = stage.integer0
                if isSum {
                    for i in 0..<count { sum &+= Int64(block[i]) }
                } else {
                    for i in 0..<count { maximum = max(maximum, block[i]) }
                }
            })
        out.put(isSum ? Int32(clamping: sum) : maximum, plan.work.destination.type)
    }
}
