import Arch

/// What the chains do with weights whose blocks keep an N of their own: the counts beside the weights say how far the next
/// block lies, as the address counters of the hardware add them up.
struct MixedReader {
    let multiply: Multiply
    let mixed: MixedBlocks
    let memory: CoreMemory
    private let stripesPerBlock: Int
    private let depthBlocks: Int
    /// N and first row of every block, in the order of memory.
    private var places: [(count: Int, row: Int)] = []

    init(_ multiply: Multiply, _ mixed: MixedBlocks, memory: CoreMemory, columnBlock: Int) {
        self.multiply = multiply
        self.mixed = mixed
        self.memory = memory
        // A few chains alone have a stripe for a block; support wants whole stripes.
        stripesPerBlock = max(1, columnBlock / MixedBlocks.side)
        depthBlocks = multiply.mixedDepthBlocks
        var row = 0
        for index in 0..<ceilDivide(multiply.columns, stripesPerBlock * MixedBlocks.side) * depthBlocks * stripesPerBlock {
            let count = min(Int(memory.weights[mixed.blocks + index]), MixedBlocks.side)
            places.append((count, row))
            row += count
        }
    }

    /// The kept weights of one column of a block: unsigned codes and positions.
    func kept(column: Int, depthBlock: Int) -> [(code: Int, position: Int)] {
        let (stripe, lane) = column.quotientAndRemainder(dividingBy: MixedBlocks.side)
        let (block, inBlock) = stripe.quotientAndRemainder(dividingBy: stripesPerBlock)
        let place = places[(block * depthBlocks + depthBlock) * stripesPerBlock + inBlock]
        return (0..<place.count).map { kept in
            (
                field(base: multiply.weights, row: place.row + kept, lane: lane, bits: multiply.weightBits),
                field(base: mixed.positions, row: place.row + kept, lane: lane, bits: 4)
            )
        }
    }

    /// Counts in memory that are not those of the instruction may lead past the scratchpad, where nothing is.
    private func field(base: Int, row: Int, lane: Int, bits: Int) -> Int {
        let (byte, shift) = (lane * bits).quotientAndRemainder(dividingBy: 8)
        let address = base + row * MixedLayout.rowBytes(weightBits: bits) + byte
        func read(_ address: Int) -> Int { address < memory.weights.count ? Int(memory.weights[address]) : 0 }
        let low = read(address)
        let high = shift + bits > 8 ? read(address + 1) : 0
        return (low | high << 8) >> shift & (1 << bits - 1)
    }
}

extension DSPChain {
    /// Two rows and a column at a time: which chains do it when decides nothing about the bits.
    func multiplyMixedStructurally(_ multiply: Multiply, _ mixed: MixedBlocks, memory: CoreMemory) {
        let reader = MixedReader(multiply, mixed, memory: memory, columnBlock: columnBlock)
        let cut = KCut(multiply, granule: MixedBlocks.side)
        let parameters = GroupParameters(multiply, memory: memory, columnBlock: columnBlock, weightGroups: cut.weightGroups)
        let accumulators = AccumulatorFile(multiply: multiply, memory: memory)
        let segments = multiply.isScaled
            ? cut.segments : [KCut.Segment(range: 0..<cut.depth, weightGroup: 0, activationGroup: 0)]
        for row in stride(from: 0, to: multiply.rows, by: 2) {
            let rows = row..<min(multiply.rows, row + 2)
            for column in 0..<multiply.columns {
                for segment in segments {
                    let sums = mixedSums(rows, column, segment, cut, reader, parameters)
                    for row in rows {
                        let sum = Int32(truncatingIfNeeded: row == rows.lowerBound ? sums.upper : sums.lower)
                        accumulators.leave(sum, row: row, column: column, segment: segment, parameters: parameters)
                    }
                }
            }
        }
    }

    private func mixedSums(
        _ rows: Range<Int>, _ column: Int, _ segment: KCut.Segment, _ cut: KCut, _ reader: MixedReader,
        _ parameters: GroupParameters
    ) -> (upper: Int, lower: Int) {
        let (multiply, side) = (reader.multiply, MixedBlocks.side)
        let nest = ActivationNest(multiply: multiply)
        var total = (upper: 0, lower: 0)
        for block in segment.range.lowerBound / side..<ceilDivide(segment.range.upperBound, side) {
            let kept = reader.kept(column: column, depthBlock: block)
            guard !kept.isEmpty else { continue }
            let zero = parameters.zero(column: column, group: block * side / cut.weightGroup)
            let packed = kept.map { weight in
                // The multiplexer in front of a DSP picks both activations of its pair.
                let k = block * side + weight.position
                return ActivationPair.packed(
                    upper: nest.code(row: rows.lowerBound, laidOut: k, memory: reader.memory),
                    lower: rows.count > 1 ? nest.code(row: rows.lowerBound + 1, laidOut: k, memory: reader.memory) : 0)
            }
            let sums = plan(multiply, length: max(Self.groupLength, kept.count)).sums(
                packed: packed, weights: kept.map { ($0.code - zero).wrapped(to: 9) })
            total.upper += sums.upper
            total.lower += sums.lower
        }
        return total
    }
}
