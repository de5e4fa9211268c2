import Arch
import Diagnostics
import Testing

@Suite struct ParameterResolutionTests {
    static func program(_ lines: [String], _ parameters: [ProgramParameter]) throws -> Program {
        Program(
            graph: "g", machine: "mac-int8", instructions: try lines.map { try ISA.parse($0) },
            nodes: [NodeRecord(name: "n", operation: "op", segment: 0, macs: 0)], dramBytes: 1 << 20,
            codeAddress: 1 << 19, parameters: parameters)
    }

    private static func parameter(_ register: Int, _ value: Int, _ range: ClosedRange<Int>) -> ProgramParameter {
        ProgramParameter(name: "p\(register)", register: register, value: value, range: range)
    }

    private static func problems(_ line: String, _ parameters: [ProgramParameter]) throws -> [Diagnostic] {
        do {
            _ = try program([line], parameters).resolved()
            return []
        } catch { return (error as? Diagnostics)?.all ?? [] }
    }

    @Test func valueIsImmediatePlusMultiplierTimesRegister() throws {
        let program = try Self.program(
            [
                "load act:0x10-p1*4 <- dram:0x1000+p0*4096, row 64, loop -4+p0*2 (128, 64), kind kv @0",
                "elementwise.mask act:0x0 f32 <- act:0x0 f32, diagonal -7+p0*3, window 0, loop 8 (4, 4, 0) @0",
            ], [Self.parameter(0, 5, 0...9), Self.parameter(1, 3, 0...9)])
        // 0x1000 + 5 * 0x1000, 0x10 - 3 * 4, -4 + 5 * 2, -7 + 5 * 3
        let expected = [
            "load act:0x4 <- dram:0x6000, row 64, loop 6 (128, 64), kind kv @0",
            "elementwise.mask act:0x0 f32 <- act:0x0 f32, diagonal 8, window 0, loop 8 (4, 4, 0) @0",
        ]
        let resolved = try program.resolved()
        #expect(resolved.instructions == (try expected.map { try ISA.parse($0) }))
        #expect(try resolved.resolved() == resolved)
        // 0x1000 + 9 * 0x1000, -4 + 9 * 2
        let other = try program.setting(["p0": 9]).resolved()
        #expect(
            ISA.text(other.instructions[0]) == "load act:0x4 <- dram:0xa000, row 64, loop 14 (128, 64), kind kv @0")
        #expect(other.parameters.map(\.value) == [9, 3])
    }

    @Test func valuesOutsideTheirFieldNameInstructionAndField() throws {
        let load = "load act:0x0 <- dram:0x0+p0*8388607, row 0+p1, kind kv @0"
        let one = Self.parameter(1, 1, 0...1 << 40)
        #expect(try Self.problems(load, [Self.parameter(0, 131_072, 0...1 << 40), one]) == [])
        // 131073 * 8388607 is above 2^40 - 1.
        let dram = try Self.problems(load, [Self.parameter(0, 131_073, 0...1 << 40), one])
        #expect(dram.map(\.field) == ["global"] && dram.map(\.node) == ["instruction 0"])
        let both = try Self.problems(load, [Self.parameter(0, -1, -1...0), Self.parameter(1, 0, 0...1)])
        #expect(both.map(\.field) == ["global", "row"])
    }

    @Test func nothingWraps() throws {
        let whole = Int.min...Int.max
        let load = "load act:0x0 <- dram:0x7fffffffff+p0*4, row 64, kind kv @0"
        for value in [Int.max, Int.min, Int.max / 4 + 1] {
            let problems = try Self.problems(load, [Self.parameter(0, value, whole)])
            #expect(problems.map(\.field) == ["global"])
            #expect(problems.allSatisfy { $0.message.contains("overflows") })
        }
        // The product fits, the sum does not.
        let sum = "load act:0x0 <- dram:0x7fffffffff+p0, row 64, kind kv @0"
        #expect(try Self.problems(sum, [Self.parameter(0, Int.max, whole)])[0].message.contains("overflows"))
        let mask = "elementwise.mask act:0x0 f32 <- act:0x0 f32, diagonal 1+p0, window 0, loop 8 (4, 4, 0) @0"
        #expect(try Self.problems(mask, [Self.parameter(0, 1 << 31, whole)]).map(\.field) == ["parameter_0"])
        #expect(try Self.problems(mask, [Self.parameter(0, (1 << 31) - 2, whole)]) == [])
    }

    @Test func rulesBetweenFieldsHoldForValues() throws {
        let fill = "fill act:0x0 <- 0x0, element 4, row 1+p0 @0"
        #expect(try Self.problems(fill, [Self.parameter(0, 7, 0...8)]) == [])
        #expect(try Self.problems(fill, [Self.parameter(0, 8, 0...8)]).map(\.field) == ["row"])
    }

    @Test func registersMustBeDeclaredOnceAndInRange() throws {
        let load = "load act:0x0 <- dram:0x0+p2, row 64, kind kv @0"
        #expect(try Self.problems(load, [Self.parameter(0, 0, 0...0)]).map(\.field) == ["global"])
        #expect(try Self.problems(load, [Self.parameter(2, 5, 0...4)]).map(\.field) == ["parameter 'p2'"])
        let twice = [Self.parameter(2, 0, 0...4), ProgramParameter(name: "x", register: 2, value: 0, range: 0...4)]
        #expect(try Self.problems(load, twice).map(\.field) == ["parameter 'x'"])
        let sameName = [Self.parameter(2, 0, 0...4), ProgramParameter(name: "p2", register: 3, value: 0, range: 0...4)]
        #expect(try Self.problems(load, sameName).map(\.field) == ["parameter 'p2'"])
        #expect(
            try Self.problems(load, [ProgramParameter(name: "x", register: 16, value: 0, range: 0...4)])
                .map(\.field) == ["parameter 'x'"])
    }

    @Test func settingChecksNamesAndRangesAndCollectsAll() throws {
        let program = try Self.program([], [Self.parameter(0, 5, 0...9), Self.parameter(1, 3, 0...9)])
        do {
            _ = try program.setting(["p0": 10, "p7": 1, "p1": -1])
            Issue.record("wrong values were accepted")
        } catch { #expect(error.all.map(\.field) == ["parameter 'p0'", "parameter 'p1'", "parameter 'p7'"]) }
    }

    /// The load reaches past the 2^20 bytes of DRAM from p0 = 16384 on: 64 * 16384 = 2^20.
    @Test func programCheckerSeesTheValue() throws {
        let target = try TestEngine.target()
        let load = "load act:0x0 <- dram:0x0+p0*64, row 64, kind kv @0"
        let program = try Self.program([load], [Self.parameter(0, 16_383, 0...20_000)])
        #expect(ProgramChecker.check(program, target: target) == [])
        let outside = ProgramChecker.check(try program.setting(["p0": 16_384]), target: target)
        #expect(outside.map(\.field) == ["dram"])
        #expect(ProgramChecker.check(try Self.program([load], []), target: target).map(\.field) == ["global"])
    }

    /// A load of bytes 0..<64 races with a store unless the register puts the store elsewhere.
    @Test func orderingCheckerSeesTheValue() throws {
        let target = try TestEngine.target()
        let program = try Self.program(
            [
                "store dram:0x0+p0 <- acc:0x0, row 64, kind kv @0",
                "load act:0x0 <- dram:0x0, row 64, kind kv @0",
            ], [Self.parameter(0, 64, 0...128)])
        #expect(OrderingChecker.check(program, target: target) == [])
        for value in [0, 1, 63] {
            #expect(OrderingChecker.check(try program.setting(["p0": value]), target: target).count == 1, "\(value)")
        }
        #expect(
            OrderingChecker.check(
                try Self.program(["store dram:0x0+p0 <- acc:0x0, row 64, kind kv @0"], []), target: target
            ).count == 1)
    }
}
