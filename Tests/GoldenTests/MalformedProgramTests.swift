import Arch
import Diagnostics
import Formats
import Golden
import Testing

/// Every malformed field gives a diagnostic that names it; nothing is executed and nothing traps.
@Suite struct MalformedProgramTests {
    static let act = LocalAddress(.activations, 0)
    static let f32 = Operand(act, .float32)
    static let i32 = Operand(LocalAddress(.accumulators, 0), .int32)
    static let i8 = Operand(act, .int8)

    static func load(_ dram: Int, _ offset: Int, _ bytes: Int, _ loops: [Transfer.Loop] = []) -> Instruction.Body {
        .load(
            Transfer(
                dram: dram, local: LocalAddress(.weights, offset), rowBytes: bytes, loops: loops, traffic: .weights))
    }

    static func vector(
        _ function: ElementwiseFunction, _ destination: Operand, _ a: Operand, _ b: Elementwise.Second = .none,
        _ loops: VectorLoop...
    ) -> Instruction.Body {
        .elementwise(Elementwise(function, destination: destination, a: a, b: b, loops: loops))
    }

    static func multiply(_ change: (inout Multiply) -> Void) -> Instruction.Body {
        var work = Multiply(
            engine: 0, activations: act, activationFormat: .int8, innerRows: .init(count: 2, stride: 4), run: 4,
            weights: 0,
            weightBits: 8, codes: .offset, zero: .immediate(0), columns: 2, accumulators: 0, accumulatorPitch: 8,
            accumulate: false, output: .integer)
        change(&work)
        return .mma(work)
    }

    static func half(positions: Int) -> Multiply.Structure {
        NOfM(n: 2, m: 4).map { .nOfM($0, positions: positions) } ?? .dense
    }

    static func tables(_ change: (inout BuildTables) -> Void) -> Instruction.Body {
        var work = BuildTables(
            source: f32, innerRows: .init(count: 2, stride: 16), elements: 4,
            format: TableFormat(.int8PerTable, length: 4), tables: 0,
            tablePitch: 8,
            scales: LocalAddress(.accumulators, 0), scalePitch: 4)
        change(&work)
        return .buildTables(work)
    }

    /// Four activations keep two, whose positions take four bits.
    static func selection(_ positions: Int, period: Int = 4) -> BuildTables.Selection? {
        NOfM(n: 2, m: 4).map { .init($0, positions: LocalAddress(.weights, positions), period: period) }
    }

    static func gather(_ change: (inout Gather) -> Void) -> Instruction.Body {
        var work = Gather(
            dram: 0, rowPitch: 4, rows: 4, index: act, local: LocalAddress(.weights, 0), localStride: 4, rowBytes: 4,
            count: 2,
            traffic: .weights)
        change(&work)
        return .gather(work)
    }

    static func reduce(_ function: Reduce.Function, _ destination: Operand, _ a: Operand, _ loop: Reduce.Loop)
        -> Instruction.Body
    {
        .reduce(Reduce(function, destination: destination, a: a, outer: [], inner: [loop]))
    }

    static let wellFormed: [Instruction.Body] = [
        load(0, 0, 256), vector(.addFloat, f32, f32, .immediate(0)), multiply { _ in }, tables { _ in },
        gather { _ in },
        reduce(.sumFloat, f32, f32, .init(count: 64, a: 4)),
        vector(.copy, f32, f32, .none, VectorLoop(count: 1, destination: .max, a: .min)),
    ]

    /// Pads of 256 bytes, DRAM of 2048.
    static let table: [(Instruction.Body, String)] = [
        (load(-1, 0, 4), "global"), (load(2045, 0, 4), "global"), (load(0, 253, 4), "local"), (load(0, 0, 0), "global"),
        (load(0, 0, -4), "global"), (load(.max, 0, 4), "global"), (load(0, .max, 4), "local"),
        (load(0, 0, 4, [.init(count: 2, globalStride: -1)]), "global"),
        (load(0, 0, 4, [.init(count: 0)]), "global"), (load(0, 0, 4, [.init(count: -3)]), "global"),
        (load(0, 0, 4, [.init(count: .max, localStride: .max)]), "local"),
        (load(0, 0, 4, [.init(count: 1 << 30), .init(count: 1 << 30)]), "loops"),
        (.store(Transfer(dram: 0, local: LocalAddress(.tables, 1), rowBytes: 256, traffic: .weights)), "local"),
        (.fill(Fill(local: act, rowBytes: 6, elementBytes: 4, value: 0)), "rowBytes"),
        (.fill(Fill(local: act, rowBytes: 6, elementBytes: 3, value: 0)), "elementBytes"),
        (
            .fill(Fill(local: act, rowBytes: 4, loops: [.init(count: 2, stride: 253)], elementBytes: 4, value: 0)),
            "local"
        ),
        (gather { $0.rows = 513 }, "global"), (gather { $0.rows = 0 }, "global"), (gather { $0.count = 65 }, "index"),
        (gather { $0.localStride = 253 }, "local"), (gather { $0.index.offset = -4 }, "index"),
        (vector(.addFloat, f32, f32), "b"), (vector(.addFloat, i32, f32, .immediate(0)), "destination"),
        (vector(.addFloat, f32, i32, .immediate(0)), "a"), (vector(.addFloat, f32, f32, .memory(i32)), "b"),
        (vector(.addFloat, Operand(act, .uint16), f32, .immediate(0)), "destination"),
        (vector(.addInteger, Operand(act, .float16), i32, .immediate(0)), "destination"),
        (vector(.copy, i8, f32), "destination"), (vector(.copy, f32, f32, .immediate(0)), "b"),
        (vector(.float(.exp), f32, f32, .immediate(0)), "b"),
        (vector(.multiplyAccumulate, i8, i8, .memory(i8)), "destination"),
        (vector(.quantise(zero: 0, low: 5, high: 4), i8, f32, .immediate(0)), "function"),
        (vector(.requantiseDyadic(.halfUp, zero: 0, low: 0, high: 1), i8, i32, .immediate(0)), "b"),
        (vector(.requantiseDyadic(.halfUp, zero: 0, low: 0, high: 1), i8, i32, .memory(f32)), "b"),
        (
            vector(
                .requantiseDyadic(.halfUp, zero: 0, low: 0, high: 1), i8, i32,
                .memory(Operand(LocalAddress(.weights, 248), .int32))), "b"
        ),
        (vector(.addFloat, f32, f32, .immediate(0), VectorLoop(count: 65, destination: 4)), "destination"),
        (vector(.addFloat, f32, f32, .immediate(0), VectorLoop(count: 2, a: -1)), "a"),
        (vector(.addFloat, f32, f32, .memory(f32), VectorLoop(count: 2, b: .max)), "b"),
        (vector(.addFloat, f32, f32, .immediate(0), VectorLoop(count: 1 << 30), VectorLoop(count: 1 << 30)), "loops"),
        (reduce(.sumFloat, i32, f32, .init()), "destination"), (reduce(.sumInteger, i32, f32, .init()), "a"),
        (reduce(.sumFloat, f32, f32, .init(count: 65, a: 4)), "a"), (reduce(.maxFloat, f32, f32, .init(count: 0)), "a"),
        (tables { $0.elements = 0 }, "elements"), (tables { $0.elements = .max }, "elements"),
        (tables { $0.length = 0 }, "length"), (tables { $0.length = 7 }, "length"),
        (tables { $0.length = .min }, "length"),
        (tables { ($0.entries, $0.length) = (.int8Per64, 3) }, "length"),
        (tables { $0.entries = .exact }, "source"), (tables { $0.innerRows.stride = 241 }, "source"),
        (tables { $0.tablePitch = 249 }, "tables"), (tables { $0.scalePitch = 253 }, "scales"),
        (tables { $0.selection = selection(256) }, "selection"), (tables { $0.selection = selection(-1) }, "selection"),
        (tables { ($0.selection, $0.elements) = (selection(0), .max) }, "elements"),
        (tables { ($0.selection, $0.source, $0.elements) = (selection(0, period: 1), i8, .max) }, "rows"),
        (tables { $0.selection = selection(0, period: 0) }, "selection.period"),
        (tables { $0.selection = selection(0, period: .min) }, "selection.period"),
        (multiply { $0.engine = 1 }, "engine"), (multiply { $0.engine = -1 }, "engine"),
        (multiply { $0.weightBits = 9 }, "weightBits"), (multiply { $0.weightBits = 0 }, "weightBits"),
        (multiply { $0.activationBits = 0 }, "activationBits"), (multiply { $0.activationBits = .max }, "activationBits"),
        (multiply { ($0.activationFormat, $0.activationBits) = (.float16, 7) }, "activationBits"),
        (multiply { $0.codes = .float16 }, "weightBits"), (multiply { $0.activationFormat = .float16 }, "output"),
        (multiply { $0.codes = .float8e4m3 }, "output"), (multiply { $0.run = 0 }, "run"),
        (multiply { $0.zero = .immediate(1 << 40) }, "zero"),
        (multiply { ($0.run, $0.kx, $0.ky) = (.max, .init(count: .max), .init(count: .max)) }, "run"), (multiply { $0.innerRows.count = .max }, "activations"),
        (multiply { $0.innerRows.stride = 253 }, "activations"), (multiply { $0.weights = 249 }, "weights"),
        (multiply { $0.columns = 1 << 39 }, "weights"), (multiply { $0.accumulatorPitch = 249 }, "accumulators"),
        (multiply { $0.zero = .table(offset: 253) }, "zero"),
        // Two blocks of 4 k keep a granule of 4, of two columns: 4 bytes of positions.
        (multiply { $0.structure = half(positions: 253) }, "positions"),
        (multiply { $0.structure = half(positions: -1) }, "positions"),
        (
            multiply {
                $0.structure = half(positions: 0)
                $0.codes = .bipolar
            }, "structure"
        ),
        (
            multiply {
                $0.structure = half(positions: 0)
                $0.output = .scaled(weights: .init(group: 6, format: .float32, offset: 0), activations: nil)
            }, "structure"
        ),
        (multiply { $0.structure = .outliers(.init(offset: 0, count: 1)) }, "outliers"),
        (multiply { $0.structure = .mixed(MixedBlocks(counts: [2], positions: 0)) }, "structure"),
        (multiply { $0.activationFormat = .exactTables }, "activationFormat"),
        (
            multiply {
                $0.output = .scaled(
                    weights: .init(group: 2, format: .float32, offset: 0, scalesWeights: true), activations: nil)
            }, "output.weights"
        ),
        (
            multiply { $0.output = .scaled(weights: .init(group: 2, format: .float32, offset: 241), activations: nil) },
            "output.weights"
        ),
        (
            multiply { $0.output = .scaled(weights: .init(group: 0, format: .float32, offset: 0), activations: nil) },
            "output.weights.group"
        ),
        (
            multiply { $0.output = .scaled(weights: nil, activations: .init(group: 1, local: act, rowPitch: 241)) },
            "output.activations"
        ),
    ]

    func diagnostics(_ program: Program) -> [Diagnostic] {
        do {
            _ = try GoldenModel(target: testTarget(padBytes: 256), program: program)
            return []
        } catch {
            return (error as? Diagnostics)?.all ?? []
        }
    }

    @Test func wellFormedInstructionsRun() throws {
        _ = try execute(Self.wellFormed, on: Image(size: 256))
    }

    @Test(arguments: table.indices)
    func malformedFieldsAreNamed(_ row: Int) {
        let (body, field) = Self.table[row]
        let found = diagnostics(padProgram([body], padBytes: 256))
        #expect(found.contains { $0.node == "node0" && $0.field == "instructions[4].\(field)" }, "\(body): \(found)")
    }

    @Test func allFaultsAreCollected() {
        let found = diagnostics(padProgram(Self.table.map(\.0), padBytes: 256))
        #expect(Set(found.compactMap { $0.field?.split(separator: ".").first }).count == Self.table.count)
    }

    @Test func nodesMustExist() {
        var program = padProgram([], padBytes: 256)
        program.instructions[0].node = 7
        #expect(diagnostics(program).map(\.field) == ["instructions[0].node"])
    }

    @Test func buffersAndConstantsLieInsideTheDRAM() {
        var program = padProgram([], padBytes: 256)
        program.constants = [Constant(name: "c", address: 2047, bytes: [1, 2])]
        func buffer(_ name: String, _ address: Int, _ shape: [Int], _ strides: [Int]) -> Buffer {
            Buffer(
                name: name, role: .output, address: address, shape: shape, elementBytes: 1, codec: "int8",
                strides: strides)
        }
        program.buffers = [
            buffer("far", 2048, [1], [1]), buffer("ragged", 0, [1, 2], [1]), buffer("vast", 0, [1 << 40], [0]),
            buffer("wild", 0, [.max, .max], [.max, .max]), buffer("good", 0, [2, 2], [-0, 1]),
        ]
        #expect(Set(diagnostics(program).compactMap(\.node)) == ["far", "ragged", "vast", "wild", "c"])
    }

    @Test func aProgramLargerThanTheMemoryIsRefused() {
        var program = padProgram([], padBytes: 256)
        program.dramBytes = 1 << 40
        #expect(diagnostics(program).map(\.field) == ["dramBytes"])
    }
}
