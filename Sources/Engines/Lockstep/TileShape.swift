import Arch
import Formats

/// What an instruction for an array under test is drawn from.
struct TileShape {
    var rows: ClosedRange<Int> = 1...12
    var columns: ClosedRange<Int>
    /// Activations of a run.
    var run: ClosedRange<Int>
    var weightBits: ClosedRange<Int> = 1...8
    var codes: [Multiply.Codes] = [.offset, .bipolar, .twosComplement]
    var activations: [Multiply.Activations] = [.int8, .uint8]
    /// Of int8 and uint8 activations.
    var activationBits: ClosedRange<Int> = 8...8
    /// Zero points that an engine takes, by width of the codes, in terms of the unsigned code.
    var zeroRange: (Int) -> ClosedRange<Int>
    /// N:M structures; dense weights besides.
    var patterns: [NOfM] = []
    /// Blocks of 16 k by 16 columns that keep an N of their own, in every second instruction.
    var mixes = false
    /// Codes that meet floats are scaled in front of the multipliers, most of the time.
    var scalesWeights = false
    /// Tables in place of activations.
    var tables: TableFormat?
    /// Runs of every sixteenth instruction.
    var longRun: ClosedRange<Int>?
    /// For engines that list outliers: how far most codes are from the middle of their range.
    var usualDistance: ClosedRange<Int> = -8...7
    /// Rows and K of an instruction on a layer's codes, such that the array is busy: many rows for each tile of weights; a K that
    /// one tile takes where longer ones wait for sums (the greatest `run` when left out).
    var busyRows = 64
    var busyRun: Int?
}

/// An instruction with plain codes, pairs of slots, or tables, of random shape, nest, scales and values, laid out for an engine; every
/// fourth one
/// has only extreme values, every eighth a single row and half of these a
/// single column.
struct TileProduct {
    let multiply: Multiply
    let storage: TileMemory
    var memory: CoreMemory { storage.memory }

    init(_ shape: TileShape, for engine: any Engine, index: Int, source: TileSource) {
        var draw = source.layer == nil
            ? TileDraw(shape, engine, index: index, seed: source.seed) : TileDraw(shape, engine, index: index, source: source)
        draw.lay(engine)
        multiply = draw.multiply(engine)
        storage = TileMemory(
            activations: draw.activations, weights: draw.weights, tables: draw.tables, accumulators: draw.accumulators)
    }
}

/// The choices, made one after the other.
private struct TileDraw {
    var random: SplitMix64
    let isExtreme: Bool
    let format: Multiply.Activations
    let activationBits: Int
    let bits: Int
    let codes: Multiply.Codes
    let pattern: NOfM?
    let isMixed: Bool
    let outer: Int, inner: Int, ky: Int, kx: Int, run: Int
    let columns: Int
    let isScaled: Bool
    let accumulates: Bool
    let scalesWeights: Bool
    let zeroRange: ClosedRange<Int>
    let usualDistance: ClosedRange<Int>
    let tableFormat: TableFormat?
    var activations: [UInt8] = []
    var tables: [UInt8] = []
    var weights: [UInt8] = []
    var accumulators: [UInt8] = []
    var structure = Multiply.Structure.dense
    /// k of each outlier.
    var listed: [Int] = []
    var zero = Multiply.Zero.immediate(0)
    var weightScales: Multiply.WeightScales?
    var activationScales: Multiply.ActivationScales?
    var imageOffset = 0
    var window: LayerWindow?

    init(_ shape: TileShape, _ engine: any Engine, index: Int, seed: UInt64) {
        var random = SplitMix64(seed: seed)
        func pick(_ range: ClosedRange<Int>) -> Int { Int.random(in: range, using: &random) }
        isExtreme = index % 4 == 1
        format = shape.activations[pick(0...shape.activations.count - 1)]
        isMixed = shape.mixes && index % 4 >= 2
        pattern = shape.patterns.isEmpty || index % 2 == 0 || isMixed ? nil : shape.patterns[index / 2 % shape.patterns.count]
        let isSingle = index % 8 == 3
        // Floats are multiplied by codes in the weights, not in the activations.
        let kinds = pattern != nil || isMixed ? [.offset] : shape.codes.filter { [format] in format.isFloat || $0.floatCodec == nil }
        codes = kinds[pick(0...kinds.count - 1)]
        bits = codes.codec?.bits ?? (codes == .twosComplement ? 8 : pick(shape.weightBits.clamped(to: (codes.bitWidths.min() ?? 1)...(codes.bitWidths.max() ?? 8))))
        activationBits = Multiply.takesNarrowActivations(format) ? pick(shape.activationBits) : 8
        let drawn = index % 16 == 3 ? 1 : pick(shape.columns)
        // A list is that of one block.
        let isListed = (engine as? any OutlierEngine)?.listsOutliers(weightBits: bits) == true
        columns = isListed ? min(drawn, engine.columnBlock) : drawn
        let runs = index % 16 == 13 ? shape.longRun ?? shape.run : shape.run
        run = index % 16 == 7 ? 1 : pick(runs)
        (ky, kx) = (pick(1...2), pick(1...2))
        let most = isSingle ? 1 : pick(shape.rows)
        outer = most > 1 ? pick(1...2) : 1
        inner = max(1, most / outer)
        isScaled = format.isFloat || pick(0...1) == 1
        accumulates = pick(0...3) == 0
        scalesWeights = shape.scalesWeights && format.isFloat && codes.floatCodec == nil && pick(0...3) > 0
        let range = codes.floatCodec != nil ? 0...0 : pattern == nil && !isMixed ? shape.zeroRange(bits) : 0...1 << bits - 1
        // Zero points of two's complement codes are in their terms.
        let shift = codes == .twosComplement ? 1 << (bits - 1) : 0
        zeroRange = range.lowerBound - shift...range.upperBound - shift
        usualDistance = shape.usualDistance
        tableFormat = shape.tables
        self.random = random
    }

    /// Whole tiles of a layer's codes; every second instruction scales its sums.
    init(_ shape: TileShape, _ engine: any Engine, index: Int, source: TileSource) {
        var random = SplitMix64(seed: source.seed)
        let window = source.layer.map { LayerWindow($0, using: &random) }
        let layer = window?.layer
        isExtreme = false
        format = window?.format(of: shape.activations) ?? shape.activations[0]
        codes = shape.codes[0]
        let widths = shape.weightBits.clamped(to: (codes.bitWidths.min() ?? 1)...(codes.bitWidths.max() ?? 8))
        bits = min(max(layer?.weightBits ?? 8, widths.lowerBound), widths.upperBound)
        activationBits = Multiply.takesNarrowActivations(format) ? layer?.activationBits ?? 8 : 8
        (isMixed, pattern) = (false, nil)
        (outer, ky, kx) = (1, 1, 1)
        inner = shape.busyRows
        run = shape.busyRun ?? shape.run.upperBound
        let isListed = (engine as? any OutlierEngine)?.listsOutliers(weightBits: bits) == true
        columns = min(shape.columns.upperBound, isListed ? engine.columnBlock : 2 * engine.columnBlock)
        isScaled = format.isFloat || !index.isMultiple(of: 2)
        accumulates = false
        scalesWeights = shape.scalesWeights && format.isFloat
        let zero = window?.zero(bits: bits) ?? 0
        zeroRange = zero...zero
        usualDistance = shape.usualDistance
        tableFormat = shape.tables
        self.window = window
        self.random = random
    }

    private mutating func value(_ range: ClosedRange<Int>) -> Int {
        isExtreme
            ? (random.below(2) == 0 ? range.lowerBound : range.upperBound) : Int.random(in: range, using: &random)
    }

    /// A code of a weight or an activation; identifiers of victims more often than chance has them.
    private mutating func code(_ range: ClosedRange<Int>, _ pairs: OutlierVictimPair?) -> Int {
        guard let pairs else { return value(range) }
        return random.below(8) == 0 ? Int(pairs.identifier) : value(0...1 << pairs.bits - 1)
    }

    /// Pixels of an image that the taps slide over.
    private var width: Int { inner + kx - 1 }
    private var pixels: Int { (outer + ky - 1) * width }
    private var pixelBytes: Int { run * format.elementBytes }

    /// Writes all operands, as the instruction wants them.
    mutating func lay(_ engine: any Engine) {
        let granule = isMixed ? MixedBlocks.side : engine.depthGranule(pattern)
        let laidOutRun = roundUp(run, to: granule)
        let depth = ky * kx * laidOutRun
        if isMixed { layBlocks(engine, depth: depth) } else { layWeights(engine, depth: depth, laidOutRun: laidOutRun) }
        layScales(engine, depth: depth, granule: granule)
        imageOffset = activations.count
        layPixels()
        for _ in 0..<outer * inner * columns {
            // Numbers that are moderate as integers and as floats.
            let word = isScaled ? Float(Int.random(in: -4096...4096, using: &random)).bitPattern
                : UInt32(truncatingIfNeeded: random.next())
            accumulators += withUnsafeBytes(of: word.littleEndian) { Array($0) }
        }
    }

    /// Codes behind the scales, or tables in a space of their own.
    private mutating func layPixels() {
        for pixel in 0..<pixels {
            if let tableFormat {
                let codes = (0..<run).map { window?.activation(row: pixel, k: $0) ?? value(activationRange) }
                tables += TileTables(format: tableFormat).bytes(codes) { value(-127...127) }
            } else if let window {
                activations += codes(of: window, row: pixel)
            } else {
                for _ in 0..<run { activations += activation() }
            }
        }
    }

    private func codes(of window: LayerWindow, row: Int) -> [UInt8] {
        if let pairs = format.codec?.pairs { return window.pairs(pairs, row: row, run: run) }
        return (0..<run).flatMap { k -> [UInt8] in
            let code = window.activation(row: row, k: k)
            guard let codec = format.codec, codec.isFloat else { return [UInt8(truncatingIfNeeded: code)] }
            let number = codec.code(ofFloat: Float(code))
            return (0..<codec.edgeBytes).map { UInt8(truncatingIfNeeded: number >> UInt32(8 * $0)) }
        }
    }

    private var activationRange: ClosedRange<Int> {
        let half = 1 << (activationBits - 1)
        return format == .uint8 ? 0...2 * half - 1 : -half...half - 1
    }

    private mutating func activation() -> [UInt8] {
        if let codec = format.codec, codec.isFloat { return float(codec) }
        return [UInt8(truncatingIfNeeded: code(activationRange, format.codec?.pairs))]
    }

    /// A code of a float, moderate but for one in 64, as bytes.
    private mutating func float(_ codec: Codec) -> [UInt8] {
        while true {
            let code = UInt32(random.below(1 << UInt64(codec.bits)))
            let number = codec.float(ofCode: code)
            let isModerate = number == 0 || (0x1p-9...0x1p9).contains(number.magnitude)
            guard isModerate || random.below(64) == 0 else { continue }
            return (0..<codec.edgeBytes).map { UInt8(truncatingIfNeeded: code >> UInt32(8 * $0)) }
        }
    }

    private mutating func layWeights(_ engine: any Engine, depth: Int, laidOutRun: Int) {
        let stored = pattern?.kept(of: depth) ?? depth
        let rarity = listing(engine) is any SplittingEngine ? 1 + random.below(40) : 1
        var plain: [UInt8] = []
        for column in 0..<columns {
            if let window {
                plain += codes.codec?.pairs.map { window.pairs($0, column: column, depth: stored) }
                    ?? (0..<stored).map { $0 % laidOutRun < run ? UInt8(window.weight(column: column, k: $0, bits: bits)) : 0 }
                continue
            }
            for k in 0..<stored {
                // The layout's padding of a dense run is the code 0.
                let isPadding = pattern == nil && k % laidOutRun >= run
                if let codec = codes.floatCodec { plain += float(codec) } else if rarity > 1, random.below(rarity) > 0 {
                    plain.append(UInt8(1 << (bits - 1) + value(usualDistance)))
                } else {
                    plain.append(isPadding ? 0 : UInt8(code(0...1 << bits - 1, codes.pairs)))
                }
            }
        }
        weights += engine.layOut(codes: plain, columns: columns, depth: stored, weightBits: bits)
        if let engine = listing(engine) { layList(engine, codes: plain, depth: stored) }
        guard let pattern else { return }
        var positions: [UInt8] = []
        for _ in 0..<columns {
            for _ in 0..<depth / pattern.m {
                let chosen = (0..<pattern.m).shuffled(using: &random).prefix(pattern.n).sorted()
                positions += chosen.map { UInt8($0) }
            }
        }
        structure = .nOfM(pattern, positions: weights.count)
        weights += PositionLayout(pattern: pattern, columnBlock: engine.columnBlock)
            .layOut(positions, columns: columns, kept: stored)
    }

    /// Blocks of some of the five N, or of only one.
    private mutating func layBlocks(_ engine: any Engine, depth: Int) {
        let side = MixedBlocks.side
        let (stripes, depthBlocks) = (ceilDivide(columns, side), depth / side)
        let choices = [0, 2, 4, 8, 16].shuffled(using: &random).prefix(1 + Int(random.below(5)))
        let counts = (0..<stripes * depthBlocks).map { _ in UInt8(choices[Int(random.below(UInt64(choices.count)))]) }
        let layout = MixedLayout(
            counts: counts, stripes: stripes, depthBlocks: depthBlocks, columnBlock: engine.columnBlock)
        var codes: [[UInt8]] = Array(repeating: [], count: side)
        var positions = codes
        for stored in layout.storedCounts {
            for lane in 0..<side {
                positions[lane] += (0..<side).shuffled(using: &random).prefix(Int(stored)).sorted().map { UInt8($0) }
                for _ in 0..<stored { codes[lane].append(UInt8(value(0...1 << bits - 1))) }
            }
        }
        func rows(_ columns: [[UInt8]], bits: Int) -> [UInt8] {
            DenseLayout(columnBlock: side, weightBits: bits)
                .layOut(codes: columns.flatMap { $0 }, columns: side, depth: layout.rows)
        }
        weights += rows(codes, bits: bits)
        let places = weights.count
        weights += rows(positions, bits: 4)
        structure = .mixed(MixedBlocks(counts: counts, positions: places, blocks: weights.count))
        weights += layout.storedCounts
    }

    private func listing(_ engine: any Engine) -> (any OutlierEngine)? {
        (engine as? any OutlierEngine).flatMap { $0.listsOutliers(weightBits: bits) ? $0 : nil }
    }

    /// The outliers that an engine splits off, or some beside the indices of a dictionary.
    private mutating func layList(_ engine: any OutlierEngine, codes: [UInt8], depth: Int) {
        var list: [Outlier] = []
        if let engine = engine as? any SplittingEngine {
            list = engine.outliers(codes: codes, columns: columns, depth: depth, run: run, weightBits: bits)[0]
        } else {
            // As many as GOBO finds in its networks (arXiv 2005.03842), 0.1 %.
            let rarity = window == nil ? 1 + random.below(60) : 1000
            for k in 0..<depth {
                for lane in 0..<columns where random.below(rarity) == 0 {
                    let value = float(.float16).reversed().reduce(0) { $0 << 8 | Int($1) }
                    list.append(Outlier(lane: lane, run: k / run, place: k % run, value: value))
                }
            }
        }
        guard !list.isEmpty else { return }
        listed = list.map { $0.run * run + $0.place }
        let first = Int(random.below(5))
        for index in list.indices { list[index].place += first }
        structure = .outliers(.init(offset: weights.count, count: list.count, firstPlace: first))
        weights += engine.outlierFormat.bytes(list)
    }

    private mutating func layScales(_ engine: any Engine, depth: Int, granule: Int) {
        guard codes != .dictionary else {
            zero = .centroids(offset: weights.count)
            for _ in 0..<1 << bits { weights += float(.float16) }
            return
        }
        let block = engine.columnBlock
        let lanes = ceilDivide(columns, block) * block
        var group = depth
        if isScaled, window == nil, random.below(3) > 0 { group = granule * Int.random(in: 1...max(1, depth / granule), using: &random) }
        let groups = ceilDivide(depth, group)
        // Every fourth is 0, which several engines need not correct.
        zero = .immediate(codes.readsZeros && random.below(4) > 0 ? value(zeroRange) : 0)
        if let window, codes == .offset { zero = .immediate(window.zero(bits: bits)) }
        if codes == .offset, window == nil, random.below(2) == 0, isScaled || groups == 1 {
            zero = .table(offset: weights.count)
            for _ in 0..<lanes * groups {
                weights += withUnsafeBytes(of: Int16(value(zeroRange)).littleEndian) { Array($0) }
            }
        }
        guard isScaled else { return }
        if scalesWeights || window != nil || group < depth || random.below(2) == 0 {
            let format: Multiply.ScaleFormat = random.below(2) == 0 ? .float32 : .float16
            weightScales = .init(
                group: group, format: format, offset: weights.count, scalesWeights: scalesWeights)
            for _ in 0..<lanes * groups {
                let scale = Float.random(in: 0.001...2, using: &random)
                weights += format == .float32
                    ? withUnsafeBytes(of: scale.bitPattern.littleEndian) { Array($0) }
                    : withUnsafeBytes(of: Float16(scale).bitPattern.littleEndian) { Array($0) }
            }
        }
        if window == nil, random.below(2) == 0 {
            let group = granule * Int.random(in: 1...max(1, depth / granule), using: &random)
            let groups = ceilDivide(depth, group)
            activationScales = .init(
                group: group, local: LocalAddress(.activations, activations.count), rowPitch: 4 * groups)
            for _ in 0..<outer * inner * groups {
                let scale = Float.random(in: -1...1, using: &random)
                activations += withUnsafeBytes(of: scale.bitPattern.littleEndian) { Array($0) }
            }
        }
    }

    /// The instruction, its list counted.
    func multiply(_ engine: any Engine) -> Multiply {
        let multiply = multiply(pitchColumns: columns)
        guard let engine = engine as? any OutlierEngine else { return multiply }
        return engine.counted(multiply) { range in listed.count { range.contains($0) } }
    }

    private func multiply(pitchColumns: Int) -> Multiply {
        let pixel = tableFormat.map { $0.tableBytes * $0.tables(activations: run) } ?? run * format.elementBytes
        return Multiply(
            engine: 0,
            activations: tableFormat == nil ? LocalAddress(.activations, imageOffset) : LocalAddress(.tables, 0),
            activationFormat: tableFormat?.entries.activations ?? format, activationBits: activationBits,
            outerRows: .init(count: outer, stride: width * pixel), innerRows: .init(count: inner, stride: pixel),
            ky: .init(count: ky, stride: width * pixel), kx: .init(count: kx, stride: pixel), run: run, weights: 0,
            weightBits: bits, codes: codes, structure: structure, zero: zero, columns: columns, accumulators: 0,
            accumulatorPitch: 4 * pitchColumns, accumulate: accumulates,
            output: isScaled ? .scaled(weights: weightScales, activations: activationScales) : .integer)
    }
}
