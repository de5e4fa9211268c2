/// Reads the fields of one JSON object by name, remembers which were asked for, and reports the rest as unknown.
///
///     let size = ObjectReader.read(value, at: place, into: &problems) { reader in
///         Size(width: reader.required("width", Int.self) ?? 0, depth: reader.optional("depth", default: 1))
///     }
///
/// Every field reports its own mistake and reading goes on, so one run finds all of them.
public struct ObjectReader {
    public let object: JSONObject
    public let place: FieldPlace
    public private(set) var problems = Diagnostics()
    private var asked: [String] = []

    /// Reads `value`, which must be an object. After `body`, keys that it did not ask for are reported.
    public static func read<T>(
        _ value: JSONValue, at place: FieldPlace, into problems: inout Diagnostics,
        _ body: (inout ObjectReader) -> T
    ) -> T? {
        guard case .object(let object) = value else {
            return problems.wrongType(value, at: place, expected: "an object")
        }
        var reader = ObjectReader(object: object, place: place)
        let result = body(&reader)
        reader.reportUnknownKeys()
        problems.report(contentsOf: reader.problems)
        return result
    }

    private init(object: JSONObject, place: FieldPlace) {
        self.object = object
        self.place = place
    }

    public func has(_ key: String) -> Bool { object[key] != nil }

    /// The field, or `nil` after reporting that it is missing or of the wrong type.
    public mutating func required<T: JSONReadable>(_ key: String, _ type: T.Type = T.self) -> T? {
        guard let value = raw(key) else {
            report(key, "is missing")
            return nil
        }
        return T.read(value, at: place.key(key), into: &problems)
    }

    /// The field, `nil` when it is left out (or, after a report, wrong).
    public mutating func optional<T: JSONReadable>(_ key: String, _ type: T.Type = T.self) -> T? {
        raw(key).flatMap { T.read($0, at: place.key(key), into: &problems) }
    }

    public mutating func optional<T: JSONReadable>(_ key: String, default value: T) -> T {
        optional(key, T.self) ?? value
    }

    /// One of the names of a closed set.
    public mutating func requiredChoice<T: CaseIterable & RawRepresentable<String>>(
        _ key: String, _ type: T.Type = T.self
    ) -> T? {
        required(key, String.self).flatMap { choice(key, $0, T.allCases.map { ($0.rawValue, $0) }) }
    }

    public mutating func optionalChoice<T: CaseIterable & RawRepresentable<String>>(
        _ key: String, default value: T
    ) -> T {
        optional(key, String.self).flatMap { choice(key, $0, T.allCases.map { ($0.rawValue, $0) }) } ?? value
    }

    /// `name` looked up in a table; a name that is not there is reported with its neighbours.
    public mutating func choice<T>(_ key: String, _ name: String, _ table: [(name: String, value: T)]) -> T? {
        if let entry = table.first(where: { $0.name == name }) { return entry.value }
        let names = table.map(\.name)
        let listed = names.count <= 12 ? ", expected one of \(names.joined(separator: ", "))" : ""
        report(key, "'\(name)' is not known\(Suggestion.hint(for: name, in: names))\(listed)")
        return nil
    }

    /// A nested object, read by `body`; `nil` when it is left out.
    public mutating func object<T>(_ key: String, _ body: (inout ObjectReader) -> T) -> T? {
        guard let value = raw(key) else { return nil }
        return Self.read(value, at: place.key(key), into: &problems, body)
    }

    /// Every entry of a nested object whose keys are names. `place` of an entry is under `key`.
    public mutating func entries(_ key: String) -> [(name: String, value: JSONValue, place: FieldPlace)] {
        guard let value = raw(key) else { return [] }
        guard case .object(let object) = value else {
            let _: Never? = problems.wrongType(value, at: place.key(key), expected: "an object")
            return []
        }
        return object.entries.map { ($0.key, $0.value, place.key(key).key($0.key)) }
    }

    /// The value itself, marked as asked for.
    public mutating func raw(_ key: String) -> JSONValue? {
        asked.append(key)
        return object[key]
    }

    public mutating func report(_ key: String, _ message: String) {
        problems.report(place.key(key).diagnostic(message))
    }

    public mutating func report(_ diagnostic: Diagnostic) { problems.report(diagnostic) }

    /// For readers of nested values that collect into the same list.
    public mutating func collect<T>(_ body: (inout Diagnostics) -> T) -> T { body(&problems) }

    private mutating func reportUnknownKeys() {
        let unknown = object.keys.filter { !asked.contains($0) }
        // Hundreds of unknown keys are another kind of file, not hundreds of typing mistakes.
        for key in unknown.prefix(100) { report(key, "unknown key\(Suggestion.hint(for: key, in: asked))") }
        if unknown.count > 100 { problems.report(place.diagnostic("has \(unknown.count - 100) more unknown keys")) }
    }
}
