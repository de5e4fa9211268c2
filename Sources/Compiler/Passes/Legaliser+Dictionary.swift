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
        let found = dictionary(of: node.inputs[1], bits: bits, logProbability: logProbability)
        let encoding = TensorEncoding(codec: .float16, dictionary: found.dictionary)
        graph.nodes[index].inputs[1] = converted(
            node.inputs[1], by: .assignCentroids(within: found.bounds), to: TensorType(shape: w.shape, encoding: encoding),
            before: index)
        graph.nodes[index].operation = node.operation.yielding(.float(.centroids1024))
    }

    /// Without values numbers that stand for centroids.
    private func dictionary(
        of name: String, bits: Int, logProbability: Int
    ) -> (dictionary: WeightDictionary, bounds: ClosedRange<Float>) {
        if let constant, let reals = try? RealWeights(graph.types, constant).numbers(name) {
            let found = DictionarySearch(reals.map(Binary16.narrowed)).run(bits: bits, logProbability: logProbability)
            return (found.dictionary, found.bounds)
        }
        let everything = -Float.greatestFiniteMagnitude...Float.greatestFiniteMagnitude
        return (.placeholder(bits: bits), everything)
    }
}
