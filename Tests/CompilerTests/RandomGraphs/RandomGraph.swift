import Formats
import Graph

/// Grows a valid graph from a seed: operations are proposed with drawn operands and attributes, and `ShapeRules` says
/// which of them exist. Tensors stay small, shapes are odd, and earlier tensors are consumed again and again.
struct RandomGraph {
    var random: SplitMix64
    var graph: Graph
    /// Tensors that may serve as indices: all their values are below the bound.
    var indexBounds: [String: Int] = [:]
    /// Formats that no engine takes are proposed too: such a graph must be refused with a reason.
    let isWild: Bool
    /// Products multiply narrow floats too.
    let hasFloats: Bool
    private var count = 0

    static let elementLimit = 3000
    static let macLimit = 150_000

    init(seed: UInt64) {
        random = SplitMix64(seed: seed)
        graph = Graph(name: "random\(seed)")
        isWild = Int.random(in: 0..<20, using: &random) == 0
        hasFloats = Int.random(in: 0..<8, using: &random) == 0
        let nodes = oneOf([1, 2, 3, 5, 8, 12])
        var attempts = 0
        while graph.nodes.count < nodes, attempts < 300 {
            attempts += 1
            grow()
        }
        if graph.nodes.isEmpty { _ = apply(.unary(.relu), [input(TensorType(shape: [3], encoding: .float32))]) }
        chooseOutputs()
    }

    /// One proposal; products and conversions are the likeliest.
    private mutating func grow() {
        switch Int.random(in: 0..<60, using: &random) {
        case 0..<4: growLinear()
        case 4..<8: growMatmul()
        case 8..<12: growConvolution()
        case 12..<16: growBinary()
        case 16..<19: growUnary()
        case 19..<24: growRowOperation()
        case 24..<31: growRequantise()
        case 31..<35: growQuantise()
        case 35..<38: growDequantise()
        case 38..<42: growPool()
        case 42..<44: growResize()
        case 44..<46: growReshape()
        case 46..<48: growTranspose()
        case 48..<50: growConcat()
        case 50..<53: growSlice()
        case 53..<54: growSplit()
        case 54..<55: growGather()
        case 55..<58: growPad()
        default: growAppend()
        }
    }

    /// Adds a node if the rules allow it and its outputs are small.
    @discardableResult
    mutating func apply(
        _ operation: Operation, _ inputs: [String], declared: TensorEncoding? = nil, outputs: Int = 1
    ) -> [String]? {
        let types = inputs.compactMap { graph.types[$0] }
        guard let results = try? ShapeRules.outputs(of: operation, inputs: types, declared: declared, outputs: outputs),
            results.allSatisfy({ $0.count <= Self.elementLimit })
        else { return nil }
        let name = freshName("n")
        var names = outputs == 1 ? [name] : (0..<outputs).map { "\(name).\($0)" }
        if case .quantiseDynamic = operation { names = [name, "\(name).scale"] }
        for (output, type) in zip(names, results) { graph.types[output] = renamed(type, scales: names) }
        graph.nodes.append(Node(name: name, operation: operation, inputs: inputs, outputs: names))
        return names
    }

    /// The scales of a dynamic quantisation are its own second output, whose name was not known when it was proposed.
    private func renamed(_ type: TensorType, scales names: [String]) -> TensorType {
        guard case .tensor(Self.ownScales, let granularity) = type.encoding.scale else { return type }
        var type = type
        type.encoding.scale = .tensor(names[1], granularity)
        return type
    }

    static let ownScales = "own scales"

    mutating func freshName(_ prefix: String) -> String {
        count += 1
        return "\(prefix)\(count)"
    }

    mutating func input(_ type: TensorType) -> String {
        let name = freshName("x")
        graph.inputs.append(name)
        graph.types[name] = type
        return name
    }

    mutating func constant(_ type: TensorType) -> String {
        // A second use of a constant of this type, now and then.
        if chance(1, 4), let same = graph.constants.first(where: { graph.types[$0] == type }) { return same }
        let name = freshName("c")
        graph.constants.append(name)
        graph.types[name] = type
        return name
    }

    /// What nobody reads is an output, but for a few unused nodes; some that are read are outputs too.
    private mutating func chooseOutputs() {
        let read = Set(graph.nodes.flatMap(\.inputs))
        for name in graph.nodes.flatMap(\.outputs) where read.contains(name) ? chance(1, 6) : !chance(1, 12) {
            graph.outputs.append(name)
        }
        if chance(1, 12), let name = graph.inputs.randomElement(using: &random) { graph.outputs.append(name) }
        if graph.outputs.isEmpty { graph.outputs = graph.nodes[graph.nodes.count - 1].outputs }
    }

    // Draws.

    mutating func chance(_ part: Int, _ whole: Int) -> Bool { Int.random(in: 0..<whole, using: &random) < part }

    mutating func oneOf<Value>(_ values: [Value]) -> Value { values[Int.random(in: values.indices, using: &random)] }

    mutating func number(_ range: ClosedRange<Int>) -> Int { Int.random(in: range, using: &random) }
}
