import Arch
import Diagnostics
import Formats
import Graph

/// A graph in which every product has an engine that can compute it.
struct LegalGraph {
    /// What is lowered.
    var graph: Graph
    /// The same with the conversions that engines do themselves as nodes: what the program computes.
    var explicit: Graph
    var decisions: [String: ProductDecision]
}

/// Chooses the engine of every product: the first of the machine that takes the formats as they are, or through a
/// conversion that loses nothing or is allowed. Everything that no engine takes is reported at once.
struct Legaliser {
    var graph: Graph
    let target: Target
    private let options: CompilerOptions
    /// Values of the constants, by which some conversions are chosen; `nil` when there are none.
    let constant: ConstantValues?
    var decisions: [String: ProductDecision] = [:]
    private var problems = Diagnostics()
    /// Nodes that convert operands, and the node that each must come before; in ascending order of it.
    private var conversions: [(before: Int, node: Node)] = []
    /// What the engines of these products round their scaled weights to.
    private var dequantisations: [String: Codec] = [:]
    private let formatHint: String

    init(graph: Graph, target: Target, options: CompilerOptions, constant: ConstantValues?) {
        self.graph = VectorProducts.exchanged(graph, target: target)
        self.target = target
        self.options = options
        self.constant = constant
        formatHint = FormatHint(graph: self.graph, target: target).text
    }

    func run() throws -> LegalGraph {
        var pass = self
        for index in graph.nodes.indices where graph.nodes[index].operation.isProduct { pass.legalise(index) }
        pass.insertConversions()
        try pass.problems.throwIfAny()
        return LegalGraph(graph: pass.graph, explicit: pass.explicitGraph(), decisions: pass.decisions)
    }

    private mutating func legalise(_ index: Int) {
        makeLinear(index)
        let node = graph.nodes[index]
        guard let format = format(node) else { return }
        if groupsChangeWithTaps(node) {
            report(node, "the weights have scales or zero points grouped along K, which a window of several taps does not take; "
                + "one per output channel expected")
            return
        }
        if let (length, name) = blocks(format), let size = groupThatCutsBlocks(node, of: length) {
            report(node, "the activations have scales for groups of \(size) along K, which cut the blocks of "
                + "\(length) that weights of \(name) are kept in; whole blocks expected")
            return
        }
        if Self.runsOnVectorUnit(node, graph) { return }
        var reasons: [String] = []
        var converted: (engine: Int, conversion: Conversion)?
        for (position, engine) in target.engines.enumerated() {
            if engine.tableFormat != nil, let problem = tableProblem(node, format, depthBlock: engine.depthBlock) {
                reasons.append("\(engine.kind): \(problem)")
                continue
            }
            switch engine.answer(format) {
            case .native:
                decisions[node.name] = Self.decision(engine: position, engine, format.activations)
                return
            case .viaConversion(let conversion):
                if converted == nil { converted = (position, conversion) }
                // Engines are in the machine's order of preference: a conversion that the user allows keeps it.
                if options.allowsLossyConversions || conversion.isLossless, canConvert(node, conversion) {
                    convert(index, engine: position, conversion)
                    return
                }
            case .unsupported(let reason): reasons.append("\(engine.kind): \(reason)")
            }
        }
        if let converted {
            convert(index, engine: converted.engine, converted.conversion)
        } else {
            report(node, "no engine of machine '\(target.machine.name)' multiplies \(format.activations.name) activations by "
                + "\(format.weights.name) weights\(format.runtimeWeights ? " made at run time" : "") (\(reasons.joined(separator: "; ")))",
                hint: formatHint)
        }
    }

    mutating func report(_ node: Node, _ message: String, hint: String? = nil) {
        problems.report(Diagnostic(node: node.name, field: "inputs", message, hint: hint))
    }

    /// Problems that a room found while it served `node`.
    mutating func report(_ node: Node, _ error: any Error) {
        for var problem in Diagnostics(any: error).all {
            problem.node = problem.node ?? node.name
            problems.report(problem)
        }
    }

    private mutating func format(_ node: Node) -> ProductFormat? {
        guard let x = graph.types[node.inputs[0]]?.encoding, let w = graph.types[node.inputs[1]]?.encoding else { return nil }
        let isBatched = if case .matmul = node.operation { true } else { false }
        let isRuntime = isBatched || !graph.constants.contains(node.inputs[1])
        if isRuntime, x.zeroPoint != .uniform(0) {
            report(node, "the left operand has a zero point; products of run-time operands need symmetric codes there")
            return nil
        }
        let weights: Codec = isRuntime ? w.codec.widenedToBytes : w.codec
        return ProductFormat(
            activations: x.codec, weights: weights, runtimeWeights: isRuntime, activationZero: x.zeroPoint != .uniform(0),
            structure: w.structure.pattern, sharedColumns: w.structure.sharedColumns, mix: w.structure.mix,
            contract: node.operation.productOutput?.contract ?? .blocked16, dictionaryBits: w.dictionary?.bits)
    }

    /// Depthwise convolutions multiply channel by channel.
    private static func runsOnVectorUnit(_ node: Node, _ graph: Graph) -> Bool {
        guard case .conv2d(let convolution, _) = node.operation else { return false }
        return Partitioner.isDepthwise(node, convolution, graph)
            && graph.types[node.inputs[0]]?.encoding.codec.isInteger == true
    }

    /// Why lookup tables of this many activations do not serve a product.
    private func tableProblem(_ node: Node, _ format: ProductFormat, depthBlock: Int) -> String? {
        let gathered = format.sharedColumns > 1 ? format.structure : nil
        if let group = groupThatCutsTables(node, depthBlock: depthBlock, gathered) {
            let kept = gathered.map { ", of which \($0.kept(of: group)) are kept," } ?? ""
            return "groups of \(group) along K\(kept) end inside a table of \(depthBlock) activations"
        }
        guard gathered != nil, case .conv2d(let convolution, _) = node.operation, convolution.groups > 1,
            let columns = graph.types[node.inputs[1]].map({ $0.shape[0] / convolution.groups }),
            !columns.isMultiple(of: format.sharedColumns), !format.sharedColumns.isMultiple(of: columns)
        else { return nil }
        return "\(format.sharedColumns) columns share their positions, which cuts the \(columns) columns of a group of the convolution"
    }

    /// A group along K of which no whole number of tables is made; of N:M weights what it keeps counts.
    private func groupThatCutsTables(_ node: Node, depthBlock: Int, _ gathered: NOfM?) -> Int? {
        for type in node.inputs.prefix(2).compactMap({ graph.types[$0] }) {
            var sizes: [Int] = []
            if case .tensor(_, .group(let size)) = type.encoding.scale { sizes.append(size) }
            if case .tensor(_, .group(let size)) = type.encoding.zeroPoint { sizes.append(size) }
            let last = type.shape[type.shape.count - 1]
            if let size = sizes.first(where: { $0 < last && !(gathered?.kept(of: $0) ?? $0).isMultiple(of: depthBlock) }) { return size }
        }
        return nil
    }

    /// k of a block of structured weights, and the structure's name.
    private func blocks(_ format: ProductFormat) -> (length: Int, name: String)? {
        format.structure.map { ($0.m, $0.name) } ?? format.mix.map { (BlockMix.side, $0.name) }
    }

    /// A group of activations that is no whole number of blocks of structured weights.
    private func groupThatCutsBlocks(_ node: Node, of length: Int) -> Int? {
        guard let x = graph.types[node.inputs[0]], let last = x.shape.last,
            case .tensor(_, .group(let size)) = x.encoding.scale, size < last, !size.isMultiple(of: length)
        else { return nil }
        return size
    }

    /// K of a convolution is (kh, kw, channel), so even one group per tap changes along K.
    private func groupsChangeWithTaps(_ node: Node) -> Bool {
        guard case .conv2d = node.operation, let w = graph.types[node.inputs[1]], w.shape[1] * w.shape[2] > 1 else { return false }
        if case .tensor(_, .group) = w.encoding.scale { return true }
        if case .tensor(_, .group) = w.encoding.zeroPoint { return true }
        return false
    }

    /// `a * transposed(b)` with a constant matrix b is a linear, whose weights are laid out before the program runs.
    private mutating func makeLinear(_ index: Int) {
        let node = graph.nodes[index]
        guard case .matmul(true, let output) = node.operation, graph.constants.contains(node.inputs[1]),
            graph.types[node.inputs[1]]?.shape.count == 2
        else { return }
        graph.nodes[index].operation = .linear(output: output)
    }

    static func decision(engine position: Int, _ engine: any Engine, _ codec: Codec) -> ProductDecision {
        let tables = engine.tableFormat
        let activations = tables?.entries.activations ?? Multiply.Activations(codec) ?? .int8
        return ProductDecision(
            engine: position, activations: activations,
            activationBits: Multiply.takesNarrowActivations(activations) ? min(codec.bits, 8) : 8, tables: tables)
    }

    /// INT8-quantised tables compute linears with f32 output.
    private func canConvert(_ node: Node, _ conversion: Conversion) -> Bool {
        switch conversion {
        case .quantisedTables: if case .linear(.float32) = node.operation { true } else { false }
        case .roundedOperands, .roundedProducts, .outlierVictimPairs, .dequantisedWeights, .fourBitCodes, .dictionaryWeights: true
        }
    }

    private mutating func convert(_ index: Int, engine: Int, _ conversion: Conversion) {
        let node = graph.nodes[index]
        guard options.allowsLossyConversions || conversion.isLossless else {
            report(node, "engine '\(target.engines[engine].kind)' needs a conversion that loses bits (\(conversion.text)); allow it with --convert")
            return
        }
        switch conversion {
        case .quantisedTables(let contract):
            guard canConvert(node, conversion) else {
                report(node, "INT8-quantised tables compute linears with f32 output only; give it output \"f32\", or take exact tables")
                return
            }
            if let x = graph.types[node.inputs[0]], case .tensor(_, .group(let size)) = x.encoding.scale, size < x.shape[x.shape.count - 1] {
                report(node, "INT8-quantised tables have scales of their own along K; activations with one scale per row or for the tensor expected")
                return
            }
            graph.nodes[index].operation = .tableLinear(contract)
            decisions[node.name] = Self.decision(engine: engine, target.engines[engine], .int8)
        case .roundedOperands(let codec): roundOperands(index, engine: engine, to: codec)
        case .dequantisedWeights(let codec):
            roundOperands(index, engine: engine, to: codec)
            // Codes without a scale are operands as they are.
            guard graph.types[node.inputs[1]]?.encoding.scale != Scale.none else { return }
            decisions[node.name]?.dequantisesFirst = true
            dequantisations[node.name] = codec
        case .roundedProducts(let contract):
            graph.nodes[index].operation = node.operation.yielding(.float(contract))
            roundOperands(index, engine: engine, to: .float16)
        case .outlierVictimPairs(let activations, let weights, let rules):
            makePairs(index, engine: engine, activations: activations, weights: weights, rules)
        case .fourBitCodes(let activations, let weights):
            makeFourBits(index, engine: engine, activations: activations, weights: weights)
        case .dictionaryWeights(let bits, let logProbability):
            makeDictionary(index, bits: bits, logProbability: logProbability)
            roundOperands(index, engine: engine, to: .float16)
        }
    }

    /// Rounds the float operands that the engine does not take; a node of its own for each, which later users share.
    private mutating func roundOperands(_ index: Int, engine: Int, to codec: Codec) {
        let node = graph.nodes[index]
        for position in 0..<2 {
            let name = node.inputs[position]
            // Formats no wider than the engine's are multiplied as they are.
            guard let type = graph.types[name], type.encoding.codec.isFloat, type.encoding.codec.bits > codec.bits
            else { continue }
            graph.nodes[index].inputs[position] = rounded(name, type, to: codec, before: index)
        }
        let activations = graph.types[graph.nodes[index].inputs[0]]?.encoding.codec ?? codec
        decisions[node.name] = Self.decision(engine: engine, target.engines[engine], activations)
    }

    private mutating func rounded(_ name: String, _ type: TensorType, to codec: Codec, before index: Int) -> String {
        converted(
            name, by: .quantise, to: TensorType(shape: type.shape, encoding: TensorEncoding(codec: codec)), before: index)
    }

    /// The output of a node of its own that converts a tensor; later users share it.
    mutating func converted(_ name: String, by operation: Operation, to type: TensorType, before index: Int) -> String {
        if let known = conversions.first(where: {
            $0.node.inputs == [name] && $0.node.operation == operation && graph.types[$0.node.name] == type
        }) { return known.node.name }
        let fresh = graph.unusedName("\(name).\(type.encoding.codec.name)")
        graph.types[fresh] = type
        conversions.append((before: index, Node(name: fresh, operation: operation, inputs: [name], outputs: [fresh])))
        return fresh
    }

    /// Nodes come before their first user.
    private mutating func insertConversions() {
        for (index, node) in conversions.reversed() { graph.nodes.insert(node, at: index) }
    }

    /// Weights that an engine scales and rounds, as a dequantise and a quantise that all its products share.
    private func explicitGraph() -> Graph {
        guard !dequantisations.isEmpty else { return graph }
        var explicit = graph
        var made: [String: String] = [:]
        explicit.nodes = []
        for var node in graph.nodes {
            if let codec = dequantisations[node.name] {
                let weights = node.inputs[1]
                node.inputs[1] = made[weights] ?? explicit.appendDequantisation(of: weights, to: codec, beside: graph)
                made[weights] = node.inputs[1]
            }
            explicit.nodes.append(node)
        }
        return explicit
    }
}

extension Graph {
    /// Two nodes, f32((v - z) * scale) and its rounding; the name of the second.
    /// - Parameter whole: the graph whose names are taken.
    fileprivate mutating func appendDequantisation(of weights: String, to codec: Codec, beside whole: Graph) -> String {
        guard let shape = types[weights]?.shape else { return weights }
        var names = whole
        names.types = types
        let wide = names.unusedName("\(weights).f32")
        types[wide] = TensorType(shape: shape, encoding: .float32)
        nodes.append(Node(name: wide, operation: .dequantise, inputs: [weights], outputs: [wide]))
        let narrow = names.unusedName("\(weights).\(codec.name)")
        types[narrow] = TensorType(shape: shape, encoding: TensorEncoding(codec: codec))
        nodes.append(Node(name: narrow, operation: .quantise, inputs: [wide], outputs: [narrow]))
        return narrow
    }
}

extension Codec {
    /// What an engine is asked for when a program makes weights of this codec.
    /// Narrow int and uint codes lie sign or zero extended in bytes; other codecs hold codes that are not their values.
    public var widenedToBytes: Codec {
        switch self {
        case .signed(let bits) where bits <= 8: .int8
        case .unsigned(let bits) where bits <= 8: .uint8
        case .signed, .unsigned, .bipolar, .ternary, .float32, .float16, .bfloat16, .minifloat, .outlierVictim, .flint: self
        }
    }
}

extension Operation {
    var isProduct: Bool {
        switch self {
        case .linear, .matmul, .conv2d, .tableLinear: true
        default: false
        }
    }
}
