import Arch
import Formats

/// Which operands the chains take, and how a chain is cut for them.
extension DSPChain {
    /// Width of what the dequantise unit hands to port B: any code of 8 bits minus any zero point of its codec.
    static let weightPort = -256...255

    public func support(_ format: ProductFormat) -> Support {
        if let reason = structureProblem(format, selectorInputs: selectorInputs, name: "the chain") {
            return .unsupported(reason: reason)
        }
        if let reason = mixProblem(format) { return .unsupported(reason: reason) }
        guard let activations = Self.activations(format.activations) else {
            return .unsupported(
                reason: "activations are \(format.activations.name), a DSP48E2 takes pairs of int8 or uint8 codes")
        }
        if format.runtimeWeights {
            switch format.weights {
            case .signed(let bits) where bits <= 8: break
            case .unsigned(let bits) where bits <= 8: break
            case .signed, .unsigned, .bipolar, .ternary, .float32, .float16, .bfloat16, .minifloat, .outlierVictim, .flint:
                return .unsupported(
                    reason: "run-time weights are \(format.weights.name), expected one integer code per byte")
            }
        } else if case .unsupported(let reason) = weightSupport(format.weights, name: "the chain") {
            return .unsupported(reason: reason)
        }
        guard !adjusts else { return .native }
        let widest = max(format.activations.bits, format.weights.bits)
        if packing == .quad, widest <= WeightQuad.weightBits, !format.runtimeWeights, format.structure == nil, format.mix == nil {
            return .unsupported(
                reason: "a lane of 7 bits holds no product of \(format.activations.name) by \(format.weights.name), and "
                    + "without overflow adjust units nothing counts its carries")
        }
        // Zero points lie inside their codec, so no weight is further from zero than the codec is wide.
        let greatest = 1 << format.weights.bits - 1
        let bound = LaneBound(activations: activations, weights: -greatest...greatest)
        let length = ChainParts(self, format.structure).length
        if length <= bound.depth(residue: 0) { return .native }
        return .unsupported(
            reason: "a lane of 18 bits holds \(bound.depth(residue: 0)) products of \(format.activations.name) by "
                + "\(format.weights.name), and chains of \(length) have no overflow adjust units")
    }

    private static func activations(_ codec: Codec) -> ClosedRange<Int>? {
        switch codec {
        case .signed(let bits) where bits <= 8: codec.range
        case .unsigned(let bits) where bits <= 8: codec.range
        case .signed, .unsigned, .bipolar, .ternary, .float32, .float16, .bfloat16, .minifloat, .outlierVictim, .flint: nil
        }
    }

    /// The chain as this instruction uses it. The sections are as long as `adjustDepth`, the instruction's operands and
    /// whole DSP groups allow; without adjust units there is one section.
    public func plan(_ multiply: Multiply) -> ChainPlan {
        // Of mixed blocks the longest part, for which the others' sums wait.
        let longest = multiply.structure.mixed.map { max(Self.groupLength, Int($0.counts.max() ?? 0)) }
        return plan(multiply, length: longest ?? ChainParts(self, multiply.structure.pattern).length)
    }

    /// A part of so many slices.
    func plan(_ multiply: Multiply, length: Int) -> ChainPlan {
        let bound = LaneBound(activations: multiply.activationRange, weights: multiply.weightRange)
        let adjust = OverflowAdjust(lspBits: lspBits)
        guard adjusts, length > bound.depth(residue: 0) else {
            return ChainPlan(length: length, section: length, adjust: adjust)
        }
        let depth = min(adjustDepth, bound.depth(residue: adjust.residue))
        // Nine-bit operands of both kinds and nine bits of residue leave room for two products: a group always fits.
        let groups = max(1, depth / Self.groupLength)
        return ChainPlan(length: length, section: min(length, groups * Self.groupLength), adjust: adjust)
    }

    /// No lane can wrap, whatever the codes are.
    func isExact(_ multiply: Multiply, memory: CoreMemory) -> Bool {
        guard multiply.zerosFit(Self.weightPort, memory: memory, columnBlock: columnBlock) else { return false }
        return adjusts || !packsQuads(multiply)
            && ChainParts(self, multiply.structure.pattern).length
                <= LaneBound(activations: multiply.activationRange, weights: multiply.weightRange).depth(residue: 0)
    }
}

extension Multiply {
    /// Values of a weight as far as the instruction itself tells, at most those of the weight port: zero points of a table
    /// may be any.
    var weightRange: ClosedRange<Int> {
        let port = DSPChain.weightPort
        guard codes.readsZeros else { return levels }
        switch zero {
        case .immediate(let zero):
            let range = (levels.lowerBound - zero)...(levels.upperBound - zero)
            return port.contains(range.lowerBound) && port.contains(range.upperBound) ? range : port
        case .table: return port
        }
    }
}
