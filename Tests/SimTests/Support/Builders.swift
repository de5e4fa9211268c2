import Arch

/// A machine of 1 GHz with 64-byte bursts every 1.25 ns (51.2 bytes per ns) and 100 ns of latency, and a shared buffer
/// of 32 bytes per cycle, unless told otherwise.
func target(
    clock: Int = 1000, burstBytes: Int = 64, burstPeriod: Int = 1250, latency: Int = 100_000, fetch: Int = 8,
    buffer: Int = 16, queue: Int = 4, engines: Int = 2,
    shared: SharedBuffer? = SharedBuffer(bytes: 1 << 20, bytesPerCycle: 32, latency: 9)
) -> Target {
    Target(
        machine: Machine(
            name: "test", summary: "", clockPeriod: clock,
            memory: MemoryChannel(
                standard: "test", burstBytes: burstBytes,
                burstPeriod: burstPeriod, latency: latency, capacity: 1 << 40),
            sharedBuffer: shared,
            frontEnd: FrontEnd(fetchInstructions: fetch, bufferInstructions: buffer, queueDepth: queue),
            scratchpads: Scratchpads(activations: 1 << 20, weights: 1 << 20, tables: 1 << 20, accumulators: 1 << 20),
            vector: VectorUnit(
                lanes: 8, simpleInterval: 1, divideInterval: 4, elementaryInterval: 8, tablesPerCycle: 2,
                pipelineStages: 6),
            engines: Array(repeating: EngineSpecification(kind: "stub"), count: engines)),
        engines: Array(repeating: StubEngine(), count: engines))
}

func program(_ instructions: [Instruction], segments: [Int] = [0]) -> Program {
    Program(
        graph: "test", machine: "test", instructions: instructions,
        nodes: segments.enumerated().map { NodeRecord(name: "n\($0)", operation: "op", segment: $1, macs: 0) },
        dramBytes: 1 << 30, codeAddress: 0)
}

extension Instruction {
    func waiting(_ units: Unit...) -> Instruction {
        var copy = self
        for unit in units { copy.waits.insert(unit) }
        return copy
    }
    func signalling(_ units: Unit...) -> Instruction {
        var copy = self
        for unit in units { copy.signals.insert(unit) }
        return copy
    }
}

func load(_ bytes: Int, at address: Int = 0, node: Int = 0) -> Instruction {
    Instruction(
        node: node,
        body: .load(Transfer(dram: address, local: LocalAddress(.weights, 0), rowBytes: bytes, traffic: .weights)))
}

func load(_ bytes: Int, atShared address: Int, node: Int = 0) -> Instruction {
    Instruction(
        node: node,
        body: .load(Transfer(
            global: GlobalAddress(.shared, address), local: LocalAddress(.weights, 0), rowBytes: bytes,
            traffic: .activations)))
}

func store(_ bytes: Int, atShared address: Int, node: Int = 0) -> Instruction {
    Instruction(
        node: node,
        body: .store(Transfer(
            global: GlobalAddress(.shared, address), local: LocalAddress(.activations, 0), rowBytes: bytes,
            traffic: .activations)))
}

func store(_ bytes: Int, at address: Int = 0, node: Int = 0) -> Instruction {
    Instruction(
        node: node,
        body: .store(
            Transfer(dram: address, local: LocalAddress(.activations, 0), rowBytes: bytes, traffic: .activations)))
}

/// An even number of cycles of occupancy and `latency` after it, on `StubEngine`.
func multiply(_ cycles: Int, latency: Int = 1, engine: Int = 0, node: Int = 0) -> Instruction {
    multiply(rows: cycles / 2, columns: 2, latency: latency, engine: engine, node: node)
}

func multiply(rows: Int, columns: Int, latency: Int, engine: Int = 0, node: Int = 0) -> Instruction {
    Instruction(
        node: node,
        body: .mma(
            Multiply(
                engine: engine, activations: LocalAddress(.activations, 0), activationFormat: .int8,
                innerRows: .init(count: rows), run: latency, weights: 0, weightBits: 8, codes: .offset,
                zero: .immediate(0), columns: columns, accumulators: 0, accumulatorPitch: 0, accumulate: false,
                output: .integer)))
}

/// ceil(elements / 8) cycles and six of latency on the machine of `target`.
func copy(_ elements: Int, node: Int = 0) -> Instruction {
    let operand = Operand(LocalAddress(.activations, 0), .float32)
    return Instruction(
        node: node,
        body: .elementwise(
            Elementwise(.copy, destination: operand, a: operand, loops: [.init(count: elements, destination: 4, a: 4)]))
    )
}

func fill(_ bytes: Int, node: Int = 0) -> Instruction {
    Instruction(
        node: node, body: .fill(Fill(local: LocalAddress(.activations, 0), rowBytes: bytes, elementBytes: 1, value: 0)))
}
