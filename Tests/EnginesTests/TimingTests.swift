import Arch
import Engines
import Testing

/// Occupancies against machines that are stepped, not calculated.
struct TimingTests {
    struct Shape { var rows: Int, columns: Int, ky: Int, kx: Int, run: Int, group: Int?, bits: Int }

    static func shapes(count: Int, seed: UInt64, length: Int = 4) -> [Shape] {
        var random = SeededGenerator(seed)
        return (0..<count).map { _ in
            Shape(
                rows: .random(in: 1...40, using: &random), columns: .random(in: 1...50, using: &random),
                ky: .random(in: 1...2, using: &random), kx: .random(in: 1...2, using: &random),
                run: .random(in: 1...45, using: &random),
                group: Bool.random(using: &random) ? length * Int.random(in: 1...10, using: &random) : nil,
                bits: .random(in: 1...8, using: &random))
        }
    }

    static func multiply(_ shape: Shape, _ format: Multiply.Activations) -> Multiply {
        Multiply(
            engine: 0, activations: LocalAddress(.activations, 0), activationFormat: format,
            innerRows: .init(count: shape.rows, stride: 1000), ky: .init(count: shape.ky, stride: 500),
            kx: .init(count: shape.kx, stride: 100), run: shape.run, weights: 0, weightBits: shape.bits,
            codes: .offset, zero: .immediate(0), columns: shape.columns, accumulators: 0, accumulatorPitch: 400,
            accumulate: false,
            output: shape.group.map {
                .scaled(weights: .init(group: $0, format: .float32, offset: 0), activations: nil)
            }
                ?? .integer)
    }

    /// Pieces of K that share a group and a run, in order.
    static func pieces(_ shape: Shape, limit: Int) -> [(length: Int, endsSegment: Bool)] {
        let depth = shape.ky * shape.kx * shape.run
        let group = shape.group ?? depth
        var pieces: [(length: Int, endsSegment: Bool)] = []
        var length = 0
        for k in 0..<depth {
            length += 1
            let endsSegment = (k + 1) % group == 0 || k + 1 == depth
            if endsSegment || (k + 1) % shape.run == 0 || length == limit {
                pieces.append((length, endsSegment))
                length = 0
            }
        }
        return pieces
    }

    static func stepMAC(
        _ shape: Shape, _ engine: MACArray, pieces: [(length: Int, endsSegment: Bool)]? = nil
    ) -> Int {
        let isScaled = shape.group != nil
        // Codes on a float array leave as int32 when the instruction ends, so they wait in the array too.
        let waits = isScaled || engine.operands.isFloat
        return stepTiles(
            shape, rows: engine.rows, columns: engine.columns, held: waits ? engine.partialRows : nil,
            lanes: isScaled ? engine.epilogueLanes : nil, addsTrees: engine.operands.isFloat, pieces: pieces)
    }

    /// Two weight buffers, `loadedRows` K rows per cycle into the free one, one row of activations per cycle from the other. Sums
    /// of several tiles are held for `held` rows, finished ones leave through `lanes`.
    static func stepTiles(
        _ shape: Shape, rows: Int, columns: Int, held: Int?, lanes: Int?, addsTrees: Bool = false, loadedRows: Int = 1,
        loadInterval: Int = 1, pieces: [(length: Int, endsSegment: Bool)]? = nil
    ) -> Int {
        let pieces = pieces ?? Self.pieces(shape, limit: rows)
        let strip = pieces.contains { !$0.endsSegment } ? held ?? shape.rows : shape.rows
        var tiles: [(load: Int, compute: Int)] = []
        for column in stride(from: 0, to: shape.columns, by: columns) {
            let used = min(columns, shape.columns - column)
            for row in stride(from: 0, to: shape.rows, by: strip) {
                for piece in pieces {
                    var interval = 1
                    if let lanes, piece.endsSegment { interval = used / lanes + (used % lanes > 0 ? 1 : 0) }
                    // A tree of 16 lanes is added per cycle; the next tile finds the row's sum when all are.
                    let trees = addsTrees ? (piece.length + 15) / 16 : 0
                    tiles.append(((piece.length + loadedRows - 1) / loadedRows * loadInterval, max(trees, min(strip, shape.rows - row) * interval)))
                }
            }
        }
        // Nobody waits for the trees of the last tile: they are in the latency.
        if addsTrees, let piece = pieces.last {
            let used = (shape.columns - 1) % columns + 1
            var interval = 1
            if let lanes, piece.endsSegment { interval = used / lanes + (used % lanes > 0 ? 1 : 0) }
            tiles[tiles.count - 1].compute = ((shape.rows - 1) % strip + 1) * interval
        }
        var cycle = 0
        var loading = 0
        var loadLeft = tiles[0].load
        var computing = -1
        var computeLeft = 0
        while computing < tiles.count - 1 || computeLeft > 0 {
            // At the clock edge: a loaded tile starts when the array is free, and its old buffer is loaded again.
            if computeLeft == 0 && loadLeft == 0 && loading < tiles.count {
                computing = loading
                computeLeft = tiles[computing].compute
                loading += 1
                loadLeft = loading < tiles.count ? tiles[loading].load : 0
            }
            if computeLeft > 0 { computeLeft -= 1 }
            if loadLeft > 0 { loadLeft -= 1 }
            cycle += 1
        }
        return cycle
    }

    @Test func macOccupancyEqualsTheSteppedArray() {
        for (rows, columns, lanes, partial) in [(8, 8, 8, 5), (16, 12, 5, 7), (5, 64, 16, 128), (64, 3, 1, 1)] {
            let engine = MACArray(rows: rows, columns: columns, epilogueLanes: lanes, partialRows: partial)
            for shape in Self.shapes(count: 200, seed: UInt64(rows)) {
                let timing = engine.timing(Self.multiply(shape, .int8), shape: nil)
                #expect(timing.occupancy == Self.stepMAC(shape, engine), "\(shape)")
                #expect(timing.occupancyParts.allSatisfy { $0.cycles >= 0 })
                let work = shape.rows * shape.columns * shape.ky * shape.kx * shape.run
                let ideal = Double(work) / Double(rows * columns)
                #expect(timing.occupancyParts.first { $0.term == .ideal }?.cycles == Int(ideal.rounded(.up)))
            }
        }
    }

    @Test func floatOccupancyEqualsTheSteppedArray() {
        for (rows, columns, lanes, partial) in [(16, 8, 8, 5), (32, 12, 5, 7), (64, 3, 1, 1)] {
            let engine = MACArray(
                operands: .fp16, rows: rows, columns: columns, epilogueLanes: lanes, partialRows: partial)
            for shape in Self.shapes(count: 200, seed: UInt64(rows)) {
                let timing = engine.timing(Self.multiply(shape, .int8), shape: nil)
                #expect(timing.occupancy == Self.stepMAC(shape, engine), "\(shape)")
                #expect(timing.occupancyParts.allSatisfy { $0.cycles >= 0 })
            }
        }
    }

    /// Lookups cycle by cycle; shadow registers take the sums when they are empty.
    static func stepLookups(_ shape: Shape, _ engine: LUTTensorCore, along: Int) -> Int {
        let tablesPerRun = (shape.run + engine.k - 1) / engine.k
        let tables = shape.ky * shape.kx * tablesPerRun
        let groupTables = shape.group.map { $0 / engine.k } ?? tables
        let down = engine.m * (engine.arrays / along)
        let across = engine.n * along
        var leave = engine.m
        if shape.group != nil {
            // A row after the other, some of its columns per cycle.
            leave = 0
            for _ in 0..<engine.m {
                for _ in stride(from: 0, to: engine.n, by: engine.epilogueLanes) { leave += 1 }
            }
        }
        var cycle = 0
        // An earlier instruction's rows may still be in the shadow registers.
        var shadowBusy = leave
        for _ in stride(from: 0, to: shape.rows, by: down) {
            for _ in stride(from: 0, to: shape.columns, by: across) {
                for table in 0..<tables {
                    for _ in 0..<shape.bits {
                        cycle += 1
                        shadowBusy = max(0, shadowBusy - 1)
                    }
                    guard (table + 1) % groupTables == 0 || table + 1 == tables else { continue }
                    while shadowBusy > 0 {
                        cycle += 1
                        shadowBusy -= 1
                    }
                    shadowBusy = leave
                }
            }
        }
        // All but the last m cycles of leaving, which are latency.
        return cycle + leave - engine.m
    }

    @Test func lookupOccupancyEqualsTheSteppedArrays() {
        for (m, n, k, arrays, lanes) in [
            (2, 8, 4, 4, 4), (2, 64, 4, 64, 4), (4, 16, 4, 1, 64), (1, 5, 4, 6, 1), (2, 8, 1, 2, 4), (2, 8, 2, 2, 4),
            (2, 8, 3, 2, 4), (3, 8, 5, 2, 4), (2, 8, 6, 1, 2), (3, 7, 4, 2, 4),
        ] {
            let engine = LUTTensorCore(m: m, n: n, k: k, arrays: arrays, epilogueLanes: lanes)
            for shape in Self.shapes(count: 200, seed: UInt64(n), length: k) {
                for arrangement in engine.shapes(rows: shape.rows, columns: shape.columns) {
                    let timing = engine.timing(Self.multiply(shape, .exactTables), shape: arrangement)
                    let stepped = Self.stepLookups(shape, engine, along: arrangement.arraysAlongColumns)
                    #expect(timing.occupancy == stepped, "\(shape)")
                    #expect(timing.occupancyParts.allSatisfy { $0.cycles >= 0 })
                }
            }
        }
    }

    @Test func latenciesCountRegisters() {
        var shape = Shape(rows: 4, columns: 4, ky: 1, kx: 1, run: 8, group: nil, bits: 2)
        #expect(MACArray().timing(Self.multiply(shape, .int8), shape: nil).latency == 1 + 1 + 6 + 1)
        #expect(MACArray(rows: 33).timing(Self.multiply(shape, .int8), shape: nil).latency == 1 + 1 + 6 + 1)
        #expect(MACArray(rows: 1).timing(Self.multiply(shape, .int8), shape: nil).latency == 1 + 1 + 0 + 1)
        // Operands, lookup, sum, zero correction, integer accumulate; three more rows.
        #expect(LUTTensorCore(m: 4).timing(Self.multiply(shape, .exactTables), shape: nil).latency == 5 + 3)
        shape.group = 4
        #expect(MACArray().timing(Self.multiply(shape, .int8), shape: nil).latency == 1 + 1 + 6 + 1 + 3)
        #expect(LUTTensorCore(m: 4).timing(Self.multiply(shape, .exactTables), shape: nil).latency == 4 + 3 + 3)
    }

    @Test func floatLatenciesCountRegisters() {
        var multiply = Self.multiply(Shape(rows: 4, columns: 4, ky: 1, kx: 1, run: 8, group: nil, bits: 2), .int8)
        let engine = MACArray(operands: .fp8, rows: 64)
        // Operand, product, four levels of a tree, four trees; then int32 conversion and addition.
        #expect(engine.timing(multiply, shape: nil).latency == 1 + 1 + 4 + 4 + 2)
        multiply.output = .scaled(weights: nil, activations: nil)
        #expect(engine.timing(multiply, shape: nil).latency == 1 + 1 + 4 + 4)
        multiply.output = .scaled(weights: .init(group: 4, format: .float32, offset: 0), activations: nil)
        #expect(engine.timing(multiply, shape: nil).latency == 1 + 1 + 4 + 4 + 2)
    }

    /// Blocks of floats end with their tap even where taps touch in memory.
    @Test func contiguousTapsOfFloatsStayApart() {
        var multiply = Self.multiply(Shape(rows: 20, columns: 8, ky: 1, kx: 3, run: 3, group: nil, bits: 8), .float16)
        multiply.kx.stride = 6
        multiply.output = .scaled(weights: nil, activations: nil)
        let engine = MACArray(operands: .fp16, rows: 16, columns: 8)
        #expect(engine.timing(multiply, shape: nil).occupancy == 3 + 3 * 20)
        multiply.activationFormat = .int8
        multiply.kx.stride = 3
        #expect(engine.timing(multiply, shape: nil).occupancy == 9 + 20)
    }

    @Test func contiguousTapsMakeOneRun() {
        // Nine taps of 3 bytes; along x they touch, along y they do not: 3 tiles of 9 rows of K instead of 9 of 3.
        var multiply = Self.multiply(Shape(rows: 20, columns: 8, ky: 3, kx: 3, run: 3, group: nil, bits: 8), .int8)
        multiply.kx.stride = 3
        let engine = MACArray(rows: 16, columns: 8)
        #expect(engine.timing(multiply, shape: nil).occupancy == 9 + 3 * 20)
    }

    /// 64 arrays of 2 x 64: 128 rows need 2 passes over 64 columns when all arrays lie along M.
    @Test func bestArrangementHasFewestPasses() {
        let engine = LUTTensorCore()
        #expect(engine.shapes(rows: 1, columns: 4096).first?.arraysAlongColumns == 64)
        #expect(engine.shapes(rows: 128, columns: 64).first?.arraysAlongColumns == 1)
        #expect(engine.shapes(rows: 16, columns: 512).first?.arraysAlongColumns == 8)
        #expect(Set(engine.shapes(rows: 1, columns: 1).map(\.arraysAlongColumns)) == [1, 2, 4, 8, 16, 32, 64])
        #expect(Set(LUTTensorCore(arrays: 12).shapes(rows: 1, columns: 1).map(\.arraysAlongColumns)) == [1, 2, 4])
    }
}
