import Arch
import Sim
import Testing

@Suite struct SpeedTests {
    /// Double-buffered products: per step two loads, a product, a vector instruction and a store.
    static func pipelined(steps: Int) -> Program {
        var instructions: [Instruction] = []
        for step in 0..<steps {
            let isLate = step >= 2
            let first = load(2048, at: step * 4096)
            instructions += [
                isLate ? first.waiting(.engine0) : first, load(640, at: step * 640).signalling(.engine0),
                multiply(rows: 8, columns: 6, latency: 9).waiting(.load).signalling(.load, .vector),
                copy(128).waiting(.engine0).signalling(.store), store(512, at: step * 512).waiting(.vector),
            ]
        }
        return program(instructions)
    }

    /// About a tenth of a second on one core; the limit leaves room for a loaded machine.
    @Test func hundredThousandInstructionsTakeWellUnderASecond() throws {
        let program = Self.pipelined(steps: 20_000)
        let clock = ContinuousClock()
        let simulator = Simulator(target: target())
        let elapsed = try clock.measure { _ = try simulator.run(program) }
        #expect(elapsed < .seconds(1))
        #expect(program.instructions.count == 100_000)
    }
}
