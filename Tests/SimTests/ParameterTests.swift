import Arch
import Sim
import Testing

@Suite struct ParameterTests {
    /// Random programs whose transfers refer to a register take, in both modes, the cycles of the same program with the
    /// numbers in place: references cost nothing.
    @Test func referencesTakeNoCycle() throws {
        var random = RandomSource(seed: 77)
        var referring = 0
        for _ in 0..<200 {
            let target = random.target()
            let plain = random.program(instructions: 30)
            let value = Int.random(in: 1..<50, using: &random)
            var program = plain
            program.parameters = [ProgramParameter(name: "x", register: 7, value: value, range: 0...100)]
            for index in program.instructions.indices {
                guard case .load(var transfer) = program.instructions[index].body else { continue }
                let multiplier = random.pick([-640, 1, 64, 100])
                transfer.global -= multiplier * value
                let reference = try #require(
                    ParameterReference("global", of: .load, register: 7, multiplier: multiplier))
                program.instructions[index].body = .load(transfer)
                program.instructions[index].references = [reference]
                referring += 1
            }
            // The random programs have empty rows, which no instruction can code: only resolvable ones are compared.
            guard let resolved = try? program.resolved() else { continue }
            #expect(resolved.instructions == plain.instructions)
            for mode in Simulator.Mode.allCases {
                let simulator = Simulator(target: target)
                guard let expected = try? simulator.run(plain, mode: mode) else { continue }
                #expect(try simulator.run(program, mode: mode).cycles == expected.cycles)
            }
        }
        #expect(referring > 500)
    }

    /// One burst at address 0; from p0 = 1 on the 64 bytes straddle two.
    @Test func timeFollowsTheRegister() throws {
        let target = target(clock: 1000, burstBytes: 64, burstPeriod: 10_000, latency: 0)
        var program = program([load(64)])
        program.instructions[0].references = [
            try #require(ParameterReference("global", of: .load, register: 0, multiplier: 1))
        ]
        program.parameters = [ProgramParameter(name: "x", register: 0, value: 0, range: 0...64)]
        let simulator = Simulator(target: target)
        for mode in Simulator.Mode.allCases {
            let aligned = try simulator.run(program, mode: mode).cycles
            #expect(try simulator.run(try program.setting(["x": 1]), mode: mode).cycles == aligned + 10)
            #expect(try simulator.run(try program.setting(["x": 64]), mode: mode).cycles == aligned)
        }
    }
}
