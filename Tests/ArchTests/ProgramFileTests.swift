import Arch
import Diagnostics
import Testing

@Suite struct ProgramFileTests {
    static func program(_ seed: UInt64, instructions: Int = 40) -> Program {
        var random = SplitMix(seed)
        let names = ["", "plain", "with \"quotes\" # and \\", "zwei\nZeilen\r\n", "\u{1F9EE}", "a,b;(c)"]
        return Program(
            graph: random.pick(names), machine: "lut-tc",
            instructions: (0..<instructions).map { _ in RandomInstruction.make(&random).withoutMixedBlocks },
            nodes: (0..<5).map {
                NodeRecord(name: random.pick(names), operation: "conv2d", segment: $0, macs: random.value(0...1 << 60))
            },
            dramBytes: random.dram(), codeAddress: random.dram(),
            buffers: Buffer.Role.allCases.map {
                Buffer(
                    name: random.pick(names), role: $0, memory: random.pick(GlobalMemory.allCases), address: random.dram(), shape: [1, random.value(0...99)],
                    elementBytes: 4, codec: "f32", strides: [-4, random.globalStride()])
            } + [
                Buffer(name: "scalar", role: .input, address: 0, shape: [], elementBytes: 1, codec: "int8", strides: [])
            ],
            constants: [0, 1, 63, 64, 65, 300].map { size in
                Constant(
                    name: random.pick(names), address: random.dram(),
                    bytes: (0..<size).map { _ in UInt8(random.next() & 255) })
            },
            parameters: [
                ProgramParameter(name: random.pick(names), register: 15, value: -3, range: Int.min...Int.max),
                ProgramParameter(name: "cached", register: 0, value: 37, range: 33...48),
            ])
    }

    @Test(arguments: 0..<8)
    func programsSurviveBinaryAndText(seed: UInt64) throws {
        let program = Self.program(seed)
        let bytes = try program.binary()
        #expect(try Program(binary: bytes) == program)
        let text = program.assembly
        let back = try Program(assembly: text)
        #expect(back == program)
        #expect(try back.binary() == bytes)
        #expect(back.assembly == text)
    }

    @Test func emptyProgramSurvives() throws {
        let program = Program(graph: "", machine: "")
        #expect(try Program(binary: program.binary()) == program)
        #expect(try Program(assembly: program.assembly) == program)
    }

    @Test func everyTruncationIsADiagnostic() throws {
        let bytes = try Self.program(3, instructions: 3).binary()
        for length in 0..<bytes.count {
            #expect(throws: Diagnostics.self, "\(length)") { try Program(binary: bytes[..<length]) }
        }
        #expect(throws: Diagnostics.self) { try Program(binary: bytes + [0]) }
    }

    /// Whatever the damage, the reader ends in diagnostics or in a program that writes the same bytes.
    @Test func mutatedFilesNeverCrash() throws {
        let bytes = try Self.program(4, instructions: 6).binary()
        var random = SplitMix(9)
        var refused = 0
        for _ in 0..<5_000 {
            var mutated = bytes
            for _ in 0...Int(random.next() % 3) {
                mutated[Int(random.next() % UInt64(bytes.count))] = random.pick([
                    0, 1, 0x7F, 0x80, 0xFF, UInt8(random.next() & 255),
                ])
            }
            do {
                let program = try Program(binary: mutated)
                #expect(try program.binary() == mutated)
            } catch { refused += 1 }
        }
        #expect(refused > 1_000)
    }

    @Test func hugeCountsAreRefusedBeforeAllocation() throws {
        // Magic, two versions, two names, two sizes, then a count of nodes that no file could hold.
        let numbers: [UInt8] = [5, 0, 0, 0, 2, 0, 0, 0]
        let names: [UInt8] = [1, 0, 0, 0, 0x67, 1, 0, 0, 0, 0x6D]
        let bytes = Array("accelsim".utf8) + numbers + names + Array(repeating: 0, count: 16) + [255, 255, 255, 255]
        do {
            _ = try Program(binary: bytes)
            Issue.record("accepted")
        } catch { #expect(error.all.map(\.field) == ["nodes"]) }
    }

    @Test func mutatedTextNeverCrashes() throws {
        let text = Array(Self.program(5, instructions: 6).assembly.utf8)
        var random = SplitMix(10)
        for _ in 0..<2_000 {
            var mutated = text
            for _ in 0...Int(random.next() % 4) {
                let place = Int(random.next() % UInt64(mutated.count))
                switch random.next() % 3 {
                case 0: mutated.remove(at: place)
                case 1: mutated.insert(random.pick(Array("\"\\ \n,();@0x-[]#é".utf8)), at: place)
                default: mutated[place] = UInt8(random.next() & 127)
                }
            }
            do {
                let program = try Program(assembly: String(decoding: mutated, as: UTF8.self))
                #expect(try Program(assembly: program.assembly) == program)
            } catch { #expect(!error.isEmpty) }
        }
    }

    @Test(arguments: [
        ("", "accelsim-asm"),
        ("accelsim-asm 3\n", "accelsim-asm"),
        ("graph \"g\"\n", "accelsim-asm"),
        ("accelsim-asm 2\ngraph g\n", "graph"),
        ("accelsim-asm 2\ngraph \"g\" x\n", "graph"),
        ("accelsim-asm 2\ngraph \"g\"\ngraph \"g\"\n", "graph"),
        ("accelsim-asm 2\ngrph \"g\"\n", "grph"),
        ("accelsim-asm 2\ndram -1 code 0\n", "dram"),
        ("accelsim-asm 2\ndram 1 kode 0\n", "code"),
        ("accelsim-asm 2\nnode \"a\" \"b\" segment x macs 0\n", "segment"),
        ("accelsim-asm 2\nbuffer \"a\" inout dram:0x0\n", "role"),
        ("accelsim-asm 2\nbuffer \"a\" input 0x0\n", "address"),
        ("accelsim-asm 2\nbuffer \"a\" input dram:0x0 shape [ 1\n", "shape"),
        ("accelsim-asm 2\nbuffer \"a\" input dram:0x0 shape [ -1 ]\n", "shape"),
        ("accelsim-asm 2\nparameter p16 \"a\" value 1 range 0 1\n", "register"),
        ("accelsim-asm 2\nparameter q0 \"a\" value 1 range 0 1\n", "register"),
        ("accelsim-asm 2\nparameter p0 \"a\" 1 range 0 1\n", "value"),
        ("accelsim-asm 2\nparameter p0 \"a\" value 1 range 2 1\n", "range"),
        ("accelsim-asm 2\nhex 00\n", "hex"),
        ("accelsim-asm 2\nconstant \"c\" dram:0x0 bytes 2\nhex 0g11\n", "hex"),
        ("accelsim-asm 2\nconstant \"c\" dram:0x0 bytes 2\nhex 000\n", "hex"),
        ("accelsim-asm 2\nconstant \"c\" dram:0x0 bytes 2\nhex 00\ncode\n", "constant"),
        ("accelsim-asm 2\ncode\nlaod\n", "mnemonic"),
    ])
    func brokenTextNamesItsField(text: String, field: String) {
        do {
            _ = try Program(assembly: text)
            Issue.record("accepted")
        } catch { #expect(error.all.contains { $0.field == field }, "\(error)") }
    }
}

extension Instruction {
    /// Mixed blocks need their counts in the program's table, of which random sizes would want too many.
    fileprivate var withoutMixedBlocks: Instruction {
        guard case .mma(var multiply) = body, multiply.structure.mixed != nil else { return self }
        multiply.structure = .dense
        var copy = self
        copy.body = .mma(multiply)
        return copy
    }
}
