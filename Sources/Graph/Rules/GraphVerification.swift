import Diagnostics
import Formats

extension Graph {
    /// Whether the graph keeps the rules: every tensor has one producer and a type, producers come first, every node's
    /// types follow from `ShapeRules`, scales are where they should be. Passes call it on what they made.
    ///
    /// - Throws: all violations found.
    public func verify() throws(Diagnostics) {
        var verifier = GraphVerifier(graph: self)
        verifier.run()
        guard verifier.problems.isEmpty else { throw verifier.problems }
    }

    /// For a graph of which parts are missing because they were reported: the rules on states and constants alone.
    func verifyReferences() -> Diagnostics {
        var verifier = GraphVerifier(graph: self)
        for node in nodes { verifier.checkReferences(of: node) }
        return verifier.problems
    }
}

private struct GraphVerifier {
    let graph: Graph
    let constants: Set<String>
    let states: Set<String>
    var problems = Diagnostics()
    var defined: Set<String> = []
    private var runTimeScales: Set<String> = []
    private var appended: Set<String> = []
    /// The node that writes a state.
    private var writers: [String: String] = [:]

    init(graph: Graph) {
        self.graph = graph
        let given = Set(graph.constants)
        // Constants in other units, or made of a dictionary's numbers, are constants too.
        let rescaled = graph.nodes.filter { node in
            switch node.operation {
            case .rescale, .assignCentroids: given.isSuperset(of: node.inputs)
            default: false
            }
        }
        constants = given.union(rescaled.flatMap(\.outputs))
        states = Set(graph.states)
        for node in graph.nodes {
            if case .quantiseDynamic = node.operation { runTimeScales.formUnion(node.outputs.dropFirst()) }
            if case .append = node.operation, let state = node.inputs.first { writers[state] = node.name }
        }
    }

    mutating func run() {
        for name in graph.inputs + graph.states + graph.constants {
            define(name, at: FieldPlace(node: name))
            checkEncoding(of: name, at: FieldPlace(node: name, path: "encoding"))
        }
        for node in graph.nodes { check(node) }
        for (index, name) in graph.outputs.enumerated() where !defined.contains(name) {
            problems.report(Diagnostic(field: "outputs[\(index)]", "there is no tensor '\(name)'"))
        }
    }

    private mutating func define(_ name: String, at place: FieldPlace) {
        if !defined.insert(name).inserted { problems.report(place.diagnostic("'\(name)' is defined twice")) }
        guard let type = graph.types[name] else {
            problems.report(place.diagnostic("'\(name)' has no type"))
            return
        }
        if let problem = Sizes.problem(type.shape, codec: type.encoding.codec) {
            problems.report(place.diagnostic("the shape \(type.shape) of '\(name)': " + problem.message))
        }
    }

    private mutating func check(_ node: Node) {
        for (index, name) in node.inputs.enumerated() where !defined.contains(name) {
            let field = "inputs[\(index)]"
            problems.report(Diagnostic(node: node.name, field: field, "'\(name)' is not defined before this node"))
        }
        for (index, name) in node.outputs.enumerated() {
            define(name, at: FieldPlace(node: node.name, path: "outputs[\(index)]"))
        }
        for name in node.outputs { checkEncoding(of: name, at: FieldPlace(node: node.name, path: "encoding")) }
        checkTypes(of: node)
        checkReferences(of: node)
    }

    /// Rules that need more than types: which tensors are states or constants.
    mutating func checkReferences(of node: Node) {
        if case .append = node.operation { checkState(of: node) }
        checkReads(of: node)
        if case .requantise(let requantisation) = node.operation { checkMultiplier(of: node, requantisation) }
    }

    private mutating func checkEncoding(of name: String, at place: FieldPlace) {
        guard let type = graph.types[name] else { return }
        let rules = EncodingRules(types: graph.types, constants: constants, runTimeScales: runTimeScales)
        rules.check(
            type.encoding, shape: type.shape, isConstant: constants.contains(name), at: place, into: &problems)
    }

    private mutating func checkTypes(of node: Node) {
        let inputs = node.inputs.compactMap { graph.types[$0] }
        let outputs = node.outputs.compactMap { graph.types[$0] }
        guard inputs.count == node.inputs.count, outputs.count == node.outputs.count else { return }
        do throws(Diagnostics) {
            let inferred = try ShapeRules.outputs(
                of: node.operation, inputs: inputs, declared: outputs.first?.encoding, outputs: outputs.count)
            for (index, type) in inferred.enumerated() where type != outputs[index] {
                let message = "'\(node.outputs[index])' is recorded as \(outputs[index].text), but \(type.text) follows"
                problems.report(Diagnostic(node: node.name, field: "outputs[\(index)]", message))
            }
        } catch {
            problems.report(contentsOf: error.inNode(node.name))
        }
    }

    /// A state is written in place, at most once per run.
    private mutating func checkState(of node: Node) {
        guard let state = node.inputs.first else { return }
        if !states.contains(state) {
            problems.report(Diagnostic(node: node.name, field: "inputs[0]", "'\(state)' is not a state"))
        } else if !appended.insert(state).inserted {
            problems.report(
                Diagnostic(node: node.name, field: "inputs[0]", "the state '\(state)' is appended to twice"))
        }
    }

    /// A state is written in place: what a read beside its append sees would depend on the order of the two.
    private mutating func checkReads(of node: Node) {
        for (index, name) in node.inputs.enumerated() where states.contains(name) {
            guard let writer = writers[name] else { continue }
            if case .append = node.operation, index == 0 { continue }
            problems.report(
                Diagnostic(
                    node: node.name, field: "inputs[\(index)]",
                    "reads the state '\(name)' beside '\(writer)', which appends to it; read the output of '\(writer)'"))
        }
    }

    private mutating func checkMultiplier(of node: Node, _ requantisation: Requantisation) {
        for (field, name) in [("multiplier", requantisation.multiplier), ("shift", requantisation.shift)] {
            guard let name else { continue }
            let last = node.inputs.first.flatMap { graph.types[$0]?.shape.last } ?? 1
            guard constants.contains(name), let type = graph.types[name] else {
                problems.report(Diagnostic(node: node.name, field: field, "there is no constant '\(name)'"))
                continue
            }
            if type.encoding != .int32 || (type.shape != [1] && type.shape != [last]) {
                problems.report(
                    Diagnostic(
                        node: node.name, field: field, "'\(name)' is \(type.text), [1] or [\(last)] int32 expected"))
            }
        }
        let isStatic = node.inputs.first.flatMap {
            graph.types[$0]?.encoding.scale.tensors.allSatisfy(constants.contains)
        }
        if requantisation.multiplier == nil, isStatic == false {
            let message = "has a scale computed at run time, from which no multiplier can be derived; dequantise it"
            problems.report(Diagnostic(node: node.name, field: "inputs[0]", message))
        }
    }
}
