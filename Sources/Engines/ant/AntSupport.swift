import Arch
import Formats

extension AntArray {
    public func support(_ format: ProductFormat) -> Support {
        if let structure = format.structure {
            return .unsupported(reason: "weights are \(structure.name), the elements have no selectors in front")
        }
        // Flint is a native operand beside codes: the rest of the answer is that of its partner.
        var plain = format
        if format.activations.hasGaps { plain.activations = .int8 }
        if format.weights.hasGaps {
            if format.runtimeWeights {
                return .unsupported(reason: "run-time weights are \(format.weights.name), expected one integer code per byte")
            }
            plain.weights = .int8
        }
        let support = denseSupport(plain, name: "the array")
        guard support == .native, wideCodes == .converted, !format.runtimeWeights else { return support }
        let activations = narrowed(format)
        let weights = !format.weights.hasGaps && format.weights.bits > 4
        return activations == nil && !weights
            ? .native : .viaConversion(.fourBitCodes(activations: activations, weights: weights))
    }

    /// What activations become: signed where a zero point may leave numbers below 0.
    private func narrowed(_ format: ProductFormat) -> Codec? {
        guard !format.activations.hasGaps, format.activations.bits > 4 else { return nil }
        let isSigned = format.activationZero || (format.activations.range?.lowerBound ?? -1) < 0
        switch activationType {
        case .flint: return .flint(isSigned ? .signed : .unsigned)
        case .int: return isSigned ? .signed(bits: 4) : .unsigned(bits: 4)
        }
    }
}
