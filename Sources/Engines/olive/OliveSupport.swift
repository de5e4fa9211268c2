import Arch
import Formats

/// Which operands the array takes: pairs. Integer codes can be made pairs of, which may lose bits.
extension OliveArray {
    public func support(_ format: ProductFormat) -> Support {
        if let structure = format.structure {
            return .unsupported(
                reason: "weights are \(structure.name), what is kept of a block has no neighbours to make pairs with")
        }
        if format.runtimeWeights, format.weights.pairs == nil || format.activations.pairs == nil {
            return .unsupported(
                reason: "run-time weights are \(format.weights.name), both operands must be pairs when weights are made at run time")
        }
        let activations: OutlierVictimPair
        let weights: OutlierVictimPair
        switch (operand(format.activations, "activations"), operand(format.weights, "weights")) {
        case (.failure(let reason), _), (_, .failure(let reason)): return .unsupported(reason: reason.text)
        case (.success(let a), .success(let w)): (activations, weights) = (a, w)
        }
        // Nothing is known of values that are made at run time, so four outliers must fit 32 bits.
        if format.runtimeWeights, activations.greatestOutlier * weights.greatestOutlier > Int(Int32.max) / 4 {
            return .unsupported(
                reason: "run-time weights are \(format.weights.name), outliers of both operands fill 32 bits in a few pairs")
        }
        if format.activations.pairs != nil, format.weights.pairs != nil { return .native }
        return .viaConversion(.outlierVictimPairs(activations: activations, weights: weights, conversionRules))
    }

    /// Codes are whole numbers already, so each goes to the nearest number of the format: -8 is -7, and no neighbour dies.
    private var conversionRules: PairRules { PairRules(survivor: survivor, boundary: .nearest) }

    private struct Reason: Error { var text: String }

    /// The pairs that an operand is, or becomes: 4-bit ones of codes of at most 4 bits.
    private func operand(_ codec: Codec, _ name: String) -> Result<OutlierVictimPair, Reason> {
        func refused(_ why: String) -> Result<OutlierVictimPair, Reason> {
            .failure(Reason(text: "\(name) are \(codec.name), \(why)"))
        }
        switch codec {
        case .outlierVictim(let format):
            guard format.bits == 4 || format == wideFormat.format else {
                return refused("the decoders of 8-bit pairs read \(wideFormat.rawValue) outliers")
            }
            return .success(format)
        case .signed(let bits), .unsigned(let bits):
            guard bits <= 8 else { return refused("pairs are made of codes of at most 8 bits") }
            return .success(bits <= 4 ? .int4 : wideFormat.format)
        case .bipolar(let bits) where name == "weights": return .success(bits <= 4 ? .int4 : wideFormat.format)
        case .ternary where name == "weights": return .success(.int4)
        case .bipolar, .ternary: return refused("expected pairs, int or uint codes")
        case .float32, .float16, .bfloat16, .minifloat, .flint: return refused("the array multiplies pairs; quantise to them")
        }
    }
}
