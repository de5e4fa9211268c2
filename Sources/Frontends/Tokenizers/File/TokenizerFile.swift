import Diagnostics
import Foundation

/// A `tokenizer.json` of huggingface/tokenizers: how texts become tokens, stage by stage.
struct TokenizerFile: Sendable {
    enum Model: Sendable {
        case bytePairs(BytePairTokenizer)
        case pieces(PieceTokenizer)
        case unigram(UnigramTokenizer)
        case wordPieces(WordPieceTokenizer)
    }

    private let model: Model
    private let stages: TokenizerStages
    private let special: SpecialTokens
    /// Tokens in front of a text and behind it.
    private let begin: [Int]
    private let end: [Int]
    private let tokens: [String]
    /// Tokens behind which nothing follows.
    let ends: Set<Int>

    /// - Parameter path: a folder with a `tokenizer.json`, or that file.
    init(path: String) throws(Diagnostics) {
        let folder = CheckpointFolder(path: path)
        let place = path.hasSuffix(".json") ? path : folder.file("tokenizer.json")
        let value: JSONValue
        do throws(Diagnostic) { value = try InputFile.json(path: place) } catch { throw Diagnostics(error) }
        guard case .object(let object) = value else {
            throw Diagnostics(Diagnostic(file: place, "is \(value.kind), an object expected"))
        }
        do throws(Diagnostics) {
            let vocabulary = try TokenizerVocabulary(object)
            var problems = Diagnostics()
            stages = TokenizerStages(object, into: &problems)
            (begin, end) = TokenizerStages.template(object["post_processor"] ?? .null, into: &problems)
            guard problems.isEmpty else { throw problems }
            model = try vocabulary.model(stages)
            special = SpecialTokens(vocabulary.special)
            tokens = vocabulary.tokens
        } catch { throw error.inFile(place) }
        ends = try Self.ends(folder)
    }

    /// Whether a path is a folder with such a file, or one itself.
    static func isOne(_ path: String) -> Bool {
        var isFolder: ObjCBool = false
        _ = FileManager.default.fileExists(atPath: path, isDirectory: &isFolder)
        return isFolder.boolValue || path.hasSuffix(".json")
    }

    private static func ends(_ folder: CheckpointFolder) throws(Diagnostics) -> Set<Int> {
        for name in ["generation_config.json", CheckpointFolder.config] where folder.has(name) {
            let value: JSONValue
            do throws(Diagnostic) { value = try InputFile.json(path: folder.file(name)) } catch { throw Diagnostics(error) }
            guard case .object(let object) = value else { continue }
            switch object["eos_token_id"] {
            case .integer(let number): return [number]
            case .array(let numbers): return Set(numbers.compactMap { if case .integer(let number) = $0 { number } else { nil } })
            default: continue
            }
        }
        return []
    }

    func encode(_ text: String) -> [Int] {
        var isFirst = true
        let found = special.parts(text).flatMap { part -> [Int] in
            defer { isFirst = false }
            switch part {
            case .token(let number): return [number]
            case .text(let text): return plain(stages.normalised(text), isFirst: isFirst)
            }
        }
        return begin + found + end
    }

    private func plain(_ text: String, isFirst: Bool) -> [Int] {
        let adds = stages.addsBlank(to: text, isFirst: isFirst)
        switch model {
        case .bytePairs(let tokenizer): return tokenizer.encode((adds ? " " : "") + text)
        case .pieces(let tokenizer): return tokenizer.encode(text, addsBlank: adds)
        case .wordPieces(let tokenizer): return tokenizer.encode(text)
        case .unigram(let tokenizer):
            let escaped = String(String.UnicodeScalarView(((adds ? " " : "") + text).unicodeScalars.map { $0 == " " ? "\u{2581}" : $0 }))
            return stages.splitsWords ? Self.words(escaped).flatMap(tokenizer.encode) : tokenizer.encode(escaped)
        }
    }

    private static func words(_ text: String) -> [String] {
        var words: [String.UnicodeScalarView] = []
        for scalar in text.unicodeScalars {
            if words.isEmpty || scalar == "\u{2581}" { words.append(String.UnicodeScalarView()) }
            words[words.count - 1].append(scalar)
        }
        return words.map { String($0) }
    }

    /// The text of tokens; bytes that are no UTF-8 become replacement characters.
    func decode(_ numbers: [Int]) -> String {
        let known = numbers.filter { !begin.contains($0) }
        switch model {
        case .bytePairs(let tokenizer): return tokenizer.decode(known)
        case .pieces(let tokenizer): return tokenizer.decode(known)
        case .wordPieces:
            let words = known.filter { tokens.indices.contains($0) && !end.contains($0) }.map { tokens[$0] }
            return words.reduce("") { $1.hasPrefix("##") ? $0 + $1.dropFirst(2) : $0.isEmpty ? $1 : $0 + " " + $1 }
        case .unigram:
            let text = known.filter(tokens.indices.contains).map { tokens[$0] }.joined()
            let spaced = String(String.UnicodeScalarView(text.unicodeScalars.map { $0 == "\u{2581}" ? " " : $0 }))
            return stages.addsBlanks && spaced.first == " " ? String(spaced.dropFirst()) : spaced
        }
    }
}
