import Arch
import Compiler
import Diagnostics
import Golden
import Graph
import Sim

/// One random graph on one machine: everything that must be equal is compared.
struct RandomTrial {
    let seed: UInt64
    let preset: String
    let generated: RandomGraph
    /// What is wrong, one line each.
    private(set) var problems: [String] = []
    /// Why the compiler does not take the graph, when it does not.
    private(set) var rejection: Diagnostics?
    private(set) var compared = 0

    init(seed: UInt64, preset: String) throws {
        self.seed = seed
        self.preset = preset
        generated = RandomGraph(seed: seed)
        let configuration = try RandomConfiguration(preset: preset, seed: seed)
        var values = RandomValues(seed: seed)
        let bundle = values.bundle(generated.graph, seed: seed)
        checkRoundTrip()
        let compilation: Compilation
        do {
            let types = generated.graph.types
            compilation = try Compiler.compile(generated.graph, target: configuration.target, options: configuration.options) {
                guard let type = types[$0] else { throw Diagnostic(node: $0, "has no type") }
                return try bundle.tensor(named: $0, type: type)
            }
        } catch {
            reject(error)
            return
        }
        checkForms(compilation.program)
        try checkResidency(compilation.program, configuration, bundle)
        checkOrder(compilation.program, configuration.target)
        try checkValues(compilation, configuration, &values, bundle)
        try checkTime(compilation.program, configuration.target)
    }

    /// The graph survives its own file format.
    private mutating func checkRoundTrip() {
        do {
            let read = try GraphReader.read(GraphWriter.json(GraphDocument(graph: generated.graph))).graph
            if read != generated.graph { problems.append("graph.json reads as another graph") }
        } catch {
            problems.append("graph.json is refused: \(error)")
        }
    }

    private mutating func reject(_ error: any Error) {
        let all: [Diagnostic]
        switch error {
        case let error as Diagnostics: all = error.all
        case let error as Diagnostic: all = [error]
        default: all = []
        }
        rejection = Diagnostics(all)
        if all.isEmpty || all.contains(where: { $0.node == nil }) { problems.append("refused without a node: \(error)") }
    }

    private mutating func checkForms(_ program: Program) {
        do {
            if try Program(binary: program.binary()) != program { problems.append("the binary form reads as another program") }
            if try Program(assembly: program.assembly) != program { problems.append("the text form reads as another program") }
        } catch {
            problems.append("a form of the program is refused: \(error)")
        }
    }

    /// Where tensors lie changes the memory that bytes go to, and nothing else of the traffic.
    private mutating func checkResidency(
        _ program: Program, _ configuration: RandomConfiguration, _ bundle: TensorBundle
    ) throws {
        guard seed % 4 == 0, configuration.target.machine.sharedBuffer != nil else { return }
        var options = configuration.options
        options.residency = .dram
        let types = generated.graph.types
        let inDRAM = try Compiler.compile(generated.graph, target: configuration.target, options: options) {
            guard let type = types[$0] else { throw Diagnostic(node: $0, "has no type") }
            return try bundle.tensor(named: $0, type: type)
        }.program
        let (here, there) = (MovedBytes(program), MovedBytes(inDRAM))
        if there.shared != [:] { problems.append("moves through the shared buffer what should stay in DRAM") }
        if here.dram.merging(here.shared, uniquingKeysWith: +) != there.dram {
            problems.append("moves other bytes with a shared buffer")
        }
        let kinds: Set<Traffic> = [.activations, .tables, .scales, .metadata]
        if !kinds.isSuperset(of: here.shared.keys.map(\.kind)) { problems.append("keeps more than intermediates on chip") }
    }

    private mutating func checkOrder(_ program: Program, _ target: Target) {
        for problem in ProgramChecker.check(program, target: target).prefix(3) { problems.append("program: \(problem)") }
        for problem in OrderingChecker.check(program, target: target).prefix(3) { problems.append("order: \(problem)") }
    }

    /// Two runs with other inputs, so that states and reused memory show; in program order or any other.
    private mutating func checkValues(
        _ compilation: Compilation, _ configuration: RandomConfiguration, _ values: inout RandomValues, _ bundle: TensorBundle
    ) throws {
        let types = compilation.legalised.types
        let evaluator = ReferenceEvaluator(graph: compilation.legalised) {
            guard let type = types[$0] else { throw Diagnostic(node: $0, "has no type") }
            return try bundle.tensor(named: $0, type: type)
        }
        let model = try GoldenModel(target: configuration.target, program: compilation.program)
        var states: [String: Tensor] = [:]
        for run in 0..<2 {
            let inputs = values.inputs(generated)
            var edges: [String: [UInt8]] = [:]
            do {
                let outputs = try evaluator.run(inputs: inputs, states: &states) { node, tensors in
                    for (name, tensor) in zip(node.outputs, tensors) { edges[name] = tensor.bytes }
                }
                for (name, tensor) in outputs { edges[name] = tensor.bytes }
                for (name, tensor) in states { edges[name] = tensor.bytes }
            } catch {
                problems.append("the reference fails: \(error)")
                return
            }
            for (name, tensor) in inputs { try model.write(name, tensor.bytes) }
            try model.run(
                path: seed % 5 == 0 ? .structural : .fast,
                order: run == 1 && seed % 2 == 0 ? .interleaved(seed: seed) : .program)
            compare(model, compilation.program, edges, run: run)
        }
    }

    private mutating func compare(_ model: GoldenModel, _ program: Program, _ edges: [String: [UInt8]], run: Int) {
        for buffer in program.buffers where buffer.role != .input {
            guard let expected = edges[buffer.name] else {
                problems.append("the reference has no '\(buffer.name)'")
                continue
            }
            compared += 1
            let found = model.read(buffer)
            guard found != expected else { continue }
            let index = zip(found, expected).enumerated().first { $1.0 != $1.1 }?.offset ?? min(found.count, expected.count)
            let wrong = zip(found, expected).count { $0 != $1 }
            problems.append(
                "run \(run): \(buffer.role.name) \(buffer.name) \(buffer.shape): \(wrong) of \(expected.count) bytes differ, first \(index): "
                    + "\(found.dropFirst(index).prefix(4).map(Int.init)) where \(expected.dropFirst(index).prefix(4).map(Int.init)) is expected")
        }
    }

    private mutating func checkTime(_ program: Program, _ target: Target) throws {
        let simulator = Simulator(target: target)
        let event = try simulator.run(program)
        if event.cycles <= 0, !program.instructions.isEmpty { problems.append("takes no time") }
        guard seed % 8 == 0, event.cycles < 100_000 else { return }
        if try simulator.run(program, mode: .tick) != event { problems.append("time differs between event and tick") }
    }
}
