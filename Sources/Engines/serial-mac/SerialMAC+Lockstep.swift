import Arch

extension SerialMAC: ArrayBlock {
    public var array: RTLBlock { lockstep("engine") }

    /// What `rtl/serial-mac` has, held to this engine.
    static var blocks: [RTLBlock] {
        [
            SerialMAC(columns: 8).lockstep("8"), SerialMAC(columns: 5).lockstep("odd"),
            SerialMAC(columns: 1).lockstep("single"),
        ]
    }

    /// The array with its accumulators, whole instructions at a time.
    func lockstep(_ variant: String) -> RTLBlock {
        let accumulators = AccumulatorPorts(lanes: columns, words: 128)
        var binding = rtl
        binding.parameters["AccumulatorWords"] = accumulators.words
        return RTLBlock(
            kind, binding, variant: variant,
            .tiles(
                TileCheck { index, source in
                    // Weights less their zero points have 9 bits.
                    let shape = TileShape(
                        columns: 1...3 * columns, run: 1...20, activationBits: 1...8,
                        zeroRange: { (1 << $0) - 256...256 })
                    return tileCase(TileProduct(shape, for: self, index: index, source: source), accumulators)
                }))
    }

    private func tileCase(_ product: TileProduct, _ accumulators: AccumulatorPorts) -> TileCase {
        let (multiply, memory) = (product.multiply, product.memory)
        var steps = SerialSteps(self, multiply, memory, accumulators)
        let preload = accumulators.preload(multiply, memory, blockColumns: columns)
        let timing = timing(multiply, shape: nil)
        multiplyStructurally(multiply, shape: nil, memory: memory)
        steps.walk(latency: timing.latency, results: product.storage.words(multiply))
        return TileCase(
            summary: multiply.shapeSummary, streams: [steps.operands, steps.scales], preload: preload,
            retires: steps.retires, cycles: timing.occupancy + timing.latency, events: activity(multiply, shape: nil))
    }
}

/// What goes into the array in every cycle, and what comes out.
private struct SerialSteps {
    let multiply: Multiply
    let memory: CoreMemory
    let accumulators: AccumulatorPorts
    let cut: KCut
    let parameters: GroupParameters
    let weights: WeightValues
    var operands: BeatStream
    var scales: BeatStream
    var retires: [Retire] = []

    init(_ engine: SerialMAC, _ multiply: Multiply, _ memory: CoreMemory, _ accumulators: AccumulatorPorts) {
        (self.multiply, self.memory, self.accumulators) = (multiply, memory, accumulators)
        cut = KCut(multiply, granule: 1)
        parameters = GroupParameters(
            multiply, memory: memory, columnBlock: engine.columns, weightGroups: cut.weightGroups)
        weights = WeightValues(
            multiply: multiply, memory: memory, layout: engine.layout(multiply.weightBits), depth: cut.depth,
            parameters: parameters)
        let lanes = engine.columns
        operands = BeatStream(
            "step",
            fields: [
                .signed("step_activation_i", bits: 9), .signed("step_weight_i", bits: 9, count: lanes),
                RTLPort("step_begins_i", bits: 1), RTLPort("step_ends_i", bits: 1), RTLPort("step_scaled_i", bits: 1),
                RTLPort("step_fresh_i", bits: 1), RTLPort("step_address_i", bits: accumulators.addressBits),
            ], beats: [])
        scales = BeatStream(
            "scale", fields: [RTLPort("scale_column_i", bits: 32, count: lanes), RTLPort("scale_row_i", bits: 32)],
            beats: [])
    }

    /// Every cycle takes a step, so the cycle of a step is the number of those before it.
    mutating func walk(latency: Int, results: [[UInt32]]) {
        let blocks = ceilDivide(multiply.columns, accumulators.lanes)
        for block in 0..<blocks {
            for row in 0..<multiply.rows {
                for segment in cut.segments {
                    let lanes = (0..<accumulators.lanes).map { block * accumulators.lanes + $0 }
                    let word = accumulators.word(block: block, row: row, multiply)
                    addSteps(row: row, lanes: lanes, segment, word)
                    let isLast = segment == cut.segments.last
                    let values = lanes.filter { $0 < multiply.columns }.map { column -> (Int, Retire.Value) in
                        (column - lanes[0], isLast ? .exactly(results[row][column]) : .partial)
                    }
                    retires.append(
                        Retire(
                            cycle: operands.beats.count - 1 + latency, address: word,
                            lanes: Dictionary(uniqueKeysWithValues: values)))
                    guard multiply.isScaled else { continue }
                    scales.beats.append(
                        lanes.map { $0 < multiply.columns ? Int(parameters.columnScale($0, segment).bitPattern) : 0 }
                            + [Int(parameters.rowScale(row, segment).bitPattern)])
                }
            }
        }
    }

    private mutating func addSteps(row: Int, lanes: [Int], _ segment: KCut.Segment, _ word: Int) {
        let isFresh = segment.range.lowerBound == 0 && !multiply.accumulate
        let nest = ActivationNest(multiply: multiply)
        for k in segment.range {
            operands.beats.append(
                [nest.code(row: row, laidOut: k, memory: memory)]
                    + lanes.map { column in
                        column < multiply.columns ? weights.value(column: column, k: k, group: segment.weightGroup) : 0
                    } + [
                        k == segment.range.lowerBound ? 1 : 0, k + 1 == segment.range.upperBound ? 1 : 0,
                        multiply.isScaled ? 1 : 0, isFresh ? 1 : 0, word,
                    ])
        }
    }
}
