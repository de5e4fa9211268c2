import Graph

/// Cuts a graph into segments. With fusion a segment takes every vector node that it can reach: one of whose inputs it makes,
/// whose other inputs exist, and whose output has the shape of the segment's.
struct Partitioner {
    let graph: Graph
    let fuses: Bool
    /// Tensors that exist before the node that is looked at.
    private var available: Set<String>
    private var placed: Set<String> = []

    init(graph: Graph, fuses: Bool) {
        self.graph = graph
        self.fuses = fuses
        available = Set(graph.inputs + graph.states + graph.constants)
    }

    static func segments(of graph: Graph, fuses: Bool) -> [Segment] {
        var partitioner = Partitioner(graph: graph, fuses: fuses)
        return partitioner.run()
    }

    private mutating func run() -> [Segment] {
        var segments: [Segment] = []
        for (index, node) in graph.nodes.enumerated() where !placed.contains(node.name) {
            var segment = Segment(kind: kind(of: node), nodes: [])
            place(node, in: &segment)
            if fuses, segment.kind != .movement { grow(&segment, from: index + 1) }
            segments.append(segment)
        }
        return segments
    }

    private mutating func place(_ node: Node, in segment: inout Segment) {
        segment.nodes.append(node)
        placed.insert(node.name)
        available.formUnion(node.outputs)
    }

    private mutating func grow(_ segment: inout Segment, from start: Int) {
        let shape = graph.types[segment.nodes[0].outputs[0]]?.shape ?? []
        var made = Set(segment.nodes[0].outputs)
        var index = start
        while index < graph.nodes.count {
            let node = graph.nodes[index]
            index += 1
            guard !placed.contains(node.name), node.operation.isVector,
                graph.types[node.outputs[0]]?.shape == shape,
                node.inputs.contains(where: made.contains),
                // A row-shaped value (a dynamic scale) cannot become the main value of the segment.
                node.inputs.allSatisfy({ !made.contains($0) || graph.types[$0]?.shape == shape }),
                graph.dependencies(of: node).allSatisfy(available.contains)
            else { continue }
            place(node, in: &segment)
            made.formUnion(node.outputs)
        }
    }

    private func kind(of node: Node) -> Segment.Kind {
        switch node.operation {
        case .linear, .matmul, .tableLinear: .product
        case .conv2d(let convolution, _): Self.isDepthwise(node, convolution, graph) ? .depthwise : .product
        case .pool, .globalPool: .pool
        case .binary, .unary, .clip, .softmax, .layerNorm, .rmsNorm, .rope, .quantise, .quantiseDynamic, .dequantise,
            .requantise, .mask, .encode, .assignCentroids, .rescale, .columnSums:
            .vector
        case .reshape, .transpose, .concat, .slice, .split, .gather, .pad, .resize, .append: .movement
        }
    }

    /// One input and one output channel per group: a matrix engine would use one row of its array.
    static func isDepthwise(_ node: Node, _ convolution: Convolution, _ graph: Graph) -> Bool {
        guard let shape = graph.types[node.inputs[1]]?.shape else { return false }
        // The vector unit multiplies integer codes; floats are a product of many groups.
        guard node.inputs.prefix(2).allSatisfy({ graph.types[$0]?.encoding.codec.isInteger == true }) else { return false }
        return convolution.groups > 1 && shape[3] == 1 && shape[0] == convolution.groups
    }
}

extension Graph {
    /// Names of the nodes that read each tensor.
    var consumers: [String: [String]] {
        var result: [String: [String]] = [:]
        for node in nodes {
            for name in Set(dependencies(of: node)) { result[name, default: []].append(node.name) }
        }
        return result
    }
}
