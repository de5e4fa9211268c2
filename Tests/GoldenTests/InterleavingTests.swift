import Arch
import Diagnostics
import Golden
import Testing

/// A double-buffered loop: load tile, negate it, store it, the two halves of each pad in turn.
@Suite struct InterleavingTests {
    static let tiles = 8
    static let tileBytes = 64

    /// - Parameter withFreeTokens: the vector unit tells the load unit that a half may be overwritten.
    static func program(withFreeTokens: Bool = true) -> Program {
        var program = Program(graph: "g", machine: "test")
        program.nodes = [NodeRecord(name: "negate", operation: "sub", segment: 0, macs: 0)]
        for tile in 0..<tiles {
            let half = tile % 2 * tileBytes
            let isReused = tile >= 2
            let willBeReused = tile + 2 < tiles
            let input = LocalAddress(.activations, half)
            let output = LocalAddress(.accumulators, half)
            let load = Transfer(dram: tile * tileBytes, local: input, rowBytes: tileBytes, traffic: .activations)
            let store = Transfer(
                dram: (tiles + tile) * tileBytes, local: output, rowBytes: tileBytes, traffic: .activations)
            let work = Elementwise(
                .multiplyInteger, destination: Operand(output, .int8), a: Operand(input, .int8),
                b: .immediate(UInt32(bitPattern: -1)), loops: [VectorLoop(count: tileBytes, destination: 1, a: 1)])
            let free = withFreeTokens && isReused
            program.instructions += [
                Instruction(node: 0, waits: free ? UnitSet(.vector) : [], signals: UnitSet(.vector), body: .load(load)),
                Instruction(
                    node: 0, waits: UnitSet(.load).union(isReused ? UnitSet(.store) : []),
                    signals: UnitSet(.store).union(withFreeTokens && willBeReused ? UnitSet(.load) : []),
                    body: .elementwise(work)),
                Instruction(
                    node: 0, waits: UnitSet(.vector), signals: willBeReused ? UnitSet(.vector) : [], body: .store(store)
                ),
            ]
        }
        let bytes = tiles * tileBytes
        program.dramBytes = 2 * bytes
        program.buffers = [
            Buffer(name: "x", role: .input, address: 0, shape: [bytes], elementBytes: 1, codec: "int8", strides: [1]),
            Buffer(
                name: "y", role: .output, address: bytes, shape: [bytes], elementBytes: 1, codec: "int8", strides: [1]),
        ]
        return program
    }

    /// Every tile goes to the same bytes of the shared buffer, back to the core and to DRAM.
    ///
    /// - Parameter isOrdered: with tokens in both directions between the store unit, which writes, and the load unit.
    static func throughSharedBuffer(isOrdered: Bool = true) -> Program {
        var program = program()
        program.instructions = []
        let shared = GlobalAddress(.shared, 0)
        for tile in 0..<tiles {
            let half = LocalAddress(.activations, 0)
            let back = LocalAddress(.weights, 0)
            let tokens = isOrdered ? UnitSet(.load) : []
            let steps: [(Instruction.Body, waits: UnitSet, signals: UnitSet)] = [
                (.load(Transfer(dram: tile * tileBytes, local: half, rowBytes: tileBytes, traffic: .inputs)),
                    tile > 0 ? UnitSet(.store) : [], UnitSet(.store)),
                (.store(Transfer(global: shared, local: half, rowBytes: tileBytes, traffic: .activations)),
                    UnitSet(.load), tokens),
                (.load(Transfer(global: shared, local: back, rowBytes: tileBytes, traffic: .activations)),
                    isOrdered ? UnitSet(.store) : [], UnitSet(.store)),
                (.store(Transfer(dram: (tiles + tile) * tileBytes, local: back, rowBytes: tileBytes, traffic: .outputs)),
                    UnitSet(.load), tile + 1 < tiles ? UnitSet(.load) : []),
            ]
            program.instructions += steps.map { Instruction(node: 0, waits: $0.waits, signals: $0.signals, body: $0.0) }
        }
        return program
    }

    @Test func everyLegalOrderGivesTheSameMemoryThroughTheSharedBuffer() throws {
        for seed in 0..<50 {
            #expect(try run(Self.throughSharedBuffer(), .interleaved(seed: UInt64(seed))) == Self.input)
        }
        let unordered = Self.throughSharedBuffer(isOrdered: false)
        let differing = try (0..<50).filter { try run(unordered, .interleaved(seed: UInt64($0))) != Self.input }
        #expect(differing.count > 10)
    }

    static let input = (0..<tiles * tileBytes).map { UInt8(truncatingIfNeeded: $0 / tileBytes * 16 + $0 % 13 + 1) }

    func run(_ program: Program, _ order: GoldenModel.Order) throws -> [UInt8] {
        let model = try GoldenModel(
            target: testTarget(padBytes: 2 * Self.tileBytes, sharedBytes: Self.tileBytes), program: program)
        try model.write("x", Self.input)
        try model.run(order: order)
        return try model.read("y")
    }

    @Test func everyLegalOrderGivesTheSameMemory() throws {
        let expected = Self.input.map { UInt8(bitPattern: Int8(clamping: -Int(Int8(bitPattern: $0)))) }
        #expect(try run(Self.program(), .program) == expected)
        for seed in 0..<100 { #expect(try run(Self.program(), .interleaved(seed: UInt64(seed))) == expected) }
    }

    @Test func aMissingTokenCanChangeMemory() throws {
        let program = Self.program(withFreeTokens: false)
        let expected = try run(program, .program)
        let differing = try (0..<100).filter { try run(program, .interleaved(seed: UInt64($0))) != expected }
        #expect(differing.count > 50)
    }

    @Test func seedsGiveDifferentOrders() throws {
        func order(_ seed: UInt64) throws -> [Int] {
            let model = try GoldenModel(target: testTarget(padBytes: 2 * Self.tileBytes), program: Self.program())
            var seen: [Int] = []
            try model.run(order: .interleaved(seed: seed)) { seen.append($0) }
            return seen
        }
        let orders = try (0..<20).map { try order(UInt64($0)) }
        #expect(Set(orders).count > 10)
        #expect(orders.allSatisfy { Set($0).count == 3 * Self.tiles })
        #expect(try order(3) == orders[3])
    }

    @Test func aTokenThatNeverComesIsADiagnostic() {
        var program = Self.program()
        program.instructions[0].waits = UnitSet(.store)
        #expect(throws: Diagnostics.self) { try run(program, .interleaved(seed: 1)) }
    }
}
