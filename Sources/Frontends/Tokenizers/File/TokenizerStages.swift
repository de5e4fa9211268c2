import Diagnostics
import Foundation

/// What becomes of a text before its pieces are looked up: normaliser and pre-tokenizer of a `tokenizer.json`. All that is not known is
/// reported by its name.
struct TokenizerStages: Sendable {
    private enum Prefix { case never, first, always }

    /// Letters and their accents become one character (Unicode's form NFC).
    private var composes = false
    private var prefix = Prefix.never
    /// Texts that begin so get no other blank in front; the normaliser looks at nothing.
    private var spared: [Unicode.Scalar] = []
    /// Nothing is joined across blanks.
    private(set) var splitsWords = false
    /// What BERT does to letters.
    private(set) var bert: WordPieceTokenizer.Normaliser?
    /// Words as BERT has them.
    private(set) var cutsBertWords = false
    /// Of byte-level tokens; `nil` when blanks are U+2581.
    private(set) var rule: PreTokenizer?

    init(_ file: JSONObject, into problems: inout Diagnostics) {
        for stage in Self.list(file["normalizer"], "normalizers") { normalise(stage, into: &problems) }
        let stages = Self.list(file["pre_tokenizer"], "pretokenizers")
        var hasDigits = false
        for stage in stages { cut(stage, &hasDigits, into: &problems) }
    }

    func normalised(_ text: String) -> String { composes ? text.precomposedStringWithCanonicalMapping : text }

    /// Whether texts get a blank in front that they have not.
    var addsBlanks: Bool { prefix != .never }

    /// Whether this one does: a whole text, or what stands behind special tokens.
    func addsBlank(to text: String, isFirst: Bool) -> Bool {
        guard prefix == .always || prefix == .first && isFirst, let first = text.unicodeScalars.first else { return false }
        return !spared.contains(first)
    }

    /// A stage, or the stages of a sequence.
    private static func list(_ value: JSONValue?, _ key: String) -> [JSONObject] {
        guard case .object(let object)? = value else { return [] }
        guard object["type"] == "Sequence", case .array(let parts)? = object[key] else { return [object] }
        return parts.flatMap { list($0, key) }
    }

    private mutating func normalise(_ stage: JSONObject, into problems: inout Diagnostics) {
        switch (Self.text(stage, "type"), Self.pattern(stage)) {
        case ("NFC", _): composes = true
        case ("BertNormalizer", _):
            let lowers = stage["lowercase"] != false
            let strips = switch stage["strip_accents"] { case .bool(let strips)?: strips; default: lowers }
            bert = WordPieceTokenizer.Normaliser(
                lowers: lowers, stripsAccents: strips, separatesChinese: stage["handle_chinese_chars"] != false,
                cleans: stage["clean_text"] != false)
        case ("Prepend", _) where stage["prepend"] == "\u{2581}": prefix = .always
        case ("Replace", " ") where stage["content"] == "\u{2581}": break
        case (let type, _): problems.report(Diagnostic(field: "normalizer", "'\(type)' as it is used here is not supported"))
        }
    }

    private mutating func cut(_ stage: JSONObject, _ hasDigits: inout Bool, into problems: inout Diagnostics) {
        let type = Self.text(stage, "type")
        switch type {
        case "ByteLevel":
            if stage["add_prefix_space"] == true { (prefix, spared) = (.always, [" "]) }
            if stage["use_regex"] != false { rule = hasDigits ? .smollm : .gpt2 }
            if rule == nil { report(type, "without a rule that cuts texts", &problems) }
        case "BertPreTokenizer": cutsBertWords = true
        case "Digits" where stage["individual_digits"] == true: hasDigits = true
        case "Metaspace":
            switch Self.text(stage, "prepend_scheme") {
            case "never": prefix = .never
            case "first": prefix = .first
            default: prefix = stage["add_prefix_space"] == false ? .never : .always
            }
            spared = [" ", "\u{2581}"]
            splitsWords = stage["split"] != false
        case "Split":
            guard let pattern = Self.pattern(stage) else { return report(type, "without a pattern", &problems) }
            // Behind a normaliser that has replaced blanks nothing is left to be cut.
            if pattern == " " { return }
            guard let known = Self.rules[pattern], stage["behavior"] == "Isolated", stage["invert"] != true else {
                return report(type, "with the pattern \(pattern)", &problems)
            }
            rule = known
        default: report(type, "as it is used here", &problems)
        }
    }

    private func report(_ type: String, _ what: String, _ problems: inout Diagnostics) {
        problems.report(Diagnostic(field: "pre_tokenizer", "'\(type)' \(what) is not supported"))
    }

    private static func text(_ stage: JSONObject, _ key: String) -> String {
        if case .string(let text)? = stage[key] { text } else { "" }
    }

    /// Of a stage that looks for something: a text or a regular expression.
    private static func pattern(_ stage: JSONObject) -> String? {
        guard case .object(let pattern)? = stage["pattern"] else { return nil }
        for key in ["String", "Regex"] { if case .string(let text)? = pattern[key] { return text } }
        return nil
    }

    private static let words = "[^\\s\\p{L}\\p{N}]"

    /// Regular expressions that files have, and the same written as code.
    private static let rules: [String: PreTokenizer] = {
        let contractions = "(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\\r\\n\\p{L}\\p{N}]?\\p{L}+|\\p{N}"
        let rest = "| ?\(words)+[\\r\\n]*|\\s*[\\r\\n]+|\\s+(?!\\S)|\\s+"
        return [
            contractions + "{1,3}" + rest: .llama, contractions + rest: .qwen2,
            "'s|'t|'re|'ve|'m|'ll|'d| ?\\p{L}+| ?\\p{N}+| ?\(words)+|\\s+(?!\\S)|\\s+": .gpt2,
        ]
    }()

    /// Tokens in front of a text and behind it.
    static func template(_ value: JSONValue, into problems: inout Diagnostics) -> (begin: [Int], end: [Int]) {
        var (begin, end): ([Int], [Int]) = ([], [])
        for stage in list(value, "processors") {
            switch text(stage, "type") {
            case "ByteLevel": break
            case "TemplateProcessing": (begin, end) = single(stage, into: &problems)
            case "BertProcessing":
                guard case .array(let first)? = stage["cls"], case .integer(let cls)? = first.last,
                    case .array(let last)? = stage["sep"], case .integer(let sep)? = last.last
                else {
                    problems.report(Diagnostic(field: "post_processor", "BertProcessing without numbers of cls and sep"))
                    continue
                }
                (begin, end) = ([cls], [sep])
            case let type: problems.report(Diagnostic(field: "post_processor", "'\(type)' is not supported"))
            }
        }
        return (begin, end)
    }

    private static func single(_ stage: JSONObject, into problems: inout Diagnostics) -> (begin: [Int], end: [Int]) {
        guard case .array(let parts)? = stage["single"], case .object(let tokens)? = stage["special_tokens"] else {
            problems.report(Diagnostic(field: "post_processor.single", "a list is expected, and special_tokens beside it"))
            return ([], [])
        }
        var (begin, end): ([Int], [Int]) = ([], [])
        var isBehind = false
        for case .object(let part) in parts {
            if part["Sequence"] != nil { isBehind = true }
            guard case .object(let token)? = part["SpecialToken"], case .string(let name)? = token["id"] else { continue }
            guard case .object(let entry)? = tokens[name], case .array(let ids)? = entry["ids"] else {
                problems.report(Diagnostic(field: "post_processor.special_tokens", "has no ids of '\(name)'"))
                continue
            }
            let numbers = ids.compactMap { if case .integer(let number) = $0 { number } else { nil } }
            if isBehind { end += numbers } else { begin += numbers }
        }
        return (begin, end)
    }
}
