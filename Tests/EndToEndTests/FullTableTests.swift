import Arch
import Compiler
import Graph
import Sim
import Testing
import Toolchain

/// The same programs with half and with full tables: twice the table bytes and table work, the same bits.
@Suite struct FullTableTests {
    static func pair(_ model: Model, options: CompilerOptions = CompilerOptions()) throws -> (half: Job, full: Job) {
        (
            try Job(model, target: LookupMachine.target(), options: options),
            try Job(model, target: LookupMachine.target(symmetric: false), options: options)
        )
    }

    static func outputs(_ job: Job, _ how: Execution = Execution()) throws -> [String: Tensor] {
        let inputs = try Inputs(for: job.model.graph, seed: 3).tensors
        let outputs = try job.compute(inputs, how)
        #expect(try job.check(inputs, outputs: outputs, how).difference == nil)
        return outputs
    }

    static func count(_ nest: ByteNest) -> Int { nest.loops.reduce(nest.run) { $0 * $1.count } }

    /// 2 rows of 1024 tables, 8 or 16 entries of two bytes.
    @Test(arguments: [1, 2, 3, 4, 8])
    func fullTablesAreTwiceTheBytesAndTheEntries(bits: Int) throws {
        let (half, full) = try Self.pair(LookupMachine.gemm(bits: bits))
        for (job, entries) in [(half, 8), (full, 16)] {
            let builds = job.program.tableBuilds
            #expect(builds.reduce(0) { $0 + $1.rows * $1.tablesPerRow } == 2048)
            let written = builds.reduce(0) { sum, build in
                let accesses = Instruction(node: 0, body: .buildTables(build)).accesses(engines: [])
                return sum + accesses.writes.reduce(0) { bytes, access in bytes + Self.count(access.bytes) }
            }
            #expect(written == 2048 * entries * 2)
            let timing = try job.time()
            #expect(timing.events[.tableEntry] == 2048 * entries)
            // One pass over the columns, so every table is read once.
            #expect(timing.events[.tableRead] == 2048 * entries * 2)
            #expect(timing.events[.lookup] == 2 * 64 * 1024 * bits)
            // 8 table builders, 8 entries each and cycle.
            #expect(timing[.vector].busy[.tablePrecompute] == 2048 * entries / 64)
        }
        #expect(try Self.outputs(half) == Self.outputs(full))
    }

    /// Tables that go through DRAM are written once and read once: 2048 of 8 or 16 entries of two bytes.
    @Test func tablesInMemoryAreTwiceTheBytes() throws {
        let options = CompilerOptions(tablePlacement: .separate)
        let (half, full) = try Self.pair(LookupMachine.gemm(bits: 2), options: options)
        for (job, entries) in [(half, 8), (full, 16)] {
            let memory = try job.time().memory
            #expect(memory.readBytes[.tables] == 2048 * entries * 2)
            #expect(memory.writtenBytes[.tables] == 2048 * entries * 2)
            #expect(memory.readBytes[.weights] == 64 * 4096 / 4)
        }
        #expect(try Self.outputs(half) == Self.outputs(full))
    }

    @Test(arguments: [1, 2, 4])
    func structuralLookupsInFullTablesGiveTheSameBits(bits: Int) throws {
        let model = try LookupMachine.gemm(bits: bits, bindings: ["m": 3, "n": 70, "k": 90])
        let (half, full) = try Self.pair(model)
        let expected = try Self.outputs(half)
        #expect(try Self.outputs(full) == expected)
        #expect(try Self.outputs(full, Execution(path: .structural)) == expected)
    }

    /// Padding, strides, channels that fill no table, zero points on both sides, and tables that K does not fit at once.
    @Test func convolutionsGiveTheSameBits() throws {
        for (codec, zero) in [("uint3", 5), ("ternary", 0), ("int4", 0)] {
            let model = try LookupMachine.model(
                """
                { "schema": "accelsim-graph-1",
                  "inputs": { "x": { "shape": [1, 9, 11, 6], "encoding": { "codec": "uint8", "scale": 0.1, "zero": 17 } } },
                  "constants": {
                    "w": { "shape": [20, 3, 3, 6], "encoding": { "codec": "\(codec)", "scale": 0.5, "zero": \(zero) } } },
                  "nodes": [
                    { "name": "c", "op": "conv2d", "inputs": ["x", "w"], "stride": [2, 1], "padding": [1, 1, 1, 1],
                      "output": "int32" },
                    { "name": "y", "op": "requantise", "inputs": ["c"], "encoding": { "codec": "int8", "scale": 9.0 } } ],
                  "outputs": ["y"] }
                """)
            for placement in CompilerOptions.TablePlacement.allCases {
                let (half, full) = try Self.pair(model, options: CompilerOptions(tablePlacement: placement))
                #expect(try Self.outputs(half) == Self.outputs(full))
            }
        }
    }

    @Test func machineFilesDifferInTheEngineOnly() throws {
        let preset = try Target.make("lut-tc").machine
        for name in ["lut-tc-one-array", "lut-tc-one-array-k5", "lut-tc-full-tables", "lut-tc-int8-tables"] {
            var machine = try Target.make(LookupMachine.example("machines/\(name).json")).machine
            #expect(machine.name == name)
            #expect(machine.engines.dropFirst() == preset.engines.dropFirst())
            #expect(machine.engines[0] != preset.engines[0])
            (machine.name, machine.summary, machine.engines) = (preset.name, preset.summary, preset.engines)
            #expect(machine == preset)
        }
    }
}
