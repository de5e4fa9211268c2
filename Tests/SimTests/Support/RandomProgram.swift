import Arch

extension RandomSource {
    /// A machine with any clock, channel, buffers and queues.
    mutating func target() -> Target {
        SimTests.target(
            clock: pick([1000, 1000, 400, 777, 1250, 2500, 5000]), burstBytes: pick([32, 64, 64, 48, 128]),
            burstPeriod: pick([1250, 2500, 1000, 333, 7000]), latency: pick([0, 1, 5000, 60_000, 99_999]),
            fetch: pick([1, 2, 3, 8, 16]), buffer: pick([1, 2, 5, 16]), queue: pick([1, 2, 3, 8]),
            shared: SharedBuffer(bytes: 1 << 20, bytesPerCycle: pick([16, 64, 256]), latency: pick([1, 2, 9, 70])))
    }

    /// Tokens follow dependencies on earlier instructions, so the program cannot deadlock: for each pair of units the
    /// n-th wait depends on the n-th signal, and both ascend.
    mutating func program(instructions count: Int) -> Program {
        var instructions = (0..<count).map { _ in instruction(node: Int.random(in: 0..<4, using: &self)) }
        var lastSender: [[Int]] = Array(repeating: Array(repeating: -1, count: 5), count: 5)
        for receiver in instructions.indices {
            for _ in 0..<pick([0, 1, 1, 2, 3]) where receiver > 0 {
                let sender = Int.random(in: max(0, receiver - 12)..<receiver, using: &self)
                let (from, to) = (instructions[sender].unit, instructions[receiver].unit)
                let pair = (Int(from.rawValue), Int(to.rawValue))
                guard sender > lastSender[pair.0][pair.1], !instructions[receiver].waits.contains(from) else {
                    continue
                }
                lastSender[pair.0][pair.1] = sender
                instructions[sender].signals.insert(to)
                instructions[receiver].waits.insert(from)
            }
        }
        // Tokens that nobody takes.
        for index in instructions.indices where chance(3) { instructions[index].signals.insert(pick(Unit.allCases)) }
        var result = SimTests.program(instructions, segments: [0, 1, 1, 2])
        result.codeAddress = Int.random(in: 0..<4096, using: &self)
        return result
    }

    private mutating func instruction(node: Int) -> Instruction {
        switch Int.random(in: 0..<10, using: &self) {
        case 0, 1: Instruction(node: node, body: .load(transfer()))
        case 2, 3: Instruction(node: node, body: .store(transfer()))
        case 4: fill(Int.random(in: 0..<1000, using: &self), node: node)
        case 5: gather(node: node)
        case 6: copy(Int.random(in: 0..<300, using: &self), node: node)
        default:
            multiply(
                rows: Int.random(in: 0..<12, using: &self), columns: Int.random(in: 1..<6, using: &self),
                latency: Int.random(in: 0..<30, using: &self), engine: pick([0, 0, 1]), node: node)
        }
    }

    mutating func transfer() -> Transfer {
        Transfer(
            global: GlobalAddress(pick([.dram, .dram, .shared]), Int.random(in: 0..<100_000, using: &self)),
            local: LocalAddress(.activations, 0),
            rowBytes: pick([0, 1, 4, 63, 64, 65, 128, 200, 777]),
            loops: (0..<pick([0, 1, 2, 3])).map { _ in
                .init(count: pick([0, 1, 2, 3, 3, 7]), globalStride: pick([0, 64, 128, 100, 1, -3, -64, 1000]))
            }, traffic: pick(Traffic.allCases))
    }

    private mutating func gather(node: Int) -> Instruction {
        Instruction(
            node: node,
            body: .gather(
                Gather(
                    global: GlobalAddress(pick([.dram, .shared]), Int.random(in: 0..<1000, using: &self)), rowPitch: pick([64, 128, 100, 12]),
                    rows: pick([1, 5, 1000]),
                    index: LocalAddress(.activations, 0), local: LocalAddress(.activations, 0), localStride: 128,
                    rowBytes: pick([0, 4, 64, 100]), count: pick([0, 1, 9]), traffic: .activations)))
    }
}
