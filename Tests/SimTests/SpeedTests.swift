import Arch
import Sim
import Testing

@Suite struct SpeedTests {
    /// Double-buffered products: per step two loads, a product, a vector instruction and a store.
    static func pipelined(steps: Int) -> Program {
        var instructions: [Instruction] = []
        for step in 0..<steps {
            let isLate = step >= 2
            let first = load(2048, at: step * 4096).signalling(.engine0)
            instructions += [
                isLate ? first.waiting(.engine0) : first, load(640, at: step * 640).signalling(.engine0),
                multiply(rows: 8, columns: 6, latency: 9).waiting(.load).signalling(.load, .vector),
                copy(128).waiting(.engine0).signalling(.store), store(512, at: step * 512).waiting(.vector),
            ]
        }
        // The product takes the tokens of both loads one after the other.
        for index in stride(from: 1, to: instructions.count, by: 5) { instructions[index].signals = [] }
        return program(instructions)
    }

    /// A hundred times the work may not take much more than a hundred times as long, and never seconds.
    @Test func hundredThousandInstructionsTakeWellUnderASecond() throws {
        let program = Self.pipelined(steps: 20_000)
        let clock = ContinuousClock()
        let simulator = Simulator(target: target())
        var timing: Timing?
        let elapsed = try clock.measure { timing = try simulator.run(program) }
        print("100000 instructions, \(timing?.cycles ?? 0) cycles in \(elapsed)")
        #expect(elapsed < .seconds(1))
        #expect(program.instructions.count == 100_000)
    }
}
