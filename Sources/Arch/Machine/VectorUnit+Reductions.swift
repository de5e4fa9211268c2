extension Reduce {
    /// How a reduction lies on the lanes.
    public enum Arrangement: Hashable, Sendable {
        /// Neighbouring lanes hold neighbouring elements of one output; a tree over the lanes ends each output.
        case elementsOnLanes
        /// Neighbouring lanes hold neighbouring outputs; every lane reduces its own elements one after the other.
        case outputsOnLanes
    }

    /// Outputs lie on the lanes when they are neighbours in memory and the elements of one output are not: when the
    /// innermost outer loop steps by one element and the innermost inner loop with more than one step does not.
    /// (Pooling with channels innermost, sums over rows.) Everything else lies element by element.
    public var arrangement: Arrangement {
        let unit = a.type.bytes
        guard let outputs = outer.last, outputs.count > 1, outputs.a == unit else { return .elementsOnLanes }
        guard let elements = inner.last(where: { $0.count > 1 }) else { return .outputsOnLanes }
        return elements.a == unit ? .elementsOnLanes : .outputsOnLanes
    }
}

extension VectorUnit {
    /// Elements of one block of a float sum (docs/numerics.md, float reductions).
    static let sumBlock = 16

    func timing(_ reduce: Reduce) -> UnitTiming {
        switch reduce.arrangement {
        case .outputsOnLanes: outputsOnLanes(reduce)
        case .elementsOnLanes: elementsOnLanes(reduce)
        }
    }

    /// issue = outer[0] * ceil(outer[1] / lanes) * elements per output * simple interval.
    ///
    /// A lane's partial sums of a block of 16 wait in a stack of five registers (`partial_q`): 16 elements need 16
    /// additions (15 in the tree, one across blocks), so one element is taken per interval and no term is added.
    private func outputsOnLanes(_ reduce: Reduce) -> UnitTiming {
        let groups = (reduce.outer.first?.count ?? 1) * ceilingQuotient(reduce.outer.last?.count ?? 1, lanes)
        let elements = reduce.elementsPerOutput
        return UnitTiming(
            occupancyParts: issue(
                elements: reduce.outputs * elements, groups: groups * elements, interval: simpleInterval),
            latencyParts: pipeline)
    }

    /// issue = outputs * inner[0] * ceil(inner[1] / lanes) * simple interval for the elements, then per output:
    ///
    /// * lane tree = ceil(log2 lanes) * simple interval: the lanes' own adders fold the partial results
    ///   (`tree_level_q`).
    /// * block sums, of float sums only: the sums of blocks of 16 are added in ascending order by one adder
    ///   (`block_q`), one per interval. The first of each group is hidden behind its issue; the others are not.
    private func elementsOnLanes(_ reduce: Reduce) -> UnitTiming {
        let rows = reduce.outputs * (reduce.inner.first?.count ?? 1)
        let row = reduce.inner.last?.count ?? 1
        let groups = rows * ceilingQuotient(row, lanes)
        let tree = reduce.outputs * ceilingLog2(lanes) * simpleInterval
        var parts = issue(elements: rows * row, groups: groups, interval: simpleInterval)
        parts.append(.init(.fillAndDrain, "lane tree", tree))
        if reduce.function == .sumFloat {
            let blocks = reduce.outputs * ceilingQuotient(reduce.elementsPerOutput, Self.sumBlock)
            parts.append(.init(.fillAndDrain, "block sums", max(0, blocks - groups) * simpleInterval))
        }
        return UnitTiming(occupancyParts: parts, latencyParts: pipeline)
    }
}
