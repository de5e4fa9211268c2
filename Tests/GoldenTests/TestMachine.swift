import Arch
import Golden

/// Bytes of the four scratchpads, and a machine whose pads are exactly as large.
struct Image: Equatable {
    var spaces: [Space: [UInt8]]

    static let order: [Space] = [.activations, .weights, .tables, .accumulators]

    init(size: Int = 4096) {
        spaces = Dictionary(uniqueKeysWithValues: Self.order.map { ($0, [UInt8](repeating: 0, count: size)) })
    }

    init(size: Int, random: inout SeededRandom) {
        self.init(size: size)
        for space in Self.order { spaces[space] = (0..<size).map { _ in UInt8.random(in: 0...255, using: &random) } }
    }

    subscript(space: Space) -> [UInt8] {
        get { spaces[space] ?? [] }
        set { spaces[space] = newValue }
    }

    func get<T: BitwiseCopyable>(_ type: T.Type, _ address: LocalAddress) -> T {
        self[address.space].withUnsafeBytes { $0.loadUnaligned(fromByteOffset: address.offset, as: T.self) }
    }

    mutating func put<T: BitwiseCopyable>(_ value: T, _ address: LocalAddress) {
        self[address.space].withUnsafeMutableBytes {
            $0.storeBytes(of: value, toByteOffset: address.offset, as: T.self)
        }
    }

    mutating func put<T: BitwiseCopyable>(_ values: [T], _ address: LocalAddress) {
        for (i, value) in values.enumerated() {
            put(value, LocalAddress(address.space, address.offset + i * MemoryLayout<T>.size))
        }
    }

    func array<T: BitwiseCopyable>(_ type: T.Type, _ address: LocalAddress, _ count: Int) -> [T] {
        (0..<count).map { get(type, LocalAddress(address.space, address.offset + $0 * MemoryLayout<T>.size)) }
    }
}

struct SeededRandom: RandomNumberGenerator {
    var state: UInt64
    init(_ seed: UInt64) { state = seed &* 0x9E37_79B9_7F4A_7C15 | 1 }
    mutating func next() -> UInt64 {
        // xorshift64* (Marsaglia, Vigna).
        state ^= state >> 12
        state ^= state << 25
        state ^= state >> 27
        return state &* 0x2545_F491_4F6C_DD1D
    }
}

func testTarget(padBytes: Int, sharedBytes: Int = 0, engines: [any Engine] = [ByteEngine()]) -> Target {
    let machine = Machine(
        name: "test", summary: "", clockPeriod: 1000,
        memory: MemoryChannel(standard: "x", burstBytes: 64, burstPeriod: 1000, latency: 1000, capacity: 1 << 30),
        sharedBuffer: sharedBytes > 0 ? SharedBuffer(bytes: sharedBytes, bytesPerCycle: 64, latency: 1) : nil,
        frontEnd: FrontEnd(fetchInstructions: 1, bufferInstructions: 1, queueDepth: 1),
        scratchpads: Scratchpads(
            activations: padBytes, weights: padBytes, tables: padBytes, accumulators: padBytes),
        vector: VectorUnit(
            lanes: 1, simpleInterval: 1, divideInterval: 1, elementaryInterval: 1, tablesPerCycle: 1,
            pipelineStages: 1),
        engines: [])
    return Target(machine: machine, engines: engines)
}

/// A program that loads the four pads from DRAM, does `bodies`, and stores the pads behind them.
func padProgram(_ bodies: [Instruction.Body], padBytes: Int) -> Program {
    var instructions: [Instruction] = []
    var buffers: [Buffer] = []
    for (i, space) in Image.order.enumerated() {
        let transfer = Transfer(
            dram: i * padBytes, local: LocalAddress(space, 0), rowBytes: padBytes, traffic: .activations)
        instructions.append(Instruction(node: 0, body: .load(transfer)))
        for (role, base) in [(Buffer.Role.input, 0), (.output, 4 * padBytes)] {
            buffers.append(
                Buffer(
                    name: space.name, role: role, address: base + i * padBytes, shape: [padBytes], elementBytes: 1,
                    codec: "uint8", strides: [1]))
        }
    }
    instructions += bodies.map { Instruction(node: 0, body: $0) }
    for (i, space) in Image.order.enumerated() {
        let transfer = Transfer(
            dram: (4 + i) * padBytes, local: LocalAddress(space, 0), rowBytes: padBytes, traffic: .activations)
        instructions.append(Instruction(node: 0, body: .store(transfer)))
    }
    return Program(
        graph: "g", machine: "test", instructions: instructions,
        nodes: [NodeRecord(name: "node0", operation: "op", segment: 0, macs: 0)], dramBytes: 8 * padBytes,
        buffers: buffers)
}

/// The pads after `bodies` have been executed on `image`.
func execute(
    _ bodies: [Instruction.Body], on image: Image, sharedBytes: Int = 0, engines: [any Engine] = [ByteEngine()],
    path: GoldenModel.Path = .fast, threads: Int = 2
) throws -> Image {
    let padBytes = image[.activations].count
    let model = try GoldenModel(
        target: testTarget(padBytes: padBytes, sharedBytes: sharedBytes, engines: engines),
        program: padProgram(bodies, padBytes: padBytes))
    model.threads = threads
    for space in Image.order { try model.write(space.name, image[space]) }
    try model.run(path: path)
    var result = image
    for space in Image.order { result[space] = try model.read(space.name) }
    return result
}
