import Arch
import Compiler
import Sim
import Testing
import Toolchain

/// One M2N64K4 array on M = 2, N = 64, K = 4096: every cycle follows from docs/engines.md by hand.
@Suite struct OneArrayTests {
    static func job(bits: Int) throws -> Job {
        try Job(LookupMachine.gemm(bits: bits), target: .make(LookupMachine.example("machines/lut-tc-one-array.json")))
    }

    /// 2 * 64 * 4096 products of B planes on 2 * 64 * 4 one-bit products per cycle: 1024 B cycles. Integer sums leave in
    /// two cycles behind lookups that take at least B, so no other term has any.
    @Test(arguments: [1, 2, 3, 4, 8])
    func lookupsAreBusyAtFullWidthOnly(bits: Int) throws {
        let job = try Self.job(bits: bits)
        for mode in [Simulator.Mode.event, .tick] {
            let busy = try job.time(mode)[.engine0].busy
            #expect(busy[.ideal] == 1024 * bits)
            #expect(busy.total == 1024 * bits)
        }
    }

    /// K is cut between instructions only: they look up 1024 tables in all, each B cycles long, and six registers follow
    /// each: operands, lookup, accumulate, zero correction, integer accumulate, and the second row.
    @Test(arguments: [1, 2, 4, 8])
    func namedPartsAreOccupancyAndLatency(bits: Int) throws {
        let job = try Self.job(bits: bits)
        let timing = try Simulator(target: job.target).run(job.program, trace: true)
        var tables = 0
        for (index, instruction) in job.program.instructions.enumerated() {
            guard case .lmma(let multiply, let shape) = instruction.body else { continue }
            tables += multiply.run / 4
            let parts = job.target.engines[0].timing(multiply, shape: shape)
            #expect(parts.occupancyParts.map(\.cycles) == [multiply.run / 4 * bits, 0, 0, 0])
            #expect(parts.latencyParts.map(\.cycles) == [1, 1, 1, 1, 1, 1])
            // One completion per cycle and in order: nothing else holds an instruction of a single engine back.
            let span = timing.spans[index]
            #expect(span.completion - span.start == multiply.run / 4 * bits + 6)
        }
        #expect(tables == 1024)
    }

    /// Groups of 64 k are 16 tables, 16 B lookup cycles. 128 sums pass four scale lanes in 32, so at one bit every group
    /// holds the next one up for 16 cycles and from two bits on none does. The last sums of an instruction take 32
    /// cycles, two of which are its latency: the last row's, and the register of the accumulators, which with the
    /// convert and the scale register is behind the zero correction.
    @Test(arguments: [(codec: "bipolar1", bits: 1, held: 16), ("int2", 2, 0), ("int4", 4, 0), ("int8", 8, 0)])
    func groupScalesCostWhatTheScaleLanesTake(_ weights: (codec: String, bits: Int, held: Int)) throws {
        let model = try LookupMachine.model(
            """
            { "schema": "accelsim-graph-1",
              "inputs": { "x": { "shape": [2, 4096], "encoding": { "codec": "int8", "scale": 0.05 } } },
              "constants": {
                "s": { "shape": [64, 64] },
                "w": { "shape": [64, 4096], "encoding": { "codec": "\(weights.codec)", "scale": "s", "group": 64 } } },
              "nodes": [ { "name": "y", "op": "linear", "inputs": ["x", "w"] } ], "outputs": ["y"] }
            """)
        let job = try Job(model, target: LookupMachine.target())
        let products = job.program.products
        #expect(products.reduce(0) { $0 + $1.multiply.run } == 4096)
        for (multiply, shape) in products {
            let groups = multiply.run / 64
            let parts = job.target.engines[0].timing(multiply, shape: shape)
            #expect(parts.occupancyParts.map(\.cycles) == [16 * groups * weights.bits, 0, weights.held * groups, 30])
            #expect(parts.latencyParts.map(\.cycles) == [1, 1, 1, 1, 1, 1, 1, 1])
        }
        let busy = try job.time()[.engine0].busy
        #expect(busy[.ideal] == 1024 * weights.bits)
        #expect(busy[.epilogue] == 64 * weights.held + 30 * products.count)
        #expect(busy.total == busy[.ideal] + busy[.epilogue])
    }

    /// 65 columns need a second pass over all 64 tables, for one column; three rows need one for the third. However the
    /// compiler cuts them, two passes of 128 cycles remain.
    @Test func unusedRowsAndColumnsAreRaggedEdges() throws {
        for (rows, columns) in [(2, 65), (3, 64)] {
            let model = try LookupMachine.gemm(bits: 2, bindings: ["m": rows, "n": columns, "k": 256])
            let job = try Job(model, target: LookupMachine.target())
            let busy = try job.time()[.engine0].busy
            #expect(busy[.ideal] == rows * columns)
            #expect(busy[.raggedEdges] == 2 * 64 * 2 - rows * columns)
            #expect(busy.total == 256)
        }
    }
}
