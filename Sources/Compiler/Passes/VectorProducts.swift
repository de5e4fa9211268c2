import Arch
import Formats
import Graph

/// Exchanges the operands of products of one row with a matrix that is made at run time: the scores of one token against
/// its cached keys.
///
/// a [..., 1, K] times b [..., N, K] transposed is b times a transposed, read as a row. So b streams through the engine as
/// activations, in the order it has in memory, and only the row has to be laid out as weights: else the vector unit would
/// lay out N x K codes for a single use. Every product and every sum over K is the same, so no bit changes.
struct VectorProducts {
    private var graph: Graph
    private let target: Target

    static func exchanged(_ graph: Graph, target: Target) -> Graph {
        var pass = VectorProducts(graph: graph, target: target)
        for index in graph.nodes.indices.reversed() { pass.exchange(index) }
        return pass.graph
    }

    private mutating func exchange(_ index: Int) {
        let node = graph.nodes[index]
        guard case .matmul(transposeB: true, output: .float32) = node.operation,
            let a = graph.types[node.inputs[0]], let b = graph.types[node.inputs[1]],
            let result = graph.types[node.outputs[0]],
            isVector(a, times: b), !graph.constants.contains(node.inputs[1]),
            a.encoding.isPlain, b.encoding.isPlain, isTakenEitherWay(a.encoding.codec, b.encoding.codec)
        else { return }
        let column = graph.unusedName(node.outputs[0] + ".column")
        graph.types[column] = TensorType(shape: Array(b.shape.dropLast()) + [1], encoding: result.encoding)
        graph.nodes[index].inputs = [node.inputs[1], node.inputs[0]]
        graph.nodes[index].outputs = [column]
        let row = Node(
            name: graph.unusedName(node.name + ".row"), operation: .reshape(result.shape), inputs: [column],
            outputs: node.outputs)
        graph.nodes.insert(row, at: index + 1)
    }

    /// Leading axes do not broadcast.
    private func isVector(_ a: TensorType, times b: TensorType) -> Bool {
        let rank = a.shape.count
        return rank >= 2 && rank == b.shape.count && a.shape[rank - 2] == 1 && b.shape[rank - 2] > 1
            && a.shape.dropLast(2) == b.shape.dropLast(2)
    }

    /// The engine that would take the product takes it with its operands exchanged too, as it is.
    private func isTakenEitherWay(_ a: Codec, _ b: Codec) -> Bool {
        func isNative(_ engine: any Engine, _ activations: Codec, _ weights: Codec) -> Bool {
            let format = ProductFormat(
                activations: activations, weights: weights.widenedToBytes, runtimeWeights: true)
            return engine.support(format) == .native
        }
        guard let engine = target.engines.first(where: { isNative($0, a, b) }) else { return false }
        return isNative(engine, b, a)
    }
}

extension TensorEncoding {
    /// One scale at most, and no zero point: what either operand of a product may have.
    fileprivate var isPlain: Bool {
        switch scale {
        case .none, .uniform: zeroPoint == .uniform(0)
        case .tensor, .product: false
        }
    }
}

extension Graph {
    /// `name`, with as many primes as it takes to be nobody else's.
    func unusedName(_ name: String) -> String {
        let taken = Set(nodes.map(\.name))
        var fresh = name
        while types[fresh] != nil || taken.contains(fresh) { fresh += "'" }
        return fresh
    }
}
