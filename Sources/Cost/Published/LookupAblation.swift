/// The four lookup units of a published ablation, each synthesised by itself: an array of 2 rows and 64 columns of lookups of four
/// activations, int8 x 2 bits.
public struct LookupAblation: Hashable, Sendable {
    public enum Variant: Int, CaseIterable, Sendable {
        case full, half, folded, moved

        public var name: String {
            switch self {
            case .full: "full tables"
            case .half: "half tables, codes negated"
            case .folded: "signs folded into the codes offline"
            case .moved: "tables built outside"
            }
        }

        /// Parameters of `lut_tensor_core`.
        fileprivate var parameters: [String: Int] {
            [
                "TileM": 2, "TileN": 64, "TileK": 4, "TableEntries": self == .full ? 16 : 8, "FoldsSigns": self == .half ? 1 : 0,
                "BuildsTables": self == .moved ? 0 : 1, "EpilogueLanes": 1, "SelectorInputs": 1, "RoundedEntries": 0,
            ]
        }
    }

    public struct Step: Hashable, Sendable {
        public var variant: Variant
        public var areaSquareMicrometres: Figure
        /// At 1 GHz on the layer's codes, leakage included.
        public var milliwatts: Figure
        /// Of these, of the clock pins.
        public var clockMilliwatts: Double
        public var closesPicoseconds: Double
        public var published: PublishedFigures.AblationStep
    }

    public var steps: [Step]
    public var workload: String

    /// Variants that the library lacks.
    public var missing: [Variant] { Variant.allCases.filter { variant in !steps.contains { $0.variant == variant } } }

    /// - Returns: `nil` when the library lacks the first, which the others are compared with.
    public init?(in costs: LibraryCosts) {
        var steps: [Step] = []
        var workload = ""
        for (variant, published) in zip(Variant.allCases, PublishedFigures.ablation) {
            let found = costs.blocks.first { $0.module == "lut_tensor_core" && $0.hasAll(variant.parameters) }
            guard let block = found, let activity = block.activity else { continue }
            workload = activity.workload
            let origin = Origin(.synthesised, "\(block.block), \(variant.name), \(costs.name)")
            // A picojoule per nanosecond is a milliwatt.
            let cycles = Double(max(1, activity.cycles))
            steps.append(
                Step(
                    variant: variant, areaSquareMicrometres: Figure(block.areaSquareMicrometres, origin),
                    milliwatts: Figure(activity.picojoules / cycles + block.leakageNanowatts * 1e-6, origin),
                    clockMilliwatts: activity.clockPicojoules / cycles, closesPicoseconds: block.closesPicoseconds,
                    published: published))
        }
        guard steps.first?.variant == .full else { return nil }
        (self.steps, self.workload) = (steps, workload)
    }

    /// How many times denser a step is than the first, ours and published.
    public func density(_ step: Step) -> (ours: Double, published: Double) {
        (
            steps[0].areaSquareMicrometres.value / step.areaSquareMicrometres.value,
            steps[0].published.squareMicrometres / step.published.squareMicrometres
        )
    }

    /// How many times less power a step takes than the first, for the same work in the same cycles.
    public func efficiency(_ step: Step) -> (ours: Double, published: Double) {
        (steps[0].milliwatts.value / step.milliwatts.value, steps[0].published.milliwatts / step.published.milliwatts)
    }
}
