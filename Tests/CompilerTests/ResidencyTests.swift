import Arch
import Compiler
import Diagnostics
import Graph
import Testing

/// Which memory the tensors between segments lie in.
@Suite struct ResidencyTests {
    /// Without fusion four segments in a row, three tensors of 32 f32 between them; the second is a view of the first.
    private static let chain = """
        {"schema": "accelsim-graph-1", "inputs": {"x": {"shape": [4, 8]}},
         "nodes": [{"name": "a", "op": "relu", "inputs": ["x"]},
                   {"name": "r", "op": "reshape", "inputs": ["a"], "shape": [8, 4]},
                   {"name": "b", "op": "sigmoid", "inputs": ["r"]},
                   {"name": "c", "op": "silu", "inputs": ["b"]},
                   {"name": "y", "op": "tanh", "inputs": ["c"]}], "outputs": ["y"]}
        """
    private static let tensor = 4 * 32

    private static func target(shared bytes: Int?) throws -> Target {
        var target = try Bench.target("mac-int8-tiny")
        target.machine.sharedBuffer = bytes.map { SharedBuffer(bytes: $0, bytesPerCycle: 32, latency: 2) }
        return target
    }

    private static func program(
        _ json: String = chain, shared: Int?, _ residency: CompilerOptions.Residency = .automatic
    ) throws -> Program {
        try Bench(json).compile(target(shared: shared), CompilerOptions(fuses: false, residency: residency)).program
    }

    private static func activations(_ program: Program) -> (dram: Int, shared: Int) {
        let moved = MovedBytes(program)
        func sum(_ bytes: [MovedBytes.Key: Int]) -> Int {
            bytes.reduce(0) { $1.key.kind == .activations ? $0 + $1.value : $0 }
        }
        return (sum(moved.dram), sum(moved.shared))
    }

    /// Each of a, b and c is written once and read once.
    @Test func intermediatesMoveThroughTheSharedBufferAndNothingElseDoes() throws {
        let traffic = 3 * 2 * Self.tensor
        #expect(Self.activations(try Self.program(shared: nil)) == (traffic, 0))
        #expect(Self.activations(try Self.program(shared: 4096, .dram)) == (traffic, 0))
        for residency in [CompilerOptions.Residency.automatic, .onChip] {
            let program = try Self.program(shared: 4096, residency)
            #expect(Self.activations(program) == (0, traffic))
            let moved = MovedBytes(program)
            #expect(moved.dram[.init(kind: .inputs, isWrite: false)] == Self.tensor)
            #expect(moved.dram[.init(kind: .outputs, isWrite: true)] == Self.tensor)
            #expect(moved.shared.keys.allSatisfy { $0.kind == .activations })
        }
    }

    /// A tensor's bytes are free when its last reader has been compiled: two at a time are alive.
    @Test func placesAreUsedAgain() throws {
        let twice = 2 * Self.tensor
        #expect(Self.activations(try Self.program(shared: twice, .onChip)) == (0, 3 * 2 * Self.tensor))
        // With room for one, a and c are on chip: when b needs a place, a is still read.
        #expect(Self.activations(try Self.program(shared: Self.tensor)) == (2 * Self.tensor, 2 * 2 * Self.tensor))
        #expect(Self.activations(try Self.program(shared: 64)) == (3 * 2 * Self.tensor, 0))
    }

    @Test(arguments: [(128, "b"), (64, "a")])
    func whatDoesNotFitIsNamed(bytes: Int, tensor: String) {
        do {
            _ = try Self.program(shared: bytes, .onChip)
            Issue.record("accepted")
        } catch let error as Diagnostics {
            #expect(error.all.map(\.node) == [tensor] && error.all.map(\.field) == ["residency"])
        } catch { Issue.record("\(error)") }
    }

    @Test func onChipWantsASharedBuffer() {
        #expect(throws: Diagnostics.self) { try Self.program(shared: nil, .onChip) }
    }

    /// What the host reads stays in DRAM, also when the output is a view of what another node made.
    @Test func outputsThatAreViewsStayInDRAM() throws {
        let json = """
            {"schema": "accelsim-graph-1", "inputs": {"x": {"shape": [4, 8]}},
             "nodes": [{"name": "a", "op": "relu", "inputs": ["x"]},
                       {"name": "y", "op": "reshape", "inputs": ["a"], "shape": [8, 4]}], "outputs": ["y"]}
            """
        let program = try Self.program(json, shared: 4096)
        #expect(MovedBytes(program).shared == [:])
        #expect(program.buffers.allSatisfy { $0.memory == .dram })
    }

    @Test(arguments: ["mac-int8-tiny", "lut-tc-tiny", "dsp-chain-tiny"], [0, 64, 1024, 1 << 16])
    func bitsDoNotDependOnTheResidency(machine: String, shared: Int) throws {
        var target = try Bench.target(machine)
        if shared > 0 { target.machine.sharedBuffer = SharedBuffer(bytes: shared, bytesPerCycle: 16, latency: 3) }
        for json in [TablePlacementTests.convolutions, AttentionTests.block] {
            let bench = try Bench(json)
            for residency in [CompilerOptions.Residency.automatic, .dram] {
                let compilation = try bench.compile(target, CompilerOptions(residency: residency))
                let expected = try bench.reference(compilation.legalised)
                let model = try bench.golden(compilation.program, target)
                #expect(OrderingChecker.check(compilation.program, target: target) == [])
                for name in bench.graph.outputs { #expect(try model.read(name) == expected[name]) }
                let uses = MovedBytes(compilation.program).shared != [:]
                if residency == .dram || shared == 0 { #expect(!uses) }
                if residency == .automatic, shared >= 1024 { #expect(uses) }
            }
        }
    }
}
