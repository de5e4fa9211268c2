import Arch

/// What decoders of outlier-victim pairs take of an array of 4-bit elements.
public struct DecoderShare: Hashable, Sendable {
    public var published: PublishedFigures.Decoder
    /// Of one decoder.
    public var decoder: Figure
    /// Of the whole array: elements, borders, sums, one scale lane.
    public var array: Figure
    /// Of all elements alone, without registers: multiplier, exponent adder, shifter and adder.
    public var elements: Figure

    /// Of `count` decoders in the array.
    public var ofArray: Double { Double(published.count) * decoder.value / array.value }
    public var ofElements: Double { Double(published.count) * decoder.value / elements.value }

    /// Those of four and of eight bits; empty when the library lacks a part.
    public static func all(in costs: LibraryCosts) -> [DecoderShare] {
        let side = PublishedFigures.decoderArray
        let binding = RTLBinding(
            top: "olive_array", parameters: ["Rows": side, "Columns": side, "EpilogueLanes": 1, "WideExponentBits": 4])
        guard let array = ArrayCost(binding, in: costs)?.areaSquareMicrometres,
            let element = costs.blocks.first(where: { $0.module == "exponent_integer_element" })
        else { return [] }
        let elements = Figure(
            Double(side * side) * element.areaSquareMicrometres,
            Origin(.estimated, "\(side * side) of \(element.block), \(costs.name)"))
        return PublishedFigures.decoders.compactMap { published in
            let wanted = published.bits == 8 ? ["ExponentBits": 4] : [:]
            guard let block = costs.blocks.first(where: { $0.module == "ovp_decode\(published.bits)" && $0.hasAll(wanted) }) else {
                return nil
            }
            let decoder = Figure(block.areaSquareMicrometres, Origin(.synthesised, "\(block.block), \(costs.name)"))
            return DecoderShare(published: published, decoder: decoder, array: array, elements: elements)
        }
    }
}
