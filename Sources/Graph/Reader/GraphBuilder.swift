import Diagnostics
import Formats

/// Puts drafts of nodes in order and gives every tensor its type.
struct GraphBuilder {
    let drafts: [NodeDraft]
    let constants: Set<String>
    private(set) var types: [String: TensorType]
    /// Node that yields a tensor.
    private var producer: [String: Int] = [:]
    /// Names of inputs, states and constants, and what they are.
    private let owners: [String: String]
    private var runTimeScales: Set<String> = []

    init(declarations: DeclarationReader, drafts: [NodeDraft]) {
        self.drafts = drafts
        types = declarations.types
        owners = declarations.owners
        constants = Set(declarations.names[.constants] ?? [])
    }

    func isKnown(_ tensor: String) -> Bool { owners[tensor] != nil || producer[tensor] != nil }

    func hint(for tensor: String) -> String {
        Suggestion.hint(for: tensor, in: owners.keys.sorted() + drafts.lazy.flatMap(\.outputs))
    }

    mutating func build(into problems: inout Diagnostics) -> [Node] {
        takeNames(&problems)
        let producers = drafts.map { draft in draft.inputs.compactMap { producer[$0] } }
        findUnknownInputs(&problems)
        let order: [Int]
        do throws(TopologicalOrder.Cycle) {
            order = try TopologicalOrder.sort(producers: producers)
        } catch {
            let nodes = error.nodes
            let names = (nodes.reversed() + nodes.suffix(1)).map { drafts[$0].name }
            let listed = names.count <= 12 ? names : names.prefix(6) + ["..."] + names.suffix(5)
            problems.report(
                Diagnostic(
                    node: drafts[nodes.last ?? 0].name, field: "inputs",
                    "the nodes form a cycle: \(listed.joined(separator: " -> "))"))
            return []
        }
        return order.compactMap { node(drafts[$0], &problems) }
    }

    private mutating func takeNames(_ problems: inout Diagnostics) {
        var nodeNames: Set<String> = []
        for (index, draft) in drafts.enumerated() {
            let place = FieldPlace(node: draft.name)
            TensorName.check(draft.name, at: place.key("name"), into: &problems)
            if !nodeNames.insert(draft.name).inserted {
                problems.report(place.key("name").diagnostic("there is another node of this name"))
            }
            for (number, output) in draft.outputs.enumerated() {
                let field = place.key("outputs").index(number)
                TensorName.check(output, at: field, into: &problems)
                if let owner = owners[output] {
                    problems.report(field.diagnostic("the name '\(output)' is taken by one of the \(owner)"))
                } else if let other = producer[output] {
                    problems.report(field.diagnostic("'\(output)' is yielded by node '\(drafts[other].name)' too"))
                } else {
                    producer[output] = index
                }
            }
        }
    }

    private func findUnknownInputs(_ problems: inout Diagnostics) {
        for draft in drafts {
            for (index, name) in draft.inputs.enumerated() where !isKnown(name) {
                let field = FieldPlace(node: draft.name, path: "inputs[\(index)]")
                problems.report(field.diagnostic("there is no tensor '\(name)'\(hint(for: name))"))
            }
        }
    }

    /// The node with its types, which join `types`. Nothing more is said when an input has no type: that was reported.
    private mutating func node(_ draft: NodeDraft, _ problems: inout Diagnostics) -> Node? {
        let inputs = draft.inputs.compactMap { types[$0] }
        guard let operationDraft = draft.operation, inputs.count == draft.inputs.count else { return nil }
        var found = Diagnostics()
        let context = DraftContext(inputs: inputs, constants: constants)
        guard let operation = operationDraft.resolve(context, &found), found.isEmpty else {
            problems.report(contentsOf: found)
            return nil
        }
        var declared = operationDraft.declared?.countingAxes(rank: inputs.first?.shape.count ?? 0)
        if case .quantiseDynamic(let granularity) = operation {
            guard draft.outputs.count == 2 else {
                problems.report(
                    Diagnostic(
                        node: draft.name, field: "outputs",
                        "names \(draft.outputs.count) tensors, codes and scales expected"))
                return nil
            }
            declared?.scale = .tensor(draft.outputs[1], granularity)
            runTimeScales.insert(draft.outputs[1])
        }
        return typed(
            Node(name: draft.name, operation: operation, inputs: draft.inputs, outputs: draft.outputs),
            inputs, declared, &problems)
    }

    private mutating func typed(
        _ node: Node, _ inputs: [TensorType], _ declared: TensorEncoding?, _ problems: inout Diagnostics
    ) -> Node? {
        do throws(Diagnostics) {
            let outputs = try ShapeRules.outputs(
                of: node.operation, inputs: inputs, declared: declared, outputs: node.outputs.count)
            for (name, type) in zip(node.outputs, outputs) { types[name] = type }
            let before = problems.all.count
            checkDeclared(node, declared, outputs, &problems)
            if problems.all.count == before { return node }
            for name in node.outputs { types[name] = nil }
            return nil
        } catch {
            problems.report(contentsOf: error.inNode(node.name))
            return nil
        }
    }

    private func checkDeclared(
        _ node: Node, _ declared: TensorEncoding?, _ outputs: [TensorType], _ problems: inout Diagnostics
    ) {
        guard let declared, let shape = outputs.first?.shape else { return }
        let rules = EncodingRules(types: types, constants: constants, runTimeScales: runTimeScales)
        rules.check(declared, shape: shape, at: FieldPlace(node: node.name, path: "encoding"), into: &problems)
    }
}

extension Diagnostics {
    /// The same diagnostics, placed in a node unless they already name one.
    func inNode(_ node: String) -> Diagnostics {
        Diagnostics(
            all.map { diagnostic in
                var copy = diagnostic
                copy.node = copy.node ?? node
                return copy
            })
    }
}
