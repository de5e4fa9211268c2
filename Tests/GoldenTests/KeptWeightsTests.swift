import Arch
import Engines
import Golden
import Testing

/// Programs that run again with their weights decoded leave the same bytes as those that read them anew.
@Suite struct KeptWeightsTests {
    static let (rows, columns, depth) = (2, 20, 12)
    static let weightBytes = 32 * depth

    /// y = x w: w lies at 0, x at 1024, y at 2048. A second load of half the weights comes from 4096.
    static func program(constants: [Constant], patched: Bool = false, spoils: Bool = false) -> Program {
        func load(_ dram: Int, _ local: LocalAddress, _ bytes: Int) -> Instruction {
            Instruction(node: 0, body: .load(Transfer(dram: dram, local: local, rowBytes: bytes, traffic: .weights)))
        }
        func buffer(_ name: String, _ role: Buffer.Role, _ address: Int, _ count: Int) -> Buffer {
            Buffer(name: name, role: role, address: address, shape: [count], elementBytes: 1, codec: "uint8", strides: [1])
        }
        let multiply = Multiply(
            engine: 0, activations: LocalAddress(.activations, 0), activationFormat: .int8,
            innerRows: .init(count: rows, stride: depth), run: depth, weights: 0, weightBits: 8, codes: .offset,
            zero: .immediate(128), columns: columns, accumulators: 0, accumulatorPitch: 4 * columns, accumulate: false,
            output: .integer)
        let store = Transfer(
            dram: 2048, local: LocalAddress(.accumulators, 0), rowBytes: 4 * rows * columns, traffic: .activations)
        var instructions = [load(0, LocalAddress(.weights, 0), weightBytes)]
        if patched { instructions.append(load(4096, LocalAddress(.weights, 32), weightBytes / 2)) }
        instructions += [
            load(1024, LocalAddress(.activations, 0), rows * depth), Instruction(node: 0, body: .mma(multiply)),
            Instruction(node: 0, body: .store(store)),
        ]
        if spoils {
            let spoil = Transfer(dram: 16, local: LocalAddress(.accumulators, 0), rowBytes: 64, traffic: .activations)
            instructions.append(Instruction(node: 0, body: .store(spoil)))
        }
        return Program(
            graph: "g", machine: "test", instructions: instructions,
            nodes: [NodeRecord(name: "y", operation: "linear", segment: 0, macs: 0)], dramBytes: 8192,
            buffers: [
                buffer("x", .input, 1024, rows * depth), buffer("w", .input, 4096, weightBytes),
                buffer("y", .output, 2048, 4 * rows * columns),
            ], constants: constants)
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
        try expectEqual(Self.program(constants: [Constant(name: "w", address: 0, bytes: Self.bytes(512, seed: 5))]))
    }

    @Test func weightsThatTheHostWritesAreReadAnew() throws {
        try expectEqual(Self.program(
            constants: [Constant(name: "w", address: 0, bytes: Self.bytes(512, seed: 5))], patched: true))
        // Constants that are an input's first values.
        try expectEqual(Self.program(
            constants: [
                Constant(name: "w", address: 0, bytes: Self.bytes(512, seed: 5)),
                Constant(name: "first", address: 4096, bytes: Self.bytes(512, seed: 6)),
            ], patched: true))
    }

    @Test func weightsThatTheProgramWritesAreReadAnew() throws {
        try expectEqual(Self.program(
            constants: [Constant(name: "w", address: 0, bytes: Self.bytes(512, seed: 5))], spoils: true))
    }
}
