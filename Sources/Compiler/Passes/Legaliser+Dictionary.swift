import Arch
import Diagnostics
import Formats
import Graph

/// Weights become numbers of a dictionary: a node of its own, which later users share.
extension Legaliser {
    /// - Parameters:
    ///   - bits: of an index.
    ///   - logProbability: natural logarithm of the density below which a weight is an outlier.
    mutating func makeDictionary(_ index: Int, bits: Int, logProbability: Int) {
        let node = graph.nodes[index]
        guard let w = graph.types[node.inputs[1]] else { return }
        let found = dictionary(of: node.inputs[1], for: node, bits: bits, logProbability: logProbability)
        let encoding = TensorEncoding(codec: .float16, dictionary: found.dictionary)
        graph.nodes[index].inputs[1] = converted(
            node.inputs[1], by: .assignCentroids(within: found.bounds), to: TensorType(shape: w.shape, encoding: encoding),
            before: index)
        graph.nodes[index].operation = node.operation.yielding(.float(.centroids1024))
    }

    /// Without values everything is within, and any numbers do: no cycle depends on them.
    private mutating func dictionary(
        of name: String, for node: Node, bits: Int, logProbability: Int
    ) -> (dictionary: WeightDictionary, bounds: ClosedRange<Float>) {
        let types = graph.types
        if let reals = known(name, of: node, { try RealWeights(types, $0).numbers(name) }) {
            let found = DictionarySearch(reals.map(Binary16.narrowed)).run(bits: bits, logProbability: logProbability)
            return (found.dictionary, found.bounds)
        }
        return (.wholeNumbers(bits: bits), -Float.greatestFiniteMagnitude...Float.greatestFiniteMagnitude)
    }
}
