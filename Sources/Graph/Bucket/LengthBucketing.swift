import Diagnostics

/// Turns the graph of the longest length of a bucket into one that serves all of them.
///
/// The same graph is given for the shortest and for the longest length. Every size and position is on a line between
/// the two (`Symbols.linear`). Tensors whose shape differs are padded for shorter lengths; the pass follows what their
/// padding holds from node to node and proves that it never reaches a valid element: the padding of scores becomes
/// -infinity before a softmax, so probabilities there are exactly 0, and integer products sum exact zeros. Where no
/// causal mask covers the padding, one is added. Everything else is a diagnostic.
struct LengthBucketing {
    let shortest: Graph
    let longest: Graph
    var length: OpenLength
    /// Padded tensors so far.
    var padded: [String: PaddedAxis] = [:]
    var problems = Diagnostics()
    /// Tensors that follow from a node that was reported: nothing more is said about them.
    private var broken: Set<String> = []
    private var result: Graph

    init(shortest: Graph, longest: Graph, length: OpenLength) {
        self.shortest = shortest
        self.longest = longest
        self.length = length
        result = longest
        result.nodes = []
    }

    /// - Throws: every node that cannot be computed on padded tensors, with its field.
    mutating func run() throws(Diagnostics) -> Graph {
        checkDeclarations()
        if problems.isEmpty, shortest.nodes.count == longest.nodes.count {
            for (short, long) in zip(shortest.nodes, longest.nodes) { visit(NodePair(short, long, shortest, longest)) }
        }
        for name in longest.outputs where padded[name] != nil {
            report(name, "shape", "is an output whose shape depends on '\(length.name)'")
        }
        if !problems.isEmpty { throw problems }
        result.length = length
        return result
    }

    private mutating func checkDeclarations() {
        let kinds = [("an input", longest.inputs), ("a state", longest.states), ("a constant", longest.constants)]
        for (kind, names) in kinds {
            for name in names where shortest.types[name] != longest.types[name] {
                report(name, "shape", "is \(kind) that depends on '\(length.name)'")
            }
        }
    }

    private mutating func report(_ node: String, _ field: String, _ message: String) {
        problems.report(Diagnostic(node: node, field: field, message + ", which a bucket cannot leave open"))
    }

    private mutating func visit(_ pair: NodePair) {
        guard pair.longest.inputs.allSatisfy({ !broken.contains($0) }) else {
            broken.formUnion(pair.longest.outputs)
            return
        }
        do throws(CannotPad) {
            let rule = PaddingRule(pair, padded: padded, length: length)
            let outcome = try rule.outcome()
            for (name, axis) in outcome.padded { padded[name] = axis }
            try checkOutputs(pair)
            if let growth = outcome.growth { length.growth[pair.longest.name] = growth }
            var node = pair.longest
            if outcome.needsMask { node.inputs[0] = try maskPadding(of: node, pair) }
            result.nodes.append(node)
        } catch {
            report(pair.longest.name, error.field, error.message)
            for name in pair.longest.outputs {
                padded[name] = nil
                broken.insert(name)
            }
        }
    }

    /// What the rule says is padded has a shape that grows, and nothing else has.
    private func checkOutputs(_ pair: NodePair) throws(CannotPad) {
        for name in pair.longest.outputs {
            let axes = pair.paddedAxes(name)
            guard axes == (padded[name].map { [$0.axis] } ?? []) else {
                throw CannotPad("outputs", "yields '\(name)', whose shape depends on '\(length.name)'")
            }
        }
    }

    /// Adds a mask that keeps the valid columns of the softmax's input; returns the masked tensor.
    private mutating func maskPadding(of node: Node, _ pair: NodePair) throws(CannotPad) -> String {
        let source = node.inputs[0]
        guard let type = longest.types[source], let columns = pair.line(source) else { return source }
        let rows = type.shape.dropLast().last ?? 1
        let flat = [type.shape.dropLast().reduce(1, *), 1, columns.longest]
        let isOneRow = rows == 1 && type.shape.count >= 2
        var masked = source
        if !isOneRow { masked = add(.reshape(flat), "\(node.name).rows", masked, flat, type) }
        let shape = isOneRow ? type.shape : flat
        masked = add(.mask(position: columns.longest - 1, window: nil), "\(node.name).valid", masked, shape, type)
        length.growth[masked] = pair.growth(columns, length.range)
        if !isOneRow { masked = add(.reshape(type.shape), "\(node.name).columns", masked, type.shape, type) }
        return masked
    }

    /// Appends a node of one input and one output; returns the output, which has the node's name.
    private mutating func add(
        _ operation: Operation, _ name: String, _ input: String, _ shape: [Int], _ type: TensorType
    ) -> String {
        var name = name
        while result.types[name] != nil || longest.nodes.contains(where: { $0.name == name }) { name += "'" }
        result.types[name] = TensorType(shape: shape, encoding: .float32)
        result.nodes.append(Node(name: name, operation: operation, inputs: [input], outputs: [name]))
        return name
    }
}

/// Why a node cannot be computed on padded tensors.
struct CannotPad: Error {
    var field: String
    var message: String

    init(_ field: String, _ message: String) {
        self.field = field
        self.message = message
    }
}

/// A node for the shortest and for the longest length, with the types around it.
struct NodePair {
    let shortest: Node
    let longest: Node
    private let types: (shortest: [String: TensorType], longest: [String: TensorType])

    init(_ shortest: Node, _ longest: Node, _ shortGraph: Graph, _ longGraph: Graph) {
        self.shortest = shortest
        self.longest = longest
        types = (shortGraph.types, longGraph.types)
    }

    func type(_ name: String) -> TensorType? { types.longest[name] }
    func shortType(_ name: String) -> TensorType? { types.shortest[name] }

    /// Axes whose size depends on the length.
    func paddedAxes(_ name: String) -> [Int] {
        guard let short = types.shortest[name]?.shape, let long = types.longest[name]?.shape, short.count == long.count
        else { return [] }
        return long.indices.filter { short[$0] != long[$0] }
    }

    /// Size of the first such axis.
    func line(_ name: String) -> Line? {
        guard let axis = paddedAxes(name).first, let short = types.shortest[name], let long = types.longest[name] else {
            return nil
        }
        return Line(shortest: short.shape[axis], longest: long.shape[axis])
    }

    /// By how much a value on a line grows when the length grows by one.
    func growth(_ line: Line, _ lengths: ClosedRange<Int>) -> Int {
        lengths.count > 1 ? (line.longest - line.shortest) / (lengths.count - 1) : 0
    }
}
