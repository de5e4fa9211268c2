/// How many instructions the same work would take if no instruction had loops inside: what a simpler instruction set would
/// store and fetch.
///
/// * load, store, fill: one for each contiguous run of bytes; loops that go on where the run inside them ends make it longer.
/// * gather: one for each row.
/// * mma, lmma: one for each step of the array, a cycle in which it takes operands (the ideal and ragged cycles of
///   `Engine.timing`): a pass over rows and columns and as much of K as it takes at once.
/// * vector instructions: one for each row of elements that lie on the lanes, which is the innermost loop: of a reduction
///   its elements, or its outputs where those are neighbours.
extension Instruction.Body {
    public func unrolledInstructions(engines: [any Engine]) -> Int {
        switch self {
        case .load(let transfer), .store(let transfer): transfer.contiguousRuns
        case .gather(let gather): max(1, gather.count)
        case .fill(let fill): fill.contiguousRuns
        case .mma(let multiply): multiply.arraySteps(engines: engines, shape: nil)
        case .lmma(let multiply, let shape): multiply.arraySteps(engines: engines, shape: shape)
        case .buildTables(let build): max(1, build.rows)
        case .elementwise(let elementwise): max(1, elementwise.loops.dropLast().reduce(1) { $0 * $1.count })
        case .reduce(let reduce): max(1, reduce.rowsOnLanes)
        }
    }
}

extension Transfer {
    fileprivate var contiguousRuns: Int {
        var run = rowBytes
        var rest = loops.filter { $0.count > 1 }
        while let inner = rest.last, inner.globalStride == run, inner.localStride == run {
            run *= inner.count
            rest.removeLast()
        }
        return rest.reduce(1) { $0 * $1.count }
    }
}

extension Fill {
    fileprivate var contiguousRuns: Int {
        var run = rowBytes
        var rest = loops.filter { $0.count > 1 }
        while let inner = rest.last, inner.stride == run {
            run *= inner.count
            rest.removeLast()
        }
        return rest.reduce(1) { $0 * $1.count }
    }
}

extension Multiply {
    fileprivate func arraySteps(engines: [any Engine], shape: LookupShape?) -> Int {
        guard engines.indices.contains(engine) else { return 1 }
        let parts = engines[engine].timing(self, shape: shape).occupancyParts
        return max(1, parts.reduce(0) { $1.term == .ideal || $1.term == .raggedEdges ? $0 + $1.cycles : $0 })
    }
}

extension Reduce {
    fileprivate var rowsOnLanes: Int {
        let outer = outer.map(\.count)
        let inner = inner.map(\.count)
        switch arrangement {
        case .elementsOnLanes: return outer.reduce(1, *) * inner.dropLast().reduce(1, *)
        case .outputsOnLanes: return outer.dropLast().reduce(1, *) * inner.reduce(1, *)
        }
    }
}
