import Arch
import Diagnostics
import Golden
import Testing

@Suite struct GoldenModelTests {
    /// y = x + state, state = y, one byte each, four elements; y is a view with gaps.
    static func program(stateName: String = "s") -> Program {
        func pad(_ offset: Int) -> LocalAddress { LocalAddress(.activations, offset) }
        func move(_ dram: Int, _ offset: Int) -> Transfer {
            Transfer(dram: dram, local: pad(offset), rowBytes: 4, traffic: .activations)
        }
        let spread = Transfer(
            dram: 40, local: pad(0), rowBytes: 1, loops: [.init(count: 4, globalStride: 2, localStride: 1)],
            traffic: .activations)
        let add = Elementwise(
            .addInteger, destination: Operand(pad(0), .uint8), a: Operand(pad(0), .uint8),
            b: .memory(Operand(pad(4), .uint8)), loops: [VectorLoop(count: 4, destination: 1, a: 1, b: 1)])
        func buffer(_ name: String, _ role: Buffer.Role, _ address: Int, _ strides: [Int]) -> Buffer {
            Buffer(
                name: name, role: role, address: address, shape: [2, 2], elementBytes: 1, codec: "uint8",
                strides: strides)
        }
        return Program(
            graph: "g", machine: "test",
            instructions: [
                Instruction(node: 0, body: .load(move(0, 0))), Instruction(node: 0, body: .load(move(8, 4))),
                Instruction(node: 0, body: .elementwise(add)), Instruction(node: 0, body: .store(move(8, 0))),
                Instruction(node: 0, body: .store(spread)),
            ],
            nodes: [NodeRecord(name: "add", operation: "add", segment: 0, macs: 0)], dramBytes: 64,
            buffers: [
                buffer("x", .input, 0, [2, 1]), buffer(stateName, .state, 8, [2, 1]), buffer("y", .output, 40, [4, 2]),
                // Transposed: columns of x first.
                buffer("t", .intermediate, 0, [1, 2]),
            ],
            constants: [Constant(name: "initial", address: 8, bytes: [10, 20, 30, 40])])
    }

    static func model(stateName: String = "s") throws -> GoldenModel {
        try GoldenModel(target: testTarget(padBytes: 64), program: program(stateName: stateName))
    }

    @Test func statesPersistBetweenRunsAndViewsAreReadDense() throws {
        let model = try Self.model()
        try model.write("x", [1, 2, 3, 4])
        try model.run()
        #expect(try model.read("y") == [11, 22, 33, 44])
        try model.run()
        #expect(try model.read("y") == [12, 24, 36, 48])
        #expect(try model.read("s") == [12, 24, 36, 48])
        #expect(try model.read("t") == [1, 3, 2, 4])
        try model.write("s", [0, 0, 0, 250])
        try model.run()
        #expect(try model.read("y") == [1, 2, 3, 254])
    }

    @Test func statesMoveToTheNextProgram() throws {
        let (first, second) = (try Self.model(), try Self.model())
        try first.write("x", [1, 1, 1, 1])
        try first.run()
        try second.takeStates(from: first)
        #expect(try second.read("s") == [11, 21, 31, 41])
        let other = try Self.model(stateName: "other")
        try other.takeStates(from: first)
        #expect(try other.read("other") == [10, 20, 30, 40])
    }

    @Test func intermediateMemoryCanBeReadAfterEachInstruction() throws {
        let model = try Self.model()
        try model.write("x", [1, 2, 3, 4])
        var states: [[UInt8]] = []
        try model.run { _ in states.append(try model.read("s")) }
        #expect(states == Array(repeating: [10, 20, 30, 40], count: 3) + Array(repeating: [11, 22, 33, 44], count: 2))
    }

    @Test func wrongNamesAndLengthsAreDiagnostics() throws {
        let model = try Self.model()
        #expect(throws: Diagnostics.self) { try model.write("nothing", []) }
        #expect(throws: Diagnostics.self) { try model.read("nothing") }
        #expect(throws: Diagnostics.self) { try model.write("x", [1, 2, 3]) }
    }

    @Test func threadsNeverChangeAResult() throws {
        var random = SeededRandom(11)
        let padBytes = 1 << 20
        let image = Image(size: padBytes, random: &random)
        let n = padBytes / 4
        let source = LocalAddress(.activations, 0)
        let to = LocalAddress(.weights, 0)
        let bodies: [Instruction.Body] = [
            .elementwise(
                Elementwise(
                    .float(.silu), destination: Operand(to, .float32), a: Operand(source, .float32),
                    loops: [VectorLoop(count: n, destination: 4, a: 4)])),
            .reduce(
                Reduce(
                    .sumFloat, destination: Operand(LocalAddress(.accumulators, 0), .float32),
                    a: Operand(source, .float32),
                    outer: [.init(count: 100, destination: 4, a: 4000)], inner: [.init(count: 1000, a: 4)])),
            .reduce(
                Reduce(
                    .sumInteger, destination: Operand(LocalAddress(.accumulators, 8192), .int32),
                    a: Operand(source, .int8),
                    outer: [.init(count: 1000, destination: 4, a: 1)], inner: [.init(count: 1000, a: 1000)])),
            .buildTables(
                BuildTables(
                    source: Operand(source, .uint8), innerRows: .init(count: 300, stride: 300), elements: 300,
                    format: TableFormat(.int8Per64, length: 4), tables: 0, tablePitch: 600,
                    scales: LocalAddress(.accumulators, 16384), scalePitch: 20)),
        ]
        let one = try execute(bodies, on: image, threads: 1)
        for threads in [2, 3, 7] { #expect(try execute(bodies, on: image, threads: threads) == one) }
    }
}
