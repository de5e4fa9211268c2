import Diagnostics
import Formats

extension TensorEncoding {
    /// Reads a codec name or an encoding object. Axes may still be negative; `EncodingRules` checks what it refers to.
    static func read(_ value: JSONValue, at place: FieldPlace, into problems: inout Diagnostics) -> TensorEncoding? {
        if case .string(let name) = value {
            return codec(name, place, &problems).map { TensorEncoding(codec: $0) }
        }
        guard case .object = value else {
            return problems.wrongType(value, at: place, expected: "a codec name or an object")
        }
        return ObjectReader.read(value, at: place, into: &problems, read) ?? nil
    }

    static func codec(_ name: String, _ place: FieldPlace, _ problems: inout Diagnostics) -> Codec? {
        if let codec = Codec(name: name) { return codec }
        let hint = Suggestion.hint(for: name, in: Codec.all.map(\.name))
        problems.report(place.diagnostic("there is no codec '\(name)'\(hint)"))
        return nil
    }

    private static func read(_ reader: inout ObjectReader) -> TensorEncoding? {
        let codecPlace = reader.place.key("codec")
        let codec = reader.required("codec", String.self).flatMap { name in
            reader.collect { self.codec(name, codecPlace, &$0) }
        }
        let granularity = granularity(&reader)
        let scale = scale(&reader, granularity)
        let zero = zero(&reader, granularity)
        // Closed sets of one case each so far; a later version adds more.
        for slot in [("split", "none"), ("side_channel", "none")] {
            if let name = reader.optional(slot.0, String.self) { _ = reader.choice(slot.0, name, [(slot.1, ())]) }
        }
        let structure = structure(&reader)
        let rules = reader.has("pairs") ? reader.object("pairs", pairRules) ?? nil : .paper
        guard let codec, let scale, let zero, let granularity, let structure, let rules else { return nil }
        if reader.has("pairs"), codec.pairs == nil {
            reader.report("pairs", "is for outlier-victim pairs, not \(codec.name)")
            return nil
        }
        if granularity != .tensor, scale.tensors.isEmpty, case .uniform = zero {
            reader.report(reader.has("axis") ? "axis" : "group", "needs the name of a scale or zero tensor")
            return nil
        }
        return TensorEncoding(
            codec: codec, scale: scale, zeroPoint: zero, structure: structure, pairRules: rules)
    }

    /// `{"survivor": "larger", "ties": "larger_magnitude", "boundary": "largest_normal"}`, each of them optional.
    private static func pairRules(_ reader: inout ObjectReader) -> PairRules? {
        let survivor = reader.optionalChoice("survivor", default: PairRules.Survivor.larger)
        let ties = reader.optionalChoice("ties", default: PairRules.Ties.largerMagnitude)
        let boundary = reader.optionalChoice("boundary", default: PairRules.Boundary.largestNormal)
        return PairRules(survivor: survivor, ties: ties, boundary: boundary)
    }

    /// `{"m": 16, "block_columns": 16, "n": [0, 2, 4, 8, 16], "mix": [1, 2, 3, 2, 2]}`, `mix` being optional.
    private static func mix(_ reader: inout ObjectReader, at place: FieldPlace) -> WeightStructure? {
        guard let m = reader.required("m", Int.self), let columns = reader.required("block_columns", Int.self),
            let allowed = reader.required("n", [Int].self)
        else { return nil }
        let frequencies = reader.optional("mix", [Int].self)
        if reader.has("mix"), frequencies == nil { return nil }
        guard m == BlockMix.side, columns == BlockMix.side else {
            reader.report(place.diagnostic("has blocks of \(m) by \(columns) columns, \(BlockMix.side) by \(BlockMix.side) expected"))
            return nil
        }
        if let mix = BlockMix(allowed: allowed, frequencies: frequencies) { return .mixed(mix) }
        let known = BlockMix.counts.map(String.init).joined(separator: ", ")
        reader.report(
            place.diagnostic(
                "has n \(allowed)\(frequencies.map { " in the mix \($0)" } ?? ""), some of \(known) in ascending order and, "
                    + "in mix, as many whole numbers of 0 to 1000 that are not all 0 expected"))
        return nil
    }

    /// `"dense"`, `{"n": 2, "m": 4}`, with `"shared_columns"` when columns keep the same positions, or a mix of blocks; `nil` after reporting what is wrong.
    private static func structure(_ reader: inout ObjectReader) -> WeightStructure? {
        guard let value = reader.raw("structure") else { return .dense }
        if case .string(let name) = value {
            return reader.choice("structure", name, [("dense", WeightStructure.dense)])
        }
        let place = reader.place.key("structure")
        return reader.collect { problems in
            ObjectReader.read(value, at: place, into: &problems) {
                $0.has("block_columns") ? mix(&$0, at: place) : pattern(&$0, at: place)
            } ?? nil
        }
    }

    private static func pattern(_ reader: inout ObjectReader, at place: FieldPlace) -> WeightStructure? {
        guard let n = reader.required("n", Int.self), let m = reader.required("m", Int.self) else { return nil }
        let columns = reader.has("shared_columns") ? reader.optional("shared_columns", Int.self) : 1
        guard let columns else { return nil }
        guard columns > 0 else {
            reader.report("shared_columns", "is \(columns), a positive number expected")
            return nil
        }
        if let pattern = NOfM(n: n, m: m) {
            return columns == 1 ? .nOfM(pattern) : .sharedNOfM(pattern, columns: columns)
        }
        let (kept, sizes) = (NOfM.keptCounts.map(String.init), NOfM.blockSizes.map(String.init))
        reader.report(
            place.diagnostic(
                "is \(n):\(m), n of \(kept.joined(separator: ", ")) and a greater m of "
                    + "\(sizes.joined(separator: ", ")) expected"))
        return nil
    }

    private static func granularity(_ reader: inout ObjectReader) -> Granularity? {
        let axis = reader.optional("axis", Int.self)
        let group = reader.optional("group", Int.self)
        if reader.has("axis"), reader.has("group") {
            reader.report("group", "excludes axis")
            return nil
        }
        if reader.has("axis") { return axis.map { .axis($0) } }
        guard reader.has("group") else { return .tensor }
        guard let group else { return nil }
        guard group > 0 else {
            reader.report("group", "is \(group), a positive number expected")
            return nil
        }
        return .group(size: group)
    }

    private static func scale(_ reader: inout ObjectReader, _ granularity: Granularity?) -> Scale? {
        switch reader.raw("scale") {
        case nil: return Scale.none
        case .string(let name): return .tensor(name, granularity ?? .tensor)
        case let value?:
            let place = reader.place.key("scale")
            return reader.collect { Float.read(value, at: place, into: &$0) }.map { .uniform($0) }
        }
    }

    private static func zero(_ reader: inout ObjectReader, _ granularity: Granularity?) -> ZeroPoint? {
        switch reader.raw("zero") {
        case nil: return .uniform(0)
        case .string(let name): return .tensor(name, granularity ?? .tensor)
        case let value?:
            let place = reader.place.key("zero")
            return reader.collect { Int.read(value, at: place, into: &$0) }.map { .uniform($0) }
        }
    }
}
