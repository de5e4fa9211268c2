import Arch
import Formats

/// What the array does: tile by tile of outputs, pair by pair along K; decoders on the borders, elements inside, sums that
/// leave at the end of a segment.
extension OliveArray {
    public func multiplyStructurally(_ multiply: Multiply, shape: LookupShape?, memory: CoreMemory) {
        guard let activations = multiply.activationFormat.codec?.pairs, let weights = multiply.codes.pairs else { return }
        let schedule = schedule(multiply)
        for firstColumn in stride(from: 0, to: multiply.columns, by: schedule.columnLanes) {
            let columns = firstColumn..<min(multiply.columns, firstColumn + schedule.columnLanes)
            for firstRow in stride(from: 0, to: multiply.rows, by: schedule.rowLanes) {
                let rows = firstRow..<min(multiply.rows, firstRow + schedule.rowLanes)
                var tile = OliveTile(
                    multiply: multiply, memory: memory, activations: BorderDecoder(activations),
                    weights: BorderDecoder(weights), layout: layout(multiply.weightBits), columnBlock: columnBlock,
                    cut: schedule.cut, rows: rows, columns: columns)
                for segment in schedule.cut.segments { tile.run(segment) }
            }
        }
    }
}

/// The outputs that the array holds at one time.
struct OliveTile {
    let multiply: Multiply
    let memory: CoreMemory
    let activations: BorderDecoder
    let weights: BorderDecoder
    let layout: PairLayout
    let rows: Range<Int>
    let columns: Range<Int>
    private let parameters: GroupParameters
    private let accumulators: AccumulatorFile
    private let depth: Int
    /// [row of tile][column of tile]
    private var sums: [Int32]

    init(
        multiply: Multiply, memory: CoreMemory, activations: BorderDecoder, weights: BorderDecoder, layout: PairLayout,
        columnBlock: Int, cut: KCut, rows: Range<Int>, columns: Range<Int>
    ) {
        self.multiply = multiply
        self.memory = memory
        self.activations = activations
        self.weights = weights
        self.layout = layout
        self.rows = rows
        self.columns = columns
        parameters = GroupParameters(
            multiply, memory: memory, columnBlock: columnBlock, weightGroups: cut.weightGroups)
        accumulators = AccumulatorFile(multiply: multiply, memory: memory)
        depth = cut.depth
        sums = Array(repeating: 0, count: rows.count * columns.count)
    }

    mutating func run(_ segment: KCut.Segment) {
        for k in stride(from: segment.range.lowerBound, to: segment.range.upperBound, by: 2) {
            let left = rows.map { activationPair(row: $0, k: k) }
            let top = columns.map { weightPair(column: $0, k: k) }
            for (line, a) in left.enumerated() {
                for (lane, w) in top.enumerated() {
                    let index = line * columns.count + lane
                    sums[index] &+= ExponentIntegerElement.joined(a.left, w.left)
                    sums[index] &+= ExponentIntegerElement.joined(a.right, w.right)
                }
            }
        }
        leave(segment)
    }

    private mutating func leave(_ segment: KCut.Segment) {
        let isFresh = segment.range.lowerBound == 0 && !multiply.accumulate
        for (line, row) in rows.enumerated() {
            for (lane, column) in columns.enumerated() {
                let sum = sums[line * columns.count + lane]
                if multiply.isScaled {
                    let old = isFresh ? 0 : accumulators.float(row: row, column: column)
                    let scale = parameters.scale(row: row, column: column, segment: segment)
                    accumulators.store(old + scaledTerm(sum, scale: scale, inHalves: false), row: row, column: column)
                } else {
                    accumulators.add(sum, row: row, column: column, fresh: isFresh)
                }
            }
        }
        sums = Array(repeating: 0, count: sums.count)
    }

    private typealias Pair = (left: [ExponentInteger], right: [ExponentInteger])

    private func nibbles(_ pair: (left: ExponentInteger, right: ExponentInteger), bits: Int) -> Pair {
        (ExponentIntegerElement.nibbles(pair.left, bits: bits), ExponentIntegerElement.nibbles(pair.right, bits: bits))
    }

    private func activationPair(row: Int, k: Int) -> Pair {
        let slots = ActivationNest(multiply: multiply).slots(row: row, k: k, memory: memory)
        return nibbles(activations.decode(left: slots.left, right: slots.right), bits: multiply.slotBits)
    }

    private func weightPair(column: Int, k: Int) -> Pair {
        let slots = layout.slots(
            UnsafeRawBufferPointer(memory.weights), base: multiply.weights, column: column, k: k, depth: depth)
        return nibbles(weights.decode(left: slots.left, right: slots.right), bits: multiply.pairBits)
    }
}
