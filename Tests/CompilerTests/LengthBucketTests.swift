import Arch
import Compiler
import Diagnostics
import Formats
import Golden
import Graph
import Sim
import Testing

/// One program for all lengths of a bucket against the reference evaluator of the graph bound to each length.
@Suite struct LengthBucketTests {
    /// Grouped-query attention over a cache whose rows are whole bursts.
    static func block(mask: Bool) -> String {
        let masked = #"{"name": "m", "op": "mask", "inputs": ["ss"], "kind": "causal", "position": "past"},"#
        return """
            {"schema": "accelsim-graph-1", "symbols": {"seq": {"default": 1}, "past": {"default": 21}},
             "inputs": {"q": {"shape": [4, "seq", 64]}, "k": {"shape": [2, "seq", 64]}, "v": {"shape": [2, "seq", 64]}},
             "states": {"kc": {"shape": [2, 64, 64], "encoding": {"codec": "int8", "scale": 0.05}},
                        "vc": {"shape": [2, 64, 64], "encoding": {"codec": "int8", "scale": 0.05}}},
             "constants": {"root": {"shape": [1]}},
             "nodes": [
               {"name": "qr", "op": "rope", "inputs": ["q"], "pairs": "halves", "position": "past"},
               {"name": "qq", "op": "quantise", "inputs": ["qr"], "encoding": {"codec": "int8", "scale": 0.05}},
               {"name": "kr", "op": "rope", "inputs": ["k"], "pairs": "halves", "position": "past"},
               {"name": "kq", "op": "quantise", "inputs": ["kr"], "encoding": {"codec": "int8", "scale": 0.05}},
               {"name": "vq", "op": "quantise", "inputs": ["v"], "encoding": {"codec": "int8", "scale": 0.05}},
               {"name": "ka", "op": "append", "inputs": ["kc", "kq"], "axis": 1, "position": "past"},
               {"name": "va", "op": "append", "inputs": ["vc", "vq"], "axis": 1, "position": "past"},
               {"name": "s", "op": "matmul", "inputs": ["qq", "ka"], "transpose_b": true, "output": "f32"},
               {"name": "ss", "op": "mul", "inputs": ["s", "root"]},
               \(mask ? masked : "")
               {"name": "p", "op": "softmax", "inputs": ["\(mask ? "m" : "ss")"]},
               {"name": "pq", "op": "quantise", "inputs": ["p"], "encoding": {"codec": "int8", "scale": 0.007874}},
               {"name": "o", "op": "matmul", "inputs": ["pq", "va"], "output": "f32"},
               {"name": "y", "op": "transpose", "inputs": ["o"], "permutation": [1, 0, 2]}],
             "outputs": ["y"]}
            """
    }

    struct Case: Sendable, CustomTestStringConvertible {
        var machine: String
        var sequence: Int
        var isMasked: Bool
        var testDescription: String { "\(machine), \(sequence) rows, \(isMasked ? "masked" : "unmasked")" }
        static let all = ProductTests.machines.flatMap { machine in
            [(1, true), (3, true), (1, false), (3, false)].map { Case(machine: machine, sequence: $0, isMasked: $1) }
        }
    }

    @Test(arguments: Case.all)
    func oneProgramServesEveryLength(of example: Case) throws {
        let text = Self.block(mask: example.isMasked)
        let json = try JSONValue.parse(Array(text.utf8))
        let bindings = ["seq": example.sequence, "past": 21]
        var bench = try Bench(text, bindings: bindings)
        bench.graph = try GraphReader.read(json, bindings: bindings, bucket: LengthBucket(symbol: "past", multiple: 16))
            .graph
        let target = try Bench.target(example.machine)
        let program = try bench.compile(target).program
        #expect(program.parameters == [ProgramParameter(name: "past", register: 0, value: 21, range: 17...32)])
        let bytes = try program.binary()
        var cycles: Set<Int> = []
        for length in 17...32 {
            // What is set is the register; the instructions stay the same bytes.
            let set = try Program(binary: bytes).setting(["past": length])
            let exact = try GraphReader.read(json, bindings: ["seq": example.sequence, "past": length]).graph
            try Self.compare(set, exact, bench, target, length: length)
            #expect(OrderingChecker.check(set, target: target) == [])
            #expect(ProgramChecker.check(set, target: target) == [])
            cycles.insert(try Simulator(target: target).run(set).cycles)
        }
        #expect(cycles.count == 1, "rows of the caches are whole bursts, so every length takes as long")
        #expect(throws: Diagnostics.self) { try program.setting(["past": 33]) }
    }

    /// Caches are full of codes, past the valid length too.
    private static func compare(
        _ program: Program, _ exact: Graph, _ bench: Bench, _ target: Target, length: Int
    ) throws {
        var generator = SplitMix64(seed: UInt64(length))
        var states: [String: Tensor] = [:]
        let model = try GoldenModel(target: target, program: program)
        for name in exact.states {
            guard let type = exact.types[name] else { continue }
            let tensor = Bench.random(type, &generator)
            states[name] = tensor
            try model.write(name, tensor.bytes)
        }
        for (name, tensor) in bench.inputs { try model.write(name, tensor.bytes) }
        try model.run()
        let legal = try Compiler.legalised(exact, target: target, options: CompilerOptions())
        let expected = try ReferenceEvaluator(graph: legal, constant: bench.constants())
            .run(inputs: bench.inputs, states: &states)
        for name in exact.outputs { #expect(try model.read(name) == expected[name]?.bytes, "\(name) at \(length)") }
        for name in exact.states { #expect(try model.read(name) == states[name]?.bytes, "\(name) at \(length)") }
    }

    /// Both modes agree on a program with a register, which costs what the program of the longest length costs.
    @Test func tickAndEventAgree() throws {
        let json = try JSONValue.parse(Array(Self.block(mask: true).utf8))
        var bench = try Bench(Self.block(mask: true), bindings: ["seq": 1, "past": 5])
        bench.graph = try GraphReader.read(
            json, bindings: ["seq": 1, "past": 5], bucket: LengthBucket(symbol: "past", multiple: 8)
        ).graph
        let target = try Bench.target("mac-int8")
        let program = try bench.compile(target).program
        let simulator = Simulator(target: target)
        let event = try simulator.run(program, mode: .event).cycles
        #expect(try simulator.run(program, mode: .tick).cycles == event)
        let longest = try Bench(Self.block(mask: true), bindings: ["seq": 1, "past": 8]).compile(target).program
        #expect(try simulator.run(longest).cycles == event)
        #expect(longest.instructions.count == program.instructions.count)
    }

    /// Growth of the address per position that one multiplier cannot hold: a row of 2^23 bytes.
    @Test func aStrideThatNoMultiplierHoldsIsADiagnostic() throws {
        let text = """
            {"schema": "accelsim-graph-1", "symbols": {"past": {"default": 1}},
             "inputs": {"x": {"shape": [1, 8388608], "encoding": "int8"}},
             "states": {"c": {"shape": [4, 8388608], "encoding": "int8"}},
             "nodes": [{"name": "a", "op": "append", "inputs": ["c", "x"], "axis": 0, "position": "past"},
                       {"name": "y", "op": "relu", "inputs": ["x"]}],
             "outputs": ["y"]}
            """
        let graph = try GraphReader.read(
            JSONValue.parse(Array(text.utf8)), bucket: LengthBucket(symbol: "past", multiple: 2)
        ).graph
        do {
            _ = try Compiler.compile(
                graph, target: Bench.target("mac-int8"), options: CompilerOptions(), constant: nil)
            Issue.record("a multiplier of 2^23 was coded")
        } catch let error as Diagnostics { #expect(error.all.map(\.node) == ["a"]) }
    }
}
