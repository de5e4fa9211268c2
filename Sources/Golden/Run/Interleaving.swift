import Arch
import Diagnostics
import Formats

/// Draws an order in which the units could complete their instructions: each unit takes its own in program order, and
/// an instruction starts only when a token from every unit that it waits for is there.
struct Interleaving {
    private let instructions: [Instruction]
    /// Per unit, what it has still to execute, last first.
    private var queues: [[Int]]
    /// tokens[from * units + to].
    private var tokens: [Int]
    private var random: SplitMix64

    init(_ instructions: [Instruction], seed: UInt64) {
        self.instructions = instructions
        let units = Unit.allCases.count
        queues = Array(repeating: [], count: units)
        tokens = Array(repeating: 0, count: units * units)
        random = SplitMix64(seed: seed)
        for index in instructions.indices.reversed() {
            queues[Int(instructions[index].unit.rawValue)].append(index)
        }
    }

    /// The next instruction, with the tokens that it waits for taken; `nil` when all are done.
    mutating func next() throws -> Int? {
        let heads = queues.compactMap(\.last)
        if heads.isEmpty { return nil }
        let ready = heads.filter(isReady)
        guard !ready.isEmpty else { throw deadlock(heads) }
        let index = ready[Int(random.next() % UInt64(ready.count))]
        let unit = instructions[index].unit
        queues[Int(unit.rawValue)].removeLast()
        for source in instructions[index].waits.units { tokens[slot(source, unit)] -= 1 }
        return index
    }

    mutating func complete(_ index: Int) {
        let unit = instructions[index].unit
        for receiver in instructions[index].signals.units { tokens[slot(unit, receiver)] += 1 }
    }

    private func isReady(_ index: Int) -> Bool {
        let unit = instructions[index].unit
        return instructions[index].waits.units.allSatisfy { tokens[slot($0, unit)] > 0 }
    }

    private func slot(_ from: Unit, _ to: Unit) -> Int { Int(from.rawValue) * Unit.allCases.count + Int(to.rawValue) }

    private func deadlock(_ heads: [Int]) -> Diagnostics {
        Diagnostics(
            heads.map { index in
                let instruction = instructions[index]
                let missing = instruction.waits.units.filter { tokens[slot($0, instruction.unit)] == 0 }.map(\.name)
                return Diagnostic(
                    field: "instructions[\(index)].waits",
                    "unit '\(instruction.unit.name)' waits for ever for \(missing.joined(separator: ", "))")
            })
    }
}
