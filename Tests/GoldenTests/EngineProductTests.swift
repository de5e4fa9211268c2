import Arch
import Engines
import Golden
import Testing

/// Products through the engines of the catalogue, weights laid out by the engine itself, against plain integer sums.
@Suite struct EngineProductTests {
    static let (rows, columns, depth) = (5, 70, 60)

    func run(_ kind: String, _ parameters: [String: EngineSpecification.Value] = [:], bits: Int) throws {
        let engine = try Catalog.engine(EngineSpecification(kind: kind, parameters: parameters))
        var random = SeededRandom(UInt64(bits))
        let zero = bits == 1 ? 0 : 1 << (bits - 1)
        let codes = (0..<Self.columns * Self.depth).map { _ in
            UInt8.random(in: 0...UInt8((1 << bits) - 1), using: &random)
        }
        let activations = (0..<Self.rows * Self.depth).map { _ in Int8.random(in: -128...127, using: &random) }
        var image = Image(size: 1 << 16)
        image.put(activations, LocalAddress(.activations, 0))
        image.put(
            engine.layOut(codes: codes, columns: Self.columns, depth: Self.depth, weightBits: bits),
            LocalAddress(.weights, 64))
        let format = engine.tableFormat
        let isLookup = format != nil
        let tableBytes = format.map { $0.tables(activations: Self.depth) * $0.tableBytes } ?? 0
        let multiply = Multiply(
            engine: 0, activations: LocalAddress(isLookup ? .tables : .activations, 0),
            activationFormat: format?.entries.activations ?? .int8,
            innerRows: .init(count: Self.rows, stride: isLookup ? tableBytes : Self.depth), run: Self.depth,
            weights: 64,
            weightBits: bits, codes: .offset, zero: .immediate(zero), columns: Self.columns, accumulators: 0,
            accumulatorPitch: 4 * Self.columns, accumulate: false, output: .integer)
        var bodies: [Instruction.Body] = [.mma(multiply)]
        if let format, let shape = engine.shapes(rows: Self.rows, columns: Self.columns).first {
            let tables = BuildTables(
                source: Operand(LocalAddress(.activations, 0), .int8),
                innerRows: .init(count: Self.rows, stride: Self.depth), elements: Self.depth,
                format: format, tables: 0,
                tablePitch: tableBytes)
            bodies = [.buildTables(tables), .lmma(multiply, shape)]
        }
        var expected: [Int32] = []
        for row in 0..<Self.rows {
            for column in 0..<Self.columns {
                var sum = 0
                for k in 0..<Self.depth {
                    let weight = Int(codes[column * Self.depth + k]) - zero
                    sum += Int(activations[row * Self.depth + k]) * weight
                }
                expected.append(Int32(sum))
            }
        }
        for path in [GoldenModel.Path.fast, .structural] {
            let result = try execute(bodies, on: image, engines: [engine], path: path)
            #expect(result.array(Int32.self, LocalAddress(.accumulators, 0), expected.count) == expected)
        }
    }

    /// Every length of a table divides 60.
    @Test(arguments: 1...6, [1, 2, 3, 4]) func tablesOfEveryLengthAreExact(length: Int, bits: Int) throws {
        for symmetric in [true, false] {
            try run("lut-tc", ["k": .integer(length), "n": .integer(9), "symmetric": .flag(symmetric)], bits: bits)
        }
    }

    @Test(arguments: 1...8) func lookupProductsAreExact(bits: Int) throws { try run("lut-tc", bits: bits) }

    @Test(arguments: 1...8) func fullTableProductsAreExact(bits: Int) throws {
        try run("lut-tc", ["symmetric": .flag(false)], bits: bits)
    }

    @Test(arguments: 1...8) func multiplierProductsAreExact(bits: Int) throws { try run("mac", bits: bits) }

    @Test(arguments: 1...8) func chainProductsAreExact(bits: Int) throws { try run("dsp-chain", bits: bits) }

    @Test(arguments: 1...8) func planeProductsAreExact(bits: Int) throws { try run("bit-serial", bits: bits) }

    @Test(arguments: 1...8) func brickProductsAreExact(bits: Int) throws { try run("bitfusion", bits: bits) }

    @Test(arguments: 1...8) func shiftAndAddProductsAreExact(bits: Int) throws {
        for signs in ["offset", "twosComplement", "signMagnitude"] {
            try run("mixpe", ["signs": .text(signs)], bits: bits)
        }
    }
}
