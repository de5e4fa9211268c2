import Cost

/// Our figures of hardware that papers have measured, beside theirs.
public struct PublishedReport: Sendable {
    public var library: LibraryCosts
    public var ablation: LookupAblation?
    public var decoders: [DecoderShare]
    public var products: [ElementCost]
    public var multiplyAccumulates: [ElementCost]

    public init(_ library: LibraryCosts) {
        self.library = library
        ablation = LookupAblation(in: library)
        decoders = DecoderShare.all(in: library)
        products = ElementCost.products(in: library)
        multiplyAccumulates = ElementCost.multiplyAccumulates(in: library)
    }

    public var text: String {
        let tables = [ablationText, decoderText, elementText("product", products), elementText("product and sum", multiplyAccumulates)]
        return tables.joined(separator: "\n") + "\nours: \(library.name); \(library.flow)\n"
    }

    private var ablationText: String {
        guard let ablation else { return "lookup unit: the table of \(library.name) lacks the unit with full tables\n" }
        var table = TextTable([
            .init("lookup unit", "M2 N64 K4", alignment: .left), .init("area", "um2"), .init("denser", "ours"), .init("", "paper"),
            .init("power", "mW at 1 GHz"), .init("of it clock", "mW"), .init("less power", "ours"), .init("", "paper"),
            .init("closes at", "ps"),
        ])
        for step in ablation.steps {
            let (density, efficiency) = (ablation.density(step), ablation.efficiency(step))
            table.add([
                step.variant.name, Numbers.grouped(Int(step.areaSquareMicrometres.value.rounded())),
                Numbers.fixed(density.ours, decimals: 3), Numbers.fixed(density.published, decimals: 3),
                Numbers.fixed(step.milliwatts.value, decimals: 2), Numbers.fixed(step.clockMilliwatts, decimals: 2),
                Numbers.fixed(efficiency.ours, decimals: 3), Numbers.fixed(efficiency.published, decimals: 3),
                Numbers.fixed(step.closesPicoseconds, decimals: 0),
            ])
        }
        let missing = ablation.missing.map { "not measured in \(library.name): \($0.name)\n" }.joined()
        return table.text + missing + "ours on \(ablation.workload); paper: \(PublishedFigures.ablationSource)\n"
    }

    private var decoderText: String {
        guard !decoders.isEmpty else { return "decoders of pairs: the table of \(library.name) lacks them\n" }
        let side = PublishedFigures.decoderArray
        var table = TextTable([
            .init("decoders of pairs", "\(side)x\(side) elements", alignment: .left), .init("each", "um2"), .init("number"),
            .init("array", "um2"), .init("share", "%"), .init("elements", "um2"), .init("share", "%"), .init("paper", "%"),
        ])
        for share in decoders {
            table.add([
                "\(share.published.bits) bits", Numbers.fixed(share.decoder.value, decimals: 2), "\(share.published.count)",
                Numbers.grouped(Int(share.array.value.rounded())), Numbers.fixed(100 * share.ofArray, decimals: 3),
                Numbers.grouped(Int(share.elements.value.rounded())), Numbers.fixed(100 * share.ofElements, decimals: 3),
                Numbers.fixed(100 * share.published.share, decimals: 1),
            ])
        }
        return table.text + "paper: \(PublishedFigures.decoderSource)\n"
    }

    private func elementText(_ title: String, _ elements: [ElementCost]) -> String {
        guard let first = elements.first else { return "\(title): the table of \(library.name) lacks parts\n" }
        var table = TextTable(
            [
                .init(title, alignment: .left), .init("area", "um2"), .init("which is", alignment: .left), .init("closes at", "ps"),
            ] + first.workloads.map { .init($0, "pJ") })
        for element in elements {
            table.add(
                [
                    element.name, Numbers.fixed(element.areaSquareMicrometres.value, decimals: 2),
                    element.areaSquareMicrometres.origin.kind.rawValue, Numbers.fixed(element.closesPicoseconds, decimals: 0),
                ] + element.picojoules.map { Numbers.fixed($0, decimals: 4) })
        }
        return table.text
    }
}
