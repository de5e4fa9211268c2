import Arch
import Diagnostics
import Formats

/// The blocks that one multiply-accumulate of a pair of formats takes: a product, and a sum of 32 bits.
///
/// Two's complement operands of any width are one block, made for this question; numbers of other integer formats need the
/// width that holds them. Floats go through the parts of the float arrays: a port for each code, the multiplier behind the
/// ports, an f32 adder.
public struct MultiplyAccumulate: Hashable, Sendable {
    public struct Part: Hashable, Sendable {
        public var module: String
        public var parameters: [String: Int]
        public var count: Int
    }

    public let weights: Codec
    public let activations: Codec
    public let parts: [Part]

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
            parts = [
                Part(
                    module: "multiply_accumulate",
                    parameters: ["ActivationBits": max(wide, other), "WeightBits": min(wide, other), "AccumulatorBits": 32],
                    count: 1)
            ]
            return
        }
        guard let first = Self.port(weights), let second = Self.port(activations) else {
            throw Diagnostic(
                field: "--mac", "\(weights.name) x \(activations.name): two whole numbers or two floats of at most 16 bits are expected")
        }
        let isWide = weights.bits > 8 || activations.bits > 8
        let ports = first == second ? [Self.count(first, 2)] : [first, second]
        parts = ports + [
            Part(module: "float_port_multiply", parameters: ["SignificandBits": isWide ? 11 : 4], count: 1),
            Part(module: "float_add", parameters: [:], count: 1),
        ]
    }

    /// Bits of two's complement: of 8-bit codes without a sign, or less their zero point.
    private static let widest = 9

    /// Bits of two's complement that hold every value; `nil` for floats.
    private static func width(_ codec: Codec) -> Int? {
        codec.range.map { range in (1...32).first { -(1 << ($0 - 1)) <= range.lowerBound && range.upperBound < 1 << ($0 - 1) } ?? 32 }
    }

    private static func count(_ part: Part, _ count: Int) -> Part {
        Part(module: part.module, parameters: part.parameters, count: count)
    }

    private static func port(_ codec: Codec) -> Part? {
        func port(_ exponent: Int, _ fraction: Int) -> Part {
            Part(
                module: "float_code_port", parameters: ["CodeExponentBits": exponent, "CodeFractionBits": fraction], count: 1)
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
        let found = parts.compactMap { part in
            costs.blocks.first { $0.module == part.module && $0.hasAll(part.parameters) }.map { (part, $0) }
        }
        guard found.count == parts.count else { return nil }
        let kind: Origin.Kind = parts.count == 1 ? .synthesised : .estimated
        let names = found.map { part, block in
            let parameters = part.parameters.sorted { $0.key < $1.key }.map { " \($0.key) \($0.value)" }.joined()
            return (part.count > 1 ? "\(part.count) x " : "") + block.block + parameters
        }
        let origin = Origin(kind, "\(names.joined(separator: " + ")), \(costs.name)")
        func sum(_ quantity: (BlockCost) -> Double) -> Figure {
            Figure(found.reduce(0) { $0 + Double($1.0.count) * quantity($1.1) }, origin)
        }
        func energy(_ choose: (BlockCost) -> Double?) -> Double? {
            let energies = found.map { part, block in choose(block).map { Double(part.count) * $0 } }
            return energies.contains(nil) ? nil : energies.compactMap(\.self).reduce(0, +)
        }
        func runs(_ block: BlockCost) -> [Double] { block.activities.map(\.picojoulesPerRun) }
        let least = energy { runs($0).min() }
        let most = energy { runs($0).max() }
        return OperationCost(
            areaSquareMicrometres: sum { $0.areaSquareMicrometres }, leakageNanowatts: sum { $0.leakageNanowatts },
            picojoules: energy { runs($0).max() }.map { Figure($0, origin) },
            closesPicoseconds: found.map(\.1.closesPicoseconds).max() ?? 0,
            fastestSquareMicrometres: sum { max($0.areaSquareMicrometres, $0.fastest?.areaSquareMicrometres ?? 0) }.value,
            picojouleRange: least.flatMap { least in most.map { least...max(least, $0) } })
    }

    /// Resources of an UltraScale+ device; `nil` when the table lacks a part.
    public func resources(in costs: FPGACosts) -> (resources: [String: Int], origin: Origin)? {
        let found = parts.compactMap { part in
            costs.blocks.first { $0.module == part.module && $0.hasAll(part.parameters) }.map { (part, $0) }
        }
        guard found.count == parts.count else { return nil }
        var sums: [String: Int] = [:]
        for (part, block) in found { sums.merge(block.resources.mapValues { $0 * part.count }, uniquingKeysWith: +) }
        let kind: Origin.Kind = parts.count == 1 ? .synthesised : .estimated
        return (sums, Origin(kind, "\(found.map(\.1.block).joined(separator: " + ")): \(costs.flow)"))
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
