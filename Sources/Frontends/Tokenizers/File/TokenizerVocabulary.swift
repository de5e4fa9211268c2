import Diagnostics

/// The model of a `tokenizer.json` and the tokens that were added to it.
struct TokenizerVocabulary {
    private let fields: JSONObject
    private let type: String
    /// By number.
    private(set) var tokens: [String]
    /// Tokens that a text may name.
    private(set) var special: [(text: String, number: Int)] = []
    /// Numbers that the model itself has.
    private let own: [Int]

    init(_ file: JSONObject) throws(Diagnostics) {
        guard case .object(let model)? = file["model"] else {
            throw Diagnostics(Diagnostic(field: "model", "an object is expected"))
        }
        fields = model
        // Files of the first versions leave the type of byte pairs out.
        if case .string(let name)? = model["type"] { type = name } else { type = model["merges"] == nil ? "" : "BPE" }
        guard ["BPE", "Unigram", "WordPiece"].contains(type) else {
            throw Diagnostics(Diagnostic(field: "model.type", "'\(type)' is not supported; BPE, Unigram and WordPiece are"))
        }
        var entries = try Self.entries(model)
        own = entries.map(\.number)
        if case .array(let added)? = file["added_tokens"] {
            for (index, value) in added.enumerated() {
                guard case .object(let token) = value, case .string(let text)? = token["content"], case .integer(let number)? = token["id"]
                else { throw Diagnostics(Diagnostic(field: "added_tokens[\(index)]", "content and id are expected")) }
                special.append((text, number))
                entries.append((text, number))
            }
        }
        tokens = [String](repeating: "", count: try Self.count(entries))
        for entry in entries { tokens[entry.number] = entry.text }
    }

    /// No number that would make a table which dwarfs the file.
    private static func count(_ entries: [(text: String, number: Int)]) throws(Diagnostics) -> Int {
        let limit = 2 * entries.count + 1024
        if let wrong = entries.first(where: { $0.number < 0 || $0.number >= limit }) {
            throw Diagnostics(
                Diagnostic(node: wrong.text, field: "model.vocab", "has the number \(wrong.number), less than \(limit) expected"))
        }
        return (entries.map(\.number).max() ?? -1) + 1
    }

    private static func entries(_ model: JSONObject) throws(Diagnostics) -> [(text: String, number: Int)] {
        var entries: [(text: String, number: Int)] = []
        switch model["vocab"] {
        case .object(let vocabulary)?:
            for (text, value) in vocabulary.entries {
                guard case .integer(let number) = value else {
                    throw Diagnostics(Diagnostic(node: text, field: "model.vocab", "is \(value.kind), a whole number expected"))
                }
                entries.append((text, number))
            }
        case .array(let pieces)?:
            for (number, piece) in pieces.enumerated() {
                guard case .array(let pair) = piece, pair.count == 2, case .string(let text) = pair[0] else {
                    throw Diagnostics(Diagnostic(field: "model.vocab[\(number)]", "a text and a score are expected"))
                }
                entries.append((text, number))
            }
        default: throw Diagnostics(Diagnostic(field: "model.vocab", "an object or a list is expected"))
        }
        return entries
    }

    func model(_ stages: TokenizerStages) throws(Diagnostics) -> TokenizerFile.Model {
        if type == "WordPiece" { return .wordPieces(try wordPieces(stages)) }
        guard stages.bert == nil, !stages.cutsBertWords else {
            throw Diagnostics(Diagnostic(field: "normalizer", "stages of BERT before the model \(type) are not supported"))
        }
        if type == "Unigram" { return .unigram(try unigram()) }
        for key in ["continuing_subword_prefix", "end_of_word_suffix"] {
            if case .string(let text)? = fields[key], !text.isEmpty {
                throw Diagnostics(Diagnostic(field: "model.\(key)", "is '\(text)', which is not supported"))
            }
        }
        let merges = try merges()
        if let rule = stages.rule {
            return .bytePairs(
                BytePairTokenizer(
                    tokens: tokens, merges: merges.map { "\($0.left) \($0.right)" }, rule: rule,
                    takesWholeWords: fields["ignore_merges"] == true))
        }
        let ranks = Dictionary(
            merges.enumerated().map { (Array($1.left.utf8) + [0xFF] + Array($1.right.utf8), $0) },
            uniquingKeysWith: { first, _ in first })
        var unknown: Int?
        if case .string(let text)? = fields["unk_token"] { unknown = tokens.firstIndex(of: text) }
        return .pieces(
            PieceTokenizer(
                tokens: tokens, plain: own, order: .merges(ranks), unknown: unknown, addsBlank: stages.addsBlanks,
                splitsWords: stages.splitsWords, hasBytes: fields["byte_fallback"] == true))
    }

    private func merges() throws(Diagnostics) -> [(left: String, right: String)] {
        guard case .array(let list)? = fields["merges"] else {
            throw Diagnostics(Diagnostic(field: "model.merges", "a list is expected"))
        }
        var merges: [(left: String, right: String)] = []
        for (index, value) in list.enumerated() {
            switch value {
            case .array(let pair):
                guard pair.count == 2, case .string(let left) = pair[0], case .string(let right) = pair[1] else { break }
                merges.append((left, right))
            case .string(let text):
                guard let cut = text.utf8.firstIndex(of: 0x20) else { break }
                merges.append((String(text[..<cut]), String(text[text.utf8.index(after: cut)...])))
            default: break
            }
            guard merges.count == index + 1 else {
                throw Diagnostics(Diagnostic(field: "model.merges[\(index)]", "two texts are expected"))
            }
        }
        return merges
    }

    private func wordPieces(_ stages: TokenizerStages) throws(Diagnostics) -> WordPieceTokenizer {
        guard let normaliser = stages.bert, stages.cutsBertWords else {
            throw Diagnostics(Diagnostic(field: "model.type", "WordPiece without BertNormalizer and BertPreTokenizer is not supported"))
        }
        guard case .string(let name)? = fields["unk_token"], let unknown = tokens.firstIndex(of: name) else {
            throw Diagnostics(Diagnostic(field: "model.unk_token", "a token of the vocabulary is expected"))
        }
        var (prefix, longest) = ("##", 100)
        if case .string(let text)? = fields["continuing_subword_prefix"] { prefix = text }
        if case .integer(let count)? = fields["max_input_chars_per_word"] { longest = count }
        return WordPieceTokenizer(tokens: tokens, normaliser: normaliser, prefix: prefix, unknown: unknown, longest: longest)
    }

    private func unigram() throws(Diagnostics) -> UnigramTokenizer {
        guard case .array(let list)? = fields["vocab"], case .integer(let unknown)? = fields["unk_id"], list.indices.contains(unknown)
        else { throw Diagnostics(Diagnostic(field: "model.unk_id", "the number of a piece is expected")) }
        var pieces: [(text: String, score: Double)] = []
        for (index, value) in list.enumerated() {
            var problems = Diagnostics()
            guard case .array(let pair) = value, pair.count == 2, case .string(let text) = pair[0],
                let score = Double.read(pair[1], at: FieldPlace(path: "model.vocab[\(index)]"), into: &problems)
            else { throw Diagnostics(Diagnostic(field: "model.vocab[\(index)]", "a text and a score are expected")) }
            pieces.append((text, score))
        }
        return UnigramTokenizer(pieces: pieces, unknown: unknown, hasBytes: fields["byte_fallback"] == true)
    }
}
