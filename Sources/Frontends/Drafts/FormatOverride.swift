import Diagnostics
import Formats

/// Another format of those weights whose name matches a pattern, and perhaps of the activations whose node does:
/// `blk.0.*=int8:group=32` or `output*=f16,f16`. Of several that match a name the first counts.
public struct FormatOverride: Hashable, Sendable {
    public let pattern: NamePattern
    public let weights: ImportedWeights
    /// In front of linear layers; as everywhere when left out.
    public let activations: NumberFormat?

    /// - Parameter field: for messages.
    public init(_ text: String, field: String) throws(Diagnostic) {
        guard let equals = text.firstIndex(of: "="), equals != text.startIndex else {
            throw Diagnostic(field: field, "expected PATTERN=FORMAT or PATTERN=FORMAT,ACTIVATIONS, not '\(text)'")
        }
        pattern = NamePattern(String(text[..<equals]))
        let formats = text[text.index(after: equals)...].split(separator: ",", maxSplits: 1, omittingEmptySubsequences: false)
        weights = try ImportedWeights(String(formats[0]), field: field)
        activations = formats.count == 2 ? try NumberFormat(exactOr: String(formats[1]), field: field) : nil
    }

    /// Whether it is meant by a tensor or by the node that reads it, which is called like its weights without `.weight`.
    func matches(weight name: String) -> Bool {
        pattern.matches(name) || name.hasSuffix(".weight") && pattern.matches(String(name.dropLast(".weight".count)))
    }

    /// - Parameter names: of everything that overrides can be about.
    /// - Throws: every pattern that is about none of them.
    static func check(_ overrides: [FormatOverride], names: [String]) throws(Diagnostics) {
        var problems = Diagnostics()
        for override in overrides where !names.contains(where: { override.matches(weight: $0) }) {
            let plain = names.map { $0.hasSuffix(".weight") ? String($0.dropLast(".weight".count)) : $0 }
            let near = Suggestion.hint(for: override.pattern.text, in: names + plain)
            let some = names.prefix(3).map { "'\($0)'" }.joined(separator: ", ")
            let hint = near.isEmpty ? some.isEmpty ? "; there are none" : "; there are \(some) and others" : near
            problems.report(
                Diagnostic(field: "--override", "no weights or activations are called '\(override.pattern.text)'\(hint)"))
        }
        guard problems.isEmpty else { throw problems }
    }
}
