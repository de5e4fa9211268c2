import Diagnostics
import Formats

extension OperationForm {
    static let conversions: [OperationForm] = [
        OperationForm(
            "quantise", inputs: 1...1,
            [.optional("encoding", .encoding), .optional("codec", .codec), .optional("dynamic", .dynamic)]
        ) { reader, _ in QuantiseDraft.read(&reader) },
        OperationForm("dequantise", inputs: 1...1) { _, _ in OperationDraft(.dequantise) },
        OperationForm(
            "requantise", inputs: 1...1,
            [
                .required("encoding", .encoding), .optional("kind", .choice(["dyadic", "float"])),
                .optional("rounding", .choice(RoundingRule.allCases.map(\.rawValue))),
                .optional("multiplier", .name), .optional("shift", .name),
            ]
        ) { reader, _ in
            let encoding = QuantiseDraft.encoding(&reader, isRequired: true)
            let name = reader.optional("kind", default: "dyadic")
            let isDyadic = reader.choice("kind", name, [("dyadic", true), ("float", false)])
            let rounding = reader.optionalChoice("rounding", default: RoundingRule.halfToEven)
            let multiplier = reader.optional("multiplier", String.self)
            let shift = reader.optional("shift", String.self)
            if isDyadic == false, rounding != .halfToEven {
                reader.report("rounding", "is for kind \"dyadic\"; \"float\" rounds half to even")
            }
            guard let encoding, let isDyadic else { return nil }
            let kind = isDyadic ? Requantisation.Kind.dyadic(rounding: rounding) : .float
            return OperationDraft(
                .requantise(Requantisation(kind: kind, multiplier: multiplier, shift: shift)), declared: encoding)
        },
    ]
}

enum QuantiseDraft {
    /// `encoding`, or `codec` with `dynamic`.
    static func read(_ reader: inout ObjectReader) -> OperationDraft? {
        let encoding = encoding(&reader, isRequired: false)
        let codecPlace = reader.place.key("codec")
        let codec = reader.optional("codec", String.self).flatMap { name in
            reader.collect { TensorEncoding.codec(name, codecPlace, &$0) }
        }
        let group = group(&reader)
        if reader.has("encoding") {
            for key in ["codec", "dynamic"] where reader.has(key) { reader.report(key, "excludes encoding") }
            return encoding.map { OperationDraft(.quantise, declared: $0) }
        }
        guard reader.has("codec") || reader.has("dynamic") else {
            reader.report("encoding", "is missing (or codec with dynamic)")
            return nil
        }
        for key in ["codec", "dynamic"] where !reader.has(key) { reader.report(key, "is missing") }
        guard let codec, let group else { return nil }
        return OperationDraft(declared: TensorEncoding(codec: codec)) { context, _ in
            .quantiseDynamic(.group(size: group.size ?? context.inputs.first?.shape.last ?? 1))
        }
    }

    static func encoding(_ reader: inout ObjectReader, isRequired: Bool) -> TensorEncoding? {
        let place = reader.place.key("encoding")
        let value = isRequired ? reader.required("encoding", JSONValue.self) : reader.raw("encoding")
        return value.flatMap { value in reader.collect { TensorEncoding.read(value, at: place, into: &$0) } }
    }

    /// `nil` size: the whole row, so one scale per token.
    private static func group(_ reader: inout ObjectReader) -> (size: Int?, Void)? {
        switch reader.raw("dynamic") {
        case nil: return nil
        case .string(let name):
            return reader.choice("dynamic", name, [("token", ())]).map { (nil, ()) }
        case _?:
            let size = reader.object("dynamic") { $0.required("group", Int.self) } ?? nil
            guard let size else { return nil }
            guard size > 0 else {
                reader.report("dynamic", "group is \(size), a positive number expected")
                return nil
            }
            return (size, ())
        }
    }
}
