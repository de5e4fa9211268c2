import Arch
import Engines
import Golden
import Testing

/// Programs that threads share when they run again leave the same bytes as those that one thread executes as they are.
@Suite struct StrandsTests {
    static let (columns, depth) = (32, 512)
    static let inputs = 0x40000
    static let results = 0x50000

    /// Random instructions in segments: products of loaded rows, sums, stores, in an order in which scratchpads are used again and
    /// again. What is sloppy reads what a segment before has left, writes twice, or loads what was stored.
    struct Draw {
        var random: SeededRandom
        let sloppiness: Int
        /// Sums keep some of what was there, again and again.
        let isPatchy: Bool
        var instructions: [Instruction] = []
        private var node = 0
        private var loaded: Set<Int> = []
        private var summed: Set<Int> = []
        private var stored = 0

        init(_ seed: UInt64) {
            random = SeededRandom(seed)
            sloppiness = [0, 0, 2, 10][Int(seed % 4)]
            isPatchy = seed % 5 == 4
        }

        private mutating func isSloppy() -> Bool { Int.random(in: 0..<100, using: &random) < sloppiness }

        private mutating func pick(_ known: Set<Int>, of count: Int) -> Int {
            guard !isSloppy(), let sure = known.sorted().randomElement(using: &random) else {
                return Int.random(in: 0..<count, using: &random)
            }
            return sure
        }

        private mutating func append(_ body: Instruction.Body) { instructions.append(Instruction(node: node, body: body)) }

        /// Sums of 128 bytes; sloppy ones lie across two others.
        private func sums(_ slot: Int) -> LocalAddress { LocalAddress(.accumulators, 64 * slot) }

        private mutating func load() {
            let slot = Int.random(in: 0..<3, using: &random)
            let address = isSloppy() ? results + 128 * Int.random(in: 0..<60, using: &random)
                : inputs + depth * Int.random(in: 0..<8, using: &random)
            append(.load(Transfer(
                dram: address, local: LocalAddress(.activations, depth * slot), rowBytes: depth, traffic: .activations)))
            loaded.insert(slot)
        }

        private mutating func multiply() {
            if loaded.isEmpty { load() }
            let slot = isSloppy() ? Int.random(in: 0..<12, using: &random) : 2 * Int.random(in: 0..<6, using: &random)
            let weights = columns * depth * Int.random(in: 0..<8, using: &random)
            let goesOn = summed.contains(slot) && Bool.random(using: &random) || isSloppy()
            append(.mma(Multiply(
                engine: 0, activations: LocalAddress(.activations, depth * pick(loaded, of: 3)), activationFormat: .int8,
                innerRows: .init(count: 1, stride: 0), run: depth, weights: weights, weightBits: 8, codes: .offset,
                zero: .immediate(128), columns: columns, accumulators: 64 * slot, accumulatorPitch: 4 * columns,
                accumulate: goesOn, output: .integer)))
            summed.insert(slot)
        }

        private mutating func add() {
            guard !summed.isEmpty else { return }
            let (a, b, target) = (pick(summed, of: 12), pick(summed, of: 12), pick(summed, of: 12))
            // Every other sum of a row.
            let step = isPatchy || isSloppy() ? 8 : 4
            append(.elementwise(Elementwise(
                .addInteger, destination: Operand(sums(target), .int32), a: Operand(sums(a), .int32),
                b: .memory(Operand(sums(b), .int32)),
                loops: [VectorLoop(count: 128 / step, destination: step, a: step, b: 4)])))
        }

        private mutating func store() {
            guard !summed.isEmpty else { return }
            stored += 1
            let place = isSloppy() ? Int.random(in: 0..<64, using: &random) : stored % 64
            append(.store(Transfer(
                dram: results + 128 * place, local: sums(pick(summed, of: 12)), rowBytes: 128, traffic: .activations)))
        }

        mutating func segment() {
            (loaded, summed) = ([], [])
            for _ in 0..<Int.random(in: 20...50, using: &random) {
                switch isPatchy && Bool.random(using: &random) ? 6 : Int.random(in: 0..<10, using: &random) {
                case 0, 1: load()
                case 2, 3, 4, 5: multiply()
                case 6: add()
                default: store()
                }
            }
            node += 1
        }
    }

    static func program(_ seed: UInt64) -> Program {
        var draw = Draw(seed)
        draw.instructions = [0, 1].map { half in
            let bytes = 4 * columns * depth
            return Instruction(node: 0, body: .load(Transfer(
                dram: half * bytes, local: LocalAddress(.weights, half * bytes), rowBytes: bytes, traffic: .weights)))
        }
        for _ in 0..<4 { draw.segment() }
        func buffer(_ name: String, _ role: Buffer.Role, _ address: Int, _ count: Int) -> Buffer {
            Buffer(name: name, role: role, address: address, shape: [count], elementBytes: 1, codec: "uint8", strides: [1])
        }
        return Program(
            graph: "g", machine: "test", instructions: draw.instructions,
            nodes: (0..<4).map { NodeRecord(name: "s\($0)", operation: "linear", segment: $0, macs: 0) }, dramBytes: 0x60000,
            buffers: [buffer("x", .input, inputs, 8 * depth), buffer("y", .output, results, 64 * 128)],
            constants: [Constant(name: "w", address: 0, bytes: KeptWeightsTests.bytes(8 * columns * depth, seed: 3))])
    }

    @Test func randomProgramsLeaveTheSameBytes() throws {
        var shared = 0
        for seed in 0..<300 as Range<UInt64> {
            let target = testTarget(padBytes: 1 << 17, engines: [MACArray(rows: 16, columns: Self.columns)])
            let program = Self.program(seed)
            let plain = try GoldenModel(target: target, program: program)
            let kept = try GoldenModel(target: target, program: program)
            kept.threads = 2 + Int(seed % 3)
            kept.keepWeights()
            for run in 0..<3 as Range<UInt64> {
                for model in [plain, kept] {
                    try model.write("x", KeptWeightsTests.bytes(8 * Self.depth, seed: seed + 1000 * run))
                    try model.run()
                }
                #expect(kept.dramImage() == plain.dramImage(), "seed \(seed), run \(run)")
            }
            shared += kept.sharedRuns
        }
        // Most segments that are not sloppy fall into parts.
        #expect(shared > 150)
    }
}
