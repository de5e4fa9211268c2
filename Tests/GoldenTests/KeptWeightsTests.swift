import Arch
import Engines
import Golden
import Testing

/// Programs that run again with their weights decoded leave the same bytes as those that read them anew.
@Suite struct KeptWeightsTests {
    static let (rows, columns, depth) = (2, 20, 12)
    static let weightBytes = 32 * depth

    static func load(_ dram: Int, _ local: LocalAddress, _ bytes: Int) -> Instruction {
        Instruction(node: 0, body: .load(Transfer(dram: dram, local: local, rowBytes: bytes, traffic: .weights)))
    }

    static func store(_ dram: Int, _ bytes: Int = 4 * rows * columns) -> Instruction {
        let local = LocalAddress(.accumulators, 0)
        return Instruction(node: 0, body: .store(Transfer(dram: dram, local: local, rowBytes: bytes, traffic: .activations)))
    }

    static func multiply(_ activations: LocalAddress = LocalAddress(.activations, 0)) -> Instruction {
        let multiply = Multiply(
            engine: 0, activations: activations, activationFormat: .int8,
            innerRows: .init(count: rows, stride: depth), run: depth, weights: 0, weightBits: 8, codes: .offset,
            zero: .immediate(128), columns: columns, accumulators: 0, accumulatorPitch: 4 * columns, accumulate: false,
            output: .integer)
        return Instruction(node: 0, body: .mma(multiply))
    }

    static let loadWeights = load(0, LocalAddress(.weights, 0), weightBytes)
    static let loadInput = load(1024, LocalAddress(.activations, 0), rows * depth)

    /// y = x w: w lies at 0, x at 1024, y at 2048, other bytes that the host writes at 4096.
    static func program(_ instructions: [Instruction], more: [Constant] = []) -> Program {
        func buffer(_ name: String, _ role: Buffer.Role, _ address: Int, _ count: Int) -> Buffer {
            Buffer(name: name, role: role, address: address, shape: [count], elementBytes: 1, codec: "uint8", strides: [1])
        }
        return Program(
            graph: "g", machine: "test", instructions: instructions,
            nodes: [NodeRecord(name: "y", operation: "linear", segment: 0, macs: 0)], dramBytes: 8192,
            buffers: [
                buffer("x", .input, 1024, rows * depth), buffer("w", .input, 4096, weightBytes),
                buffer("y", .output, 2048, 4 * rows * columns),
            ], constants: [Constant(name: "w", address: 0, bytes: bytes(512, seed: 5))] + more)
    }

    static func bytes(_ count: Int, seed: UInt64) -> [UInt8] {
        var random = SeededRandom(seed)
        return (0..<count).map { _ in UInt8.random(in: 0...255, using: &random) }
    }

    /// Three runs with other inputs, with weights kept and read anew.
    func expectEqual(_ program: Program) throws {
        let target = testTarget(padBytes: 4096, engines: [MACArray(rows: 16, columns: 32)])
        let kept = try GoldenModel(target: target, program: program)
        kept.keepWeights()
        let plain = try GoldenModel(target: target, program: program)
        for seed in 1...3 as ClosedRange<UInt64> {
            for model in [kept, plain] {
                try model.write("x", Self.bytes(Self.rows * Self.depth, seed: seed))
                try model.write("w", Self.bytes(Self.weightBytes, seed: seed + 9))
                try model.run()
            }
            #expect(kept.dramImage() == plain.dramImage(), "run \(seed)")
        }
    }

    @Test func constantWeightsAreKept() throws {
        try expectEqual(Self.program([Self.loadWeights, Self.loadInput, Self.multiply(), Self.store(2048)]))
    }

    @Test func weightsThatTheHostWritesAreReadAnew() throws {
        let patch = Self.load(4096, LocalAddress(.weights, 32), Self.weightBytes / 2)
        let patched = [Self.loadWeights, patch, Self.loadInput, Self.multiply(), Self.store(2048)]
        try expectEqual(Self.program(patched))
        // Constants that are an input's first values.
        let first = Constant(name: "first", address: 4096, bytes: Self.bytes(512, seed: 6))
        try expectEqual(Self.program(patched, more: [first]))
    }

    @Test func weightsThatTheProgramWritesAreReadAnew() throws {
        try expectEqual(Self.program([
            Self.loadWeights, Self.loadInput, Self.multiply(), Self.store(2048), Self.store(16, 64),
        ]))
    }

    /// What is read as activations is not decoded, wherever it lies.
    @Test func activationsBesideWeightsAreLoaded() throws {
        let beside = LocalAddress(.weights, 1024)
        try expectEqual(Self.program([
            Self.loadWeights, Self.load(400, beside, Self.rows * Self.depth), Self.multiply(beside), Self.store(2048),
            Self.load(4096, beside, Self.rows * Self.depth),
        ]))
    }

    /// A multiply that finds what the run before left finds it in each run.
    @Test func weightsOfTheRunBeforeAreThere() throws {
        try expectEqual(Self.program([
            Self.loadInput, Self.multiply(), Self.store(2048), Self.load(4096, LocalAddress(.weights, 0), Self.weightBytes),
            Self.loadWeights, Self.multiply(), Self.store(6144),
        ]))
    }

    /// Strides that leave bytes out, though as many are moved as lie between the ends.
    @Test func bytesBetweenOverlappingRowsStay() throws {
        let spread = Transfer(
            dram: 0, local: LocalAddress(.weights, 8), rowBytes: 1,
            loops: [
                .init(count: 2, globalStride: 5, localStride: 5), .init(count: 2, globalStride: 1, localStride: 1),
                .init(count: 2, globalStride: 1, localStride: 1),
            ], traffic: .weights)
        try expectEqual(Self.program([
            Self.load(4096, LocalAddress(.weights, 0), Self.weightBytes), Instruction(node: 0, body: .load(spread)),
            Self.loadInput, Self.multiply(), Self.store(2048),
        ]))
    }
}
