import Arch

/// What the slices are offered in a step: codes, positions and zero points at the slices that their parts lie on, how many
/// weights a part has, and which chain has which part of a block.
struct DSPStepOperands {
    private let engine: DSPChain
    private let multiply: Multiply
    private let memory: CoreMemory
    private let parameters: GroupParameters
    private let layout: DenseLayout
    /// Stored weights of a column.
    private let depth: Int
    private let weightGroup: Int
    private let selection: Selection?
    private let blocks: MixedReader?

    /// - Parameters:
    ///   - depth: K as laid out.
    ///   - weightGroup: k per scale or zero point.
    init(
        _ engine: DSPChain, _ multiply: Multiply, memory: CoreMemory, depth: Int, weightGroup: Int,
        parameters: GroupParameters
    ) {
        (self.engine, self.multiply, self.memory, self.parameters) = (engine, multiply, memory, parameters)
        layout = engine.layout(multiply.weightBits)
        self.depth = multiply.structure.stored(of: depth)
        self.weightGroup = weightGroup
        selection = Selection(multiply, memory: memory, columnBlock: engine.columnBlock, depth: depth)
        blocks = multiply.structure.mixed.map {
            MixedReader(multiply, $0, memory: memory, columnBlock: engine.columnBlock)
        }
    }

    /// [chain][slice], or [chain][group] for zero points.
    private struct Slices {
        var codes: [Int]
        var positions: [Int]
        var zeros: [Int]
        var logKept: [Int]
        var places: [Int]

        init(_ engine: DSPChain) {
            codes = [Int](repeating: 0, count: engine.codeColumns * engine.chainLength)
            positions = codes
            zeros = [Int](repeating: 0, count: engine.codeColumns * engine.groups)
            logKept = [Int](repeating: 0, count: engine.codeColumns)
            places = logKept
        }

        func fields(count: Int) -> [Int] { codes + positions + zeros + [count] + logKept + places }
    }

    func weights(_ step: DSPWalk.Step) -> [Int] {
        var slices = Slices(engine)
        switch step.weights {
        case .stored(let range):
            if engine.packsQuads(multiply) { quads(step, range, &slices) } else { parts(step, range, &slices) }
            return slices.fields(count: range.count)
        case .blocks(let parts, let depthBlock):
            for (chain, part) in parts.enumerated() { block(step, part, depthBlock, chain, &slices) }
            return slices.fields(count: engine.plan(multiply).length)
        }
    }

    private func code(_ column: Int, _ k: Int) -> Int {
        Int(
            layout.code(
                UnsafeRawBufferPointer(memory.weights), base: multiply.weights, depth: depth, column: column, k: k))
    }

    private func parts(_ step: DSPWalk.Step, _ range: Range<Int>, _ slices: inout Slices) {
        let parts = ChainParts(engine, multiply.structure.pattern)
        for (lane, column) in step.columns.enumerated() {
            let (chain, part) = lane.quotientAndRemainder(dividingBy: parts.count)
            let first = chain * engine.chainLength + part * parts.length
            for group in first / 2..<(first + parts.length) / 2 {
                slices.zeros[group] = parameters.zero(column: column, group: step.segment.weightGroup)
            }
            for (place, k) in range.enumerated() {
                slices.codes[first + place] = code(column, k)
                slices.positions[first + place] = selection?.position(column: column, kept: k) ?? 0
            }
        }
    }

    /// The codes of four columns at every slice.
    private func quads(_ step: DSPWalk.Step, _ range: Range<Int>, _ slices: inout Slices) {
        for (index, column) in step.columns.enumerated() {
            let (chain, lane) = index.quotientAndRemainder(dividingBy: WeightQuad.offsets.count)
            for group in chain * engine.groups..<(chain + 1) * engine.groups {
                slices.zeros[group] = parameters.zero(column: column, group: step.segment.weightGroup)
            }
            for (place, k) in range.enumerated() {
                slices.codes[chain * engine.chainLength + place] |= code(column, k) << (WeightQuad.weightBits * lane)
            }
        }
    }

    /// 16 / N columns of a block at a chain, as far as there are columns.
    private func block(
        _ step: DSPWalk.Step, _ part: DSPWalk.BlockPart, _ depthBlock: Int, _ chain: Int, _ slices: inout Slices
    ) {
        guard let blocks else { return }
        slices.logKept[chain] = levels(part.kept)
        slices.places[chain] = part.place
        for index in 0..<MixedBlocks.side / part.kept {
            let column = step.columns.lowerBound + part.place + index
            guard column < step.columns.upperBound else { return }
            let first = chain * engine.chainLength + index * part.kept
            for group in first / 2..<(first + part.kept) / 2 {
                slices.zeros[group] = parameters.zero(column: column, group: depthBlock * MixedBlocks.side / weightGroup)
            }
            for (place, weight) in blocks.kept(column: column, depthBlock: depthBlock).enumerated() {
                slices.codes[first + place] = weight.code
                slices.positions[first + place] = weight.position
            }
        }
    }
}
