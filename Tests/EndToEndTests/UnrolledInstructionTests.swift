import Arch
import Compiler
import Diagnostics
import Graph
import Testing
import Toolchain

/// Closed forms of the number of instructions without loops, against walks through the loops.
@Suite struct UnrolledInstructionTests {
    /// Calls `body` with the steps of a nest of loops, outermost first.
    private static func walk(_ counts: [Int], _ body: ([Int]) -> Void) {
        var steps = Array(repeating: 0, count: counts.count)
        guard !counts.contains(where: { $0 < 1 }) else { return }
        while true {
            body(steps)
            guard let axis = counts.indices.last(where: { steps[$0] + 1 < counts[$0] }) else { return }
            steps[axis] += 1
            for inner in (axis + 1)..<max(axis + 1, counts.count) { steps[inner] = 0 }
        }
    }

    /// Rows one after the other; a row that begins where the last one ended, on both sides, belongs to its run.
    private static func runs(_ rowBytes: Int, _ loops: [(count: Int, strides: [Int])]) -> Int {
        var runs = 0
        var end: [Int]?
        walk(loops.map(\.count)) { steps in
            let sides = loops.first?.strides.count ?? 1
            let place = (0..<sides).map { side in zip(steps, loops).reduce(0) { $0 + $1.0 * $1.1.strides[side] } }
            if place != end { runs += 1 }
            end = place.map { $0 + rowBytes }
        }
        return runs
    }

    /// Steps of the loops of which the last one is at its beginning.
    private static func rows(_ counts: [Int]) -> Int {
        var rows = 0
        walk(counts) { if $0.last == 0 { rows += 1 } }
        return rows
    }

    /// `nil` for products, whose steps depend on the engine.
    private static func enumerated(_ body: Instruction.Body) -> Int? {
        switch body {
        case .load(let transfer), .store(let transfer):
            runs(transfer.rowBytes, transfer.loops.map { ($0.count, [$0.globalStride, $0.localStride]) })
        case .gather(let gather): gather.count
        case .fill(let fill): runs(fill.rowBytes, fill.loops.map { ($0.count, [$0.stride]) })
        case .buildTables(let build): build.outerRows.count * build.innerRows.count
        case .elementwise(let elementwise): rows(elementwise.loops.map(\.count))
        case .reduce(let reduce):
            switch reduce.arrangement {
            case .elementsOnLanes: rows(reduce.outer.map(\.count) + reduce.inner.map(\.count))
            case .outputsOnLanes: rows(reduce.inner.map(\.count) + reduce.outer.map(\.count))
            }
        case .mma, .lmma: nil
        }
    }

    @Test(
        arguments: ["mac-int8-tiny", "lut-tc-tiny", "dsp-chain-tiny", "flightllm-u280"],
        ["llama-block-small/w2g64", "fashion-mnist/w2a8"])
    func transfersAndVectorInstructionsEqualAWalk(machine: String, example: String) throws {
        let model = try Model(path: Repository.path("examples/\(example)/graph.json"))
        let job = try Job(model, target: .make(machine))
        var compared = 0
        for instruction in job.program.instructions.prefix(20_000) {
            guard let expected = Self.enumerated(instruction.body) else { continue }
            compared += 1
            #expect(instruction.body.unrolledInstructions(engines: job.target.engines) == expected, "\(instruction)")
        }
        #expect(compared > 100)
    }

    private static func multiply(rows: Int, columns: Int, depth: Int, group: Int?) -> Multiply {
        Multiply(
            engine: 0, activations: LocalAddress(.activations, 0), activationFormat: .int8,
            innerRows: .init(count: rows, stride: depth), run: depth, weights: 0, weightBits: 4, codes: .offset,
            zero: .immediate(8), columns: columns, accumulators: 0, accumulatorPitch: 4 * columns, accumulate: false,
            output: group.map {
                .scaled(weights: .init(group: $0, format: .float16, offset: 1 << 20), activations: nil)
            } ?? .integer)
    }

    /// Passes over rows and columns, and in each of them K by the length of the chain, group by group.
    private static func steps(rows: Int, columns: Int, depth: Int, group: Int?, array: (rows: Int, columns: Int)) -> Int {
        var steps = 0
        for _ in stride(from: 0, to: rows, by: array.rows) {
            for _ in stride(from: 0, to: columns, by: array.columns) {
                for start in stride(from: 0, to: depth, by: group ?? depth) {
                    steps += Array(stride(from: 0, to: min(group ?? depth, depth - start), by: 16)).count
                }
            }
        }
        return steps
    }

    /// One token takes the arrangement for vectors, 64 columns in every core; a matrix the other, two columns.
    @Test func productsTakeAStepForEachPassAndBlockOfK() throws {
        let one = try Target.make("dsp-chain")
        let three = try Target.make("flightllm-u280")
        for (columns, depth, group) in [(192, 4096, 128), (384, 256, 64), (192, 100, nil), (64, 130, 65)] {
            for (rows, array) in [(1, (2, 64)), (2, (2, 64)), (256, (128, 2))] {
                let multiply = Self.multiply(rows: rows, columns: columns, depth: depth, group: group)
                let steps = Instruction.Body.mma(multiply).unrolledInstructions(engines: one.engines)
                #expect(steps == Self.steps(rows: rows, columns: columns, depth: depth, group: group, array: array))
                guard columns.isMultiple(of: 192) else { continue }
                // Every core has a third of the columns and takes the same instructions.
                let shared = Instruction.Body.mma(multiply).unrolledInstructions(engines: three.engines)
                #expect(
                    shared == Self.steps(rows: rows, columns: columns / 3, depth: depth, group: group, array: array))
            }
        }
    }
}
