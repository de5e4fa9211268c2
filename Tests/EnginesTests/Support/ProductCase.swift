import Arch
import Engines
import Formats

/// A product with its operands as numbers: laid out for an engine, and evaluated from the definition.
struct ProductCase {
    var format: Multiply.Activations
    /// Of codes, the lowest bits that count; what lies above them in memory is rubbish.
    var activationBits = 8
    /// Activations of one table.
    var length = 4
    var outer = 1
    var inner: Int
    var ky = 1
    var kx = 1
    var run: Int
    var columns: Int
    var bits: Int
    var bipolar = false
    /// [pixel][run], pixels of an image of (outer + ky - 1) x (inner + kx - 1).
    var pixels: [[Int]] = []
    /// [pixel][table][2^(length - 1)] codes, for INT8 tables.
    var tableCodes: [[[Int]]] = []
    /// [column][laid-out k]
    var codes: [[UInt8]] = []
    var zero = 0
    /// [column][group], in place of `zero`.
    var zeros: [[Int]]?
    var weightGroup: Int?
    var halfScales = false
    /// [column][group]
    var weightScales: [[Float]] = []
    var activationGroup: Int?
    /// [row][group]
    var activationScales: [[Float]] = []
    var scaled = false
    /// N:M structure; `codes` are dense all the same, zero points where nothing is kept.
    var pattern: NOfM?
    /// [column][kept k], ascending in a block.
    var positions: [[Int]] = []
    /// K is laid out in blocks of 16; `counts` of them are kept, [stripe of 16 columns][block of K].
    var isMixed = false
    var counts: [[Int]]?

    var usesTables: Bool { format.areTables }
    var granule: Int { usesTables ? length : isMixed ? 16 : pattern?.m ?? 1 }
    /// Tables of one run.
    var runTables: Int { (run + length - 1) / length }
    var laidOutRun: Int { (run + granule - 1) / granule * granule }
    var depth: Int { ky * kx * laidOutRun }
    var rows: Int { outer * inner }
    var width: Int { inner + kx - 1 }
    var pixelCount: Int { (outer + ky - 1) * width }
    var pixelBytes: Int { usesTables ? tableEntries * (hasExactTables ? 2 : 1) * runTables : run }
    var halfEntries: Int { 1 << (length - 1) }
    var hasFullTables: Bool { [.exactFullTables, .fullTablesPerTable, .fullTablesPer64].contains(format) }
    var tableEntries: Int { hasFullTables ? 2 * halfEntries : halfEntries }

    func pixel(row: Int, tap: Int) -> Int { (row / inner + tap / kx) * width + row % inner + tap % kx }

    var hasExactTables: Bool { format == .exactTables || format == .exactFullTables }

    /// One half table, from its definition.
    func half(pixel: Int, table: Int) -> [Int] {
        if !hasExactTables { return tableCodes[pixel][table] }
        let first = length * table
        return (0..<halfEntries).map { t in
            (0..<length).reduce(0) { sum, k in
                let a = first + k < run ? pixels[pixel][first + k] : 0
                return sum + (k > 0 && t >> (k - 1) & 1 == 1 ? a : -a)
            }
        }
    }

    /// The table as it is stored. A full table has entry i of the half table at 2i and, with the other sign, at ~2i.
    func table(pixel: Int, table: Int) -> [Int] {
        let half = half(pixel: pixel, table: table)
        guard hasFullTables else { return half }
        return (0..<tableEntries).map { $0 % 2 == 0 ? half[$0 / 2] : -half[(tableEntries - 1 - $0) / 2] }
    }

    /// Zero for codes of whole bytes.
    private var rubbish: UInt8 { UInt8(truncatingIfNeeded: 0x5B << activationBits) }

    private var operandBytes: [UInt8] {
        (0..<pixelCount).flatMap { pixel -> [UInt8] in
            if !usesTables { return pixels[pixel].map { UInt8(truncatingIfNeeded: $0) ^ rubbish } }
            return (0..<runTables).flatMap { index -> [UInt8] in
                let table = table(pixel: pixel, table: index)
                return hasExactTables
                    ? littleEndian(table.map { Int16($0) }) : table.map { UInt8(truncatingIfNeeded: $0) }
            }
        }
    }

    private func blocked<Element>(_ values: [[Element]], block: Int, missing: Element) -> [Element] {
        let groups = values[0].count
        return (0..<(columns + block - 1) / block).flatMap { b in
            (0..<groups).flatMap { g in
                (0..<block).map { b * block + $0 < columns ? values[b * block + $0][g] : missing }
            }
        }
    }

    /// [column][stored k]
    private var storedCodes: [[UInt8]] {
        guard let pattern else { return codes }
        return (0..<columns).map { column in
            positions[column].enumerated().map { kept, position in
                codes[column][kept / pattern.n * pattern.m + position]
            }
        }
    }

    /// [block][kept k] rows of `block` positions, bit by bit.
    private func positionBytes(_ pattern: NOfM, block: Int) -> [UInt8] {
        var width = 0
        while 1 << width < pattern.m { width += 1 }
        var bytes: [UInt8] = []
        for first in stride(from: 0, to: columns, by: block) {
            for kept in positions[0].indices {
                var bits: [Int] = []
                for lane in 0..<block {
                    let position = first + lane < columns ? positions[first + lane][kept] : 0
                    bits += (0..<width).map { position >> $0 & 1 }
                }
                while bits.count % 8 != 0 { bits.append(0) }
                bytes += stride(from: 0, to: bits.count, by: 8).map { start in
                    (0..<8).reduce(0) { $0 | UInt8(bits[start + $1]) << $1 }
                }
            }
        }
        return bytes
    }

    /// The instruction and its memory, with the parts at odd places.
    func prepare(_ engine: any Engine) -> (Multiply, Scratchpads) {
        var weights = [UInt8](repeating: 0xEE, count: 6)
        let block = engine.columnBlock
        let stored = storedCodes
        var structure = Multiply.Structure.dense
        if let counts {
            let (codes, positions, stored) = mixedBytes(counts, block: block)
            let at = weights.count + codes.count
            weights += codes + positions + stored
            structure = .mixed(MixedBlocks(
                counts: counts.flatMap { $0.map { UInt8($0) } }, positions: at, blocks: at + positions.count))
        } else {
            weights += engine.layOut(
                codes: stored.flatMap { $0 }, columns: columns, depth: stored[0].count, weightBits: bits)
        }
        if let pattern {
            structure = .nOfM(pattern, positions: weights.count)
            weights += positionBytes(pattern, block: block)
        }
        // Coordinates that start elsewhere, where the format has room for it.
        if let lists = engine as? any OutlierEngine {
            let found = lists.outliers(
                codes: stored.flatMap { $0 }, columns: columns, depth: stored[0].count, run: laidOutRun, weightBits: bits)
            // A list is that of one column block.
            if let list = found.first, !list.isEmpty {
                structure = .outliers(.init(offset: weights.count, count: list.count, firstPlace: 9))
                weights += lists.outlierFormat.bytes(list.map {
                    Outlier(lane: $0.lane, run: $0.run, place: $0.place + 9, value: $0.value)
                })
            }
        }
        var zeroField = Multiply.Zero.immediate(zero)
        if let zeros {
            zeroField = .table(offset: weights.count)
            weights += littleEndian(blocked(zeros, block: block, missing: 0).map { Int16($0) })
        }
        var weightField: Multiply.WeightScales?
        if let weightGroup {
            weightField = .init(group: weightGroup, format: halfScales ? .float16 : .float32, offset: weights.count)
            let scales = blocked(weightScales, block: block, missing: 0)
            weights += halfScales
                ? littleEndian(scales.map { Float16($0).bitPattern }) : littleEndian(scales.map(\.bitPattern))
        }
        var activations = [UInt8](repeating: 0x77, count: 3)
        var activationField: Multiply.ActivationScales?
        if let activationGroup {
            activationField = .init(
                group: activationGroup, local: LocalAddress(.activations, activations.count),
                rowPitch: 4 * activationScales[0].count + 4)
            for row in activationScales { activations += littleEndian(row.map(\.bitPattern) + [0x7F80_0000]) }
        }
        let tables = [UInt8](repeating: 0x55, count: 5) + (usesTables ? operandBytes : [])
        let address = usesTables ? LocalAddress(.tables, 5) : LocalAddress(.activations, activations.count)
        if !usesTables { activations += operandBytes }
        let pitch = 4 * columns + 12
        let multiply = Multiply(
            engine: 0, activations: address, activationFormat: format, activationBits: activationBits,
            outerRows: .init(count: outer, stride: width * pixelBytes),
            innerRows: .init(count: inner, stride: pixelBytes), ky: .init(count: ky, stride: width * pixelBytes),
            kx: .init(count: kx, stride: pixelBytes), run: run, weights: 6, weightBits: bits, codes: bipolar ? .bipolar : .offset,
            structure: structure, zero: zeroField, columns: columns, accumulators: 8, accumulatorPitch: pitch,
            accumulate: false,
            output: scaled ? .scaled(weights: weightField, activations: activationField) : .integer)
        let pads = Scratchpads(
            activations: activations, weights: weights, tables: tables, accumulators: 8 + rows * pitch)
        return (multiply, pads)
    }
}

/// The outputs of both implementations of an engine without tables, the structural one first.
///
/// - Parameter change: of the instruction, behind what the case says.
func structuralAndFast(
    _ engine: any Engine, _ product: ProductCase, _ change: (inout Multiply) -> Void = { _ in }
) -> [[UInt32]] {
    [true, false].map { structural in
        var (multiply, pads) = product.prepare(engine)
        change(&multiply)
        if structural {
            engine.multiplyStructurally(multiply, shape: nil, memory: pads.memory)
        } else {
            engine.multiply(multiply, shape: nil, memory: pads.memory)
        }
        return pads.words(multiply)
    }
}
