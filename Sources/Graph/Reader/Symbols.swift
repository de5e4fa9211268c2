import Diagnostics

/// The dimensions that a graph leaves open, with the values they are bound to.
struct Symbols {
    private(set) var values: [String: Int] = [:]
    /// In the order of the file, those without a usable value too.
    private(set) var names: [String] = []
    /// Least and greatest value of every symbol with a usable value.
    private(set) var ranges: [String: ClosedRange<Int>] = [:]
    /// A symbol that may only be added and multiplied by other things than itself: shapes and positions are then on a
    /// line between any two of its values.
    var linear: String?

    static func isNameCharacter(_ character: Character) -> Bool {
        character.isASCII && (character.isLetter || character.isNumber || character == "_" || character == ".")
    }

    static func isName(_ text: String) -> Bool {
        guard let first = text.first, first.isASCII, first.isLetter || first == "_" else { return false }
        return text.allSatisfy(isNameCharacter)
    }

    func isBroken(_ term: Dimension.Term) -> Bool {
        if case .symbol(let name) = term { values[name] == nil && names.contains(name) } else { false }
    }

    init() {}

    /// Reads the `symbols` of a graph and binds them: a binding wins over the default.
    init(_ reader: inout ObjectReader, bindings: [String: Int]) {
        let entries = reader.entries("symbols")
        names = entries.map(\.name)
        for entry in entries {
            reader.collect { problems in
                if !Self.isName(entry.name) {
                    problems.report(entry.place.diagnostic("a symbol is letters, digits, '_' and '.', a letter first"))
                }
                guard let bound = Self.value(entry.value, entry.place, bindings[entry.name], &problems) else { return }
                values[entry.name] = bound.value
                ranges[entry.name] = bound.range
            }
        }
        for name in bindings.keys.sorted() where !names.contains(name) {
            reader.report("symbols", "there is no symbol '\(name)' to bind\(Suggestion.hint(for: name, in: names))")
        }
    }

    private static func value(
        _ value: JSONValue, _ place: FieldPlace, _ bound: Int?, _ problems: inout Diagnostics
    ) -> (value: Int, range: ClosedRange<Int>)? {
        let name = place.path.split(separator: ".").dropFirst().joined(separator: ".")
        return ObjectReader.read(value, at: place, into: &problems) { reader -> (value: Int, range: ClosedRange<Int>)? in
            let fallback = reader.optional("default", Int.self)
            let low = max(reader.optional("min", default: 0), -Dimension.limit)
            let high = min(reader.optional("max", default: Dimension.limit), Dimension.limit)
            guard low <= high else {
                reader.report("max", "is \(high), which is below min \(low)")
                return nil
            }
            if let fallback, !(low...high).contains(fallback) {
                reader.report("default", "is \(fallback), outside \(low) to \(high)")
                return nil
            }
            guard let value = bound ?? fallback else {
                if !reader.has("default") {
                    reader.report(place.diagnostic("has no default and must be bound: --bind \(name)=VALUE"))
                }
                return nil
            }
            guard (low...high).contains(value) else {
                reader.report(place.diagnostic("is bound to \(value), outside \(low) to \(high)"))
                return nil
            }
            return (value, low...high)
        } ?? nil
    }
}
