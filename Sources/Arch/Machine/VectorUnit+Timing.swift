extension VectorUnit {
    /// Cycles of one vector instruction when nothing stalls it; no cycles for instructions of other units.
    ///
    /// The unit issues one group of up to `lanes` elements every interval of the function's class, whatever the strides
    /// (choice: the scratchpads deliver one operand per lane and cycle). All results leave `pipelineStages` registers
    /// later.
    public func timing(of body: Instruction.Body) -> UnitTiming {
        switch body {
        case .elementwise(let elementwise): timing(elementwise)
        case .reduce(let reduce): timing(reduce)
        case .buildTables(let build): timing(build)
        case .load, .gather, .fill, .store, .mma, .lmma: UnitTiming(occupancyParts: [], latencyParts: [])
        }
    }

    /// Cycles between lane groups of a function: the initiation interval of its slowest lane operator.
    public func interval(of function: ElementwiseFunction) -> Int {
        switch function {
        case .copy, .addFloat, .subtractFloat, .multiplyFloat, .maxFloat, .addInteger, .subtractInteger,
            .multiplyInteger, .maxInteger, .multiplyAccumulate, .clampFloat, .clampInteger, .dequantise,
            .requantiseFloat, .requantiseDyadic, .mask:
            simpleInterval
        case .divideFloat, .dynamicScale, .quantise, .quantisePairs: divideInterval
        case .float(let function): interval(of: function)
        }
    }

    private func interval(of function: FloatFunction) -> Int {
        switch function {
        case .relu: simpleInterval
        case .reciprocal: divideInterval
        // Hard sigmoid and hard swish are sequences of up to four simple steps on one lane.
        case .exp, .log, .erf, .sin, .cos, .rsqrt, .gelu, .geluTanh, .silu, .sigmoid, .tanh, .hardSwish, .hardSigmoid:
            elementaryInterval
        }
    }

    /// The registers between the first operand read and the first write (`stage_q[pipelineStages]`).
    var pipeline: [UnitTiming.Part] { [.init(.fillAndDrain, "vector pipeline", pipelineStages)] }

    /// issue = loops[0] * loops[1] * loops[2] * ceil(loops[3] / lanes) * interval: the step counters `loop_q[0...2]`,
    /// the lane group counter `group_q` and the interval counter `interval_q`.
    ///
    /// * ideal = ceil(elements * interval / lanes): the same with every lane filled.
    /// * ragged edges = the rest: lanes without an element in the last group of each innermost loop.
    private func timing(_ elementwise: Elementwise) -> UnitTiming {
        let interval = interval(of: elementwise.function)
        let outer = elementwise.loops.dropLast().reduce(1) { $0 * $1.count }
        let groups = outer * ceilingQuotient(elementwise.loops.last?.count ?? 1, lanes)
        return UnitTiming(
            occupancyParts: issue(elements: elementwise.elements, groups: groups, interval: interval),
            latencyParts: pipeline)
    }

    func issue(elements: Int, groups: Int, interval: Int) -> [UnitTiming.Part] {
        let ideal = ceilingQuotient(elements * interval, lanes)
        return [
            .init(.ideal, "lane groups", ideal),
            .init(.raggedEdges, "empty lanes", groups * interval - ideal),
        ]
    }
}

/// ceil(a / b) for a >= 0, b > 0.
func ceilingQuotient(_ a: Int, _ b: Int) -> Int { (a + b - 1) / b }

/// ceil(log2 n) for n >= 1.
func ceilingLog2(_ n: Int) -> Int { n <= 1 ? 0 : Int.bitWidth - (n - 1).leadingZeroBitCount }
