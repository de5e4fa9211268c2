import Arch
import Formats

/// Which formats the elements take.
extension MixPEArray {
    public func support(_ format: ProductFormat) -> Support {
        // A sum of floats goes through its blocks of 16 in the order of K, so leaving products out would change them.
        if let structure = format.structure, operands.isFloat {
            return .unsupported(reason: "weights are \(structure.name), arrays that sum floats have no selectors")
        }
        if let reason = structureProblem(format, selectorInputs: selectorInputs, name: "the array") {
            return .unsupported(reason: reason)
        }
        return operands.isFloat ? floatSupport(format) : denseSupport(format, name: "the array")
    }

    /// Integer codes by floats.
    private func floatSupport(_ format: ProductFormat) -> Support {
        let activations = format.activations
        guard activations.isFloat else {
            return .unsupported(reason: "activations are \(activations.name), the elements shift significands of floats")
        }
        if case .unsupported(let reason) = codeSupport(format) { return .unsupported(reason: reason) }
        if format.contract != .blocked16 {
            if let reason = contractProblem(format, operands.contract) { return .unsupported(reason: reason) }
            return .native
        }
        if activations.bits <= operands.widest.bits, !operands.takes(activations) {
            return .unsupported(
                reason: "activations are \(activations.name), whose range products rounded to f16 do not have")
        }
        if operands.contract != .blocked16 { return .viaConversion(.roundedProducts(operands.contract)) }
        return operands.takes(activations) ? .native : .viaConversion(.roundedOperands(operands.widest))
    }

    private func codeSupport(_ format: ProductFormat) -> Support {
        // Only the weights matter here: any activations that the dense layouts take.
        var codes = format
        codes.activations = .int8
        return denseSupport(codes, name: "the array")
    }
}
