import Arch
import Formats

/// Which formats the elements take.
extension GoboArray {
    public func support(_ format: ProductFormat) -> Support {
        if format.runtimeWeights {
            return .unsupported(reason: "run-time weights are \(format.weights.name), centroids are found offline")
        }
        if let structure = format.structure {
            return .unsupported(reason: "weights are \(structure.name), the elements have no selectors in front")
        }
        let (activations, weights) = (format.activations, format.weights)
        guard activations == .float16 || activations == .float32 else {
            return .unsupported(reason: "activations are \(activations.name), the elements add f16 numbers")
        }
        if weights.pairs != nil || weights.isInteger && weights.bits > 8 {
            return .unsupported(
                reason: "weights are \(weights.name), centroids are found of floats and of codes of at most 8 bits")
        }
        let hasSums = format.dictionaryBits.map { $0 <= indexBits } ?? false
        guard format.contract == .blocked16 else {
            if let reason = contractProblem(format, Self.contract) { return .unsupported(reason: reason) }
            return hasSums
                ? .native
                : .unsupported(
                    reason: "indices have \(format.dictionaryBits ?? 0) bits, the elements sums for \(1 << indexBits) centroids")
        }
        return .viaConversion(
            hasSums
                ? .roundedProducts(Self.contract)
                : .dictionaryWeights(bits: indexBits, logProbability: outlierLogProbability))
    }
}
