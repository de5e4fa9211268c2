import Arch

/// Reductions of a block of neighbouring outputs side by side (pooling, sums over rows): the elements of one step of
/// the inner loops are contiguous over the outputs, and each output still sees its own in ascending order.
struct AcrossReduce: @unchecked Sendable {
    let plan: ReducePlan
    let destination: UnsafeMutableRawPointer
    let a: UnsafeRawPointer

    /// Outputs of a block: 16 slots of a blocked sum for each fill a stage.
    static let width = Stage.capacity / 16

    func execute(_ parallel: Parallel) {
        let work = plan.work
        let blocks = (work.outer[1].count - 1) / Self.width + 1
        let units = work.outer[0].count * blocks
        parallel.run(units, elements: work.outputs * work.elementsPerOutput) { range, stage in
            for unit in range {
                let (row, block) = unit.quotientAndRemainder(dividingBy: blocks)
                let first = block * Self.width
                reduce(row, first, min(Self.width, work.outer[1].count - first), stage)
            }
        }
    }

    private func reduce(_ row: Int, _ first: Int, _ count: Int, _ stage: Stage) {
        let (far, near) = (plan.work.outer[0], plan.work.outer[1])
        let source = a + (row * far.a + first * near.a)
        let out = destination + (row * far.destination + first * near.destination)
        let type = plan.work.destination.type
        switch plan.work.function {
        case .sumFloat:
            sum(source, count, stage)
            Narrow.floats(stage.float1, count, .float32, out, near.destination)
        case .maxFloat, .absoluteMaxFloat:
            maximumFloat(source, count, stage)
            Narrow.floats(stage.float1, count, .float32, out, near.destination)
        case .sumInteger:
            sumInteger(source, count, stage)
            Narrow.integers(stage.integer1, count, type, out, near.destination)
        case .maxInteger:
            stage.integer1.update(repeating: .min, count: count)
            forEachStep(source) { row, _ in
                Widen.integers(plan.work.a.type, row, plan.work.a.type.bytes, count, stage.integer0)
                for i in 0..<count { stage.integer1[i] = max(stage.integer1[i], stage.integer0[i]) }
            }
            Narrow.integers(stage.integer1, count, type, out, near.destination)
        }
    }

    @inline(__always)
    private func forEachStep(_ source: UnsafeRawPointer, _ body: (_ row: UnsafeRawPointer, _ step: Int) -> Void) {
        for i in 0..<plan.innerCounts.outer {
            for j in 0..<plan.innerCounts.inner {
                body(
                    source + (i * plan.innerStrides.outer + j * plan.innerStrides.inner), i * plan.innerCounts.inner + j
                )
            }
        }
    }

    /// Slot s of the outputs lies at float0 + s * width; float1 holds the running sums.
    private func sum(_ source: UnsafeRawPointer, _ count: Int, _ stage: Stage) {
        let width = Self.width
        let steps = plan.work.elementsPerOutput
        stage.float0.update(repeating: 0, count: Stage.capacity)
        forEachStep(source) { row, step in
            let slot = step % 16
            Widen.floats(plan.work.a.type, row, plan.work.a.type.bytes, count, stage.float0 + slot * width)
            guard slot == 15 || step == steps - 1 else { return }
            tree(stage.float0, count)
            if step < 16 {
                stage.float1.update(from: stage.float0, count: count)
            } else {
                for i in 0..<count { stage.float1[i] = stage.float1[i] + stage.float0[i] }
            }
            stage.float0.update(repeating: 0, count: Stage.capacity)
        }
    }

    /// Pairwise over the 16 slots of each output; the result is in slot 0.
    private func tree(_ slots: UnsafeMutablePointer<Float>, _ count: Int) {
        let width = Self.width
        var live = 8
        while live > 0 {
            for slot in 0..<live {
                let (out, left, right) = (
                    slots + slot * width, slots + 2 * slot * width, slots + (2 * slot + 1) * width
                )
                for i in 0..<count { out[i] = left[i] + right[i] }
            }
            live /= 2
        }
    }

    private func maximumFloat(_ source: UnsafeRawPointer, _ count: Int, _ stage: Stage) {
        let type = plan.work.a.type
        let isAbsolute = plan.work.function == .absoluteMaxFloat
        if isAbsolute {
            stage.float1.update(repeating: 0, count: count)
        } else {
            Widen.floats(type, source, type.bytes, count, stage.float1)
        }
        forEachStep(source) { row, _ in
            Widen.floats(type, row, type.bytes, count, stage.float0)
            if isAbsolute {
                for i in 0..<count { stage.float1[i] = Scalar.maximum(stage.float1[i], stage.float0[i].magnitude) }
            } else {
                for i in 0..<count { stage.float1[i] = Scalar.maximum(stage.float1[i], stage.float0[i]) }
            }
        }
    }

    /// Sums in 64 bits, each as two words of the stage: int32 elements may need more than 32 bits on the way.
    private func sumInteger(_ source: UnsafeRawPointer, _ count: Int, _ stage: Stage) {
        withUnsafeTemporaryAllocation(of: Int64.self, capacity: Self.width) { sums in
            sums.initialize(repeating: 0)
            forEachStep(source) { row, _ in
                Widen.integers(plan.work.a.type, row, plan.work.a.type.bytes, count, stage.integer0)
                for i in 0..<count { sums[i] &+= Int64(stage.integer0[i]) }
            }
            for i in 0..<count { stage.integer1[i] = Int32(clamping: sums[i]) }
        }
    }
}
