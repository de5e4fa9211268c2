import Arch
import Diagnostics
import Formats

/// The blocks that one multiply-accumulate of a pair of formats takes: a product, and a sum of 32 bits.
///
/// Two's complement operands of any width are one block, made for this question; numbers of other integer formats need the
/// width that holds them. Floats go through the parts of the float arrays: a port for each code, the multiplier behind the
/// ports, an f32 adder.
public struct MultiplyAccumulate: Hashable, Sendable {
    public let weights: Codec
    public let activations: Codec
    public let parts: [BlockPart]

    /// - Throws: formats that no block multiplies.
    public init(weights: Codec, activations: Codec) throws(Diagnostic) {
        self.weights = weights
        self.activations = activations
        if let wide = Self.width(weights), let other = Self.width(activations) {
            guard max(wide, other) <= Self.widest else {
                throw Diagnostic(
                    field: "--mac",
                    "\(weights.name) x \(activations.name) needs \(max(wide, other)) bits, whole numbers of up to \(Self.widest) are costed")
            }
            // The block is the same with its operands exchanged; the wider one is its activation.
            let widths = ["ActivationBits": max(wide, other), "WeightBits": min(wide, other), "AccumulatorBits": 32]
            parts = [BlockPart("multiply_accumulate", widths)]
            return
        }
        guard let first = Self.port(weights), let second = Self.port(activations) else {
            throw Diagnostic(
                field: "--mac", "\(weights.name) x \(activations.name): two whole numbers or two floats of at most 16 bits are expected")
        }
        let isWide = weights.bits > 8 || activations.bits > 8
        let ports = first == second ? [BlockPart(first.module, first.parameters, count: 2)] : [first, second]
        parts = ports + [
            BlockPart("float_port_multiply", ["SignificandBits": isWide ? 11 : 4]), BlockPart("float_add"),
        ]
    }

    /// Bits of two's complement: of 8-bit codes without a sign, or less their zero point.
    private static let widest = 9

    /// Bits of two's complement that hold every value; `nil` for floats.
    private static func width(_ codec: Codec) -> Int? {
        codec.range.map { range in (1...32).first { -(1 << ($0 - 1)) <= range.lowerBound && range.upperBound < 1 << ($0 - 1) } ?? 32 }
    }

    private static func port(_ codec: Codec) -> BlockPart? {
        func port(_ exponent: Int, _ fraction: Int) -> BlockPart {
            BlockPart("float_code_port", ["CodeExponentBits": exponent, "CodeFractionBits": fraction])
        }
        switch codec {
        case .float16: return port(5, 10)
        case .bfloat16: return port(8, 7)
        case .minifloat(let format): return port(format.exponentBits, format.fractionBits)
        default: return nil
        }
    }
}

extension MultiplyAccumulate {
    /// Area, leakage and, where activity was measured, energy, by part; `nil` when the library lacks one.
    public func cost(in costs: LibraryCosts) -> OperationCost? {
        guard let sum = BlockSum(parts, in: costs) else { return nil }
        func runs(_ block: BlockCost) -> [Double] { block.activities.map(\.picojoulesPerRun) }
        let least = sum.measured { runs($0).min() }
        let most = sum.measured { runs($0).max() }
        return OperationCost(
            areaSquareMicrometres: sum.figure(\.areaSquareMicrometres), leakageNanowatts: sum.figure(\.leakageNanowatts),
            picojoules: most, closesPicoseconds: sum.greatest(\.closesPicoseconds),
            fastestSquareMicrometres: sum.figure { max($0.areaSquareMicrometres, $0.fastest?.areaSquareMicrometres ?? 0) }.value,
            picojouleRange: least.flatMap { least in most.map { least.value...max(least.value, $0.value) } })
    }

    /// Resources of an UltraScale+ device; `nil` when the table lacks a part.
    public func resources(in costs: FPGACosts) -> (resources: [String: Int], origin: Origin)? {
        BlockSum(parts, in: costs).map { ($0.resources, $0.origin) }
    }
}

/// What one operation costs by itself.
public struct OperationCost: Hashable, Sendable {
    public var areaSquareMicrometres: Figure
    public var leakageNanowatts: Figure
    /// Clock included, on the codes that switch most.
    public var picojoules: Figure?
    public var closesPicoseconds: Double
    /// Area where every part that was swept closes at its shortest clock.
    public var fastestSquareMicrometres: Double
    /// From codes of two bits to codes of eight.
    public var picojouleRange: ClosedRange<Double>?
}
