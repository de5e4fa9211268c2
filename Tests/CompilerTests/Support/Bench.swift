import Arch
import Compiler
import Diagnostics
import Engines
import Formats
import Golden
import Graph
import Sim
import Testing

/// Compiles a graph, runs the program on the golden model and compares every edge with the reference evaluator.
struct Bench {
    var graph: Graph
    var bundle: TensorBundle
    var inputs: [String: Tensor]

    init(_ json: String, bindings: [String: Int] = [:], seed: UInt64 = 1) throws {
        graph = try Self.graph(json, bindings: bindings)
        bundle = TensorBundle.random(for: graph, seed: seed)
        var generator = SplitMix64(seed: seed &+ 99)
        inputs = [:]
        for name in graph.inputs {
            guard let type = graph.types[name] else { continue }
            inputs[name] = Bench.random(type, &generator)
        }
    }

    static func graph(_ json: String, bindings: [String: Int] = [:]) throws -> Graph {
        try GraphReader.read(try JSONValue.parse(Array(json.utf8)), bindings: bindings).graph
    }

    static func random(_ type: TensorType, _ generator: inout SplitMix64) -> Tensor {
        let codec = type.encoding.codec
        if let pairs = codec.pairs {
            let slots = PairDraw(pairs).slots(count: type.count, width: type.shape.last ?? 1) {
                Int.random(in: 0..<$0, using: &generator)
            }
            return Tensor(shape: type.shape, storage: .uint8(slots))
        }
        var bytes: [UInt8] = []
        for _ in 0..<type.count {
            if codec == .float32 {
                let value = Float.random(in: -2...2, using: &generator)
                bytes += (0..<4).map { UInt8(truncatingIfNeeded: value.bitPattern >> UInt32(8 * $0)) }
            } else if codec.isFloat {
                let code = codec.code(ofFloat: Float.random(in: -2...2, using: &generator))
                bytes += (0..<codec.edgeBytes).map { UInt8(truncatingIfNeeded: code >> UInt32(8 * $0)) }
            } else if codec == .int32 {
                let value = UInt32.random(in: 0..<4, using: &generator)
                bytes += (0..<4).map { UInt8(truncatingIfNeeded: value >> UInt32(8 * $0)) }
            } else {
                let codes: ClosedRange<Int> =
                    switch codec {
                    case .ternary: 0...2
                    case .bipolar(let bits): 0...(1 << bits) - 1
                    default: codec.range ?? 0...0
                    }
                let code = Int.random(in: codes, using: &generator)
                bytes += (0..<codec.edgeBytes).map { UInt8(truncatingIfNeeded: code >> (8 * $0)) }
            }
        }
        return Tensor(shape: type.shape, codec: codec, bytes: bytes) ?? Tensor(shape: [0], storage: .uint8([]))
    }

    static func target(_ name: String) throws -> Target {
        let machine = try Presets.named(name)
        return Target(machine: machine, engines: try machine.engines.map { try Catalog.engine($0) })
    }

    func constants() -> ConstantValues {
        let (bundle, graph) = (bundle, graph)
        return { name in
            guard let type = graph.types[name] else { throw Diagnostic(node: name, "has no type") }
            return try bundle.tensor(named: name, type: type)
        }
    }

    func compile(_ target: Target, _ options: CompilerOptions = CompilerOptions()) throws -> Compilation {
        try Compiler.compile(graph, target: target, options: options, constant: constants())
    }

    /// Every edge of the legalised graph, by name.
    func reference(_ legal: Graph) throws -> [String: [UInt8]] {
        var edges: [String: [UInt8]] = [:]
        var states: [String: Tensor] = [:]
        let evaluator = ReferenceEvaluator(graph: legal, constant: constants())
        let outputs = try evaluator.run(inputs: inputs, states: &states) { node, tensors in
            for (name, tensor) in zip(node.outputs, tensors) { edges[name] = tensor.bytes }
        }
        for (name, tensor) in outputs { edges[name] = tensor.bytes }
        return edges
    }

    func golden(_ program: Program, _ target: Target) throws -> GoldenModel {
        let model = try GoldenModel(target: target, program: program)
        for (name, tensor) in inputs { try model.write(name, tensor.bytes) }
        try model.run()
        return model
    }

    /// Runs on the machine and returns the edges that differ from the reference, as text.
    func differences(on machine: String, _ options: CompilerOptions = CompilerOptions()) throws -> [String] {
        try differences(on: Bench.target(machine), options)
    }

    func differences(on target: Target, _ options: CompilerOptions = CompilerOptions()) throws -> [String] {
        var options = options
        options.keepsIntermediates = true
        let compilation = try compile(target, options)
        let expected = try reference(compilation.legalised)
        let model = try golden(compilation.program, target)
        var found: [String] = []
        var compared = 0
        for problem in OrderingChecker.check(compilation.program, target: target).prefix(3) { found.append("order: \(problem)") }
        for buffer in compilation.program.buffers where buffer.role == .output || buffer.role == .intermediate {
            guard let want = expected[buffer.name] else { continue }
            compared += 1
            let got = model.read(buffer)
            if got != want {
                let index = zip(got, want).enumerated().first { $1.0 != $1.1 }?.offset ?? min(got.count, want.count)
                found.append("\(buffer.name) \(buffer.shape): byte \(index) of \(want.count) is \(index < got.count ? got[index] : 0), \(index < want.count ? want[index] : 0) expected")
            }
        }
        if compared == 0 { found.append("nothing was compared") }
        let timing = try Simulator(target: target).run(compilation.program)
        if timing.cycles <= 0 { found.append("no cycles") }
        return found
    }
}
