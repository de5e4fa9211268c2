import Diagnostics

extension EngineSpecification: JSONReadable {
    public static func read(
        _ value: JSONValue, at place: FieldPlace, into problems: inout Diagnostics
    ) -> EngineSpecification? {
        let specification = ObjectReader.read(value, at: place, into: &problems) { reader -> EngineSpecification? in
            let kind = reader.required("kind", String.self)
            var parameters: [String: Value] = [:]
            for entry in reader.entries("parameters") {
                if let value = Value.read(entry.value, at: entry.place, reader: &reader) {
                    parameters[entry.name] = value
                }
            }
            return kind.map { EngineSpecification(kind: $0, parameters: parameters) }
        }
        return specification ?? nil
    }

    /// Parameters in alphabetical order, so that the same machine gives the same bytes.
    public var json: JSONValue {
        let sorted = parameters.sorted { $0.key < $1.key }.map { ($0.key, $0.value.json) }
        return .object(["kind": .string(kind), "parameters": .object(JSONObject(sorted))])
    }
}

extension EngineSpecification.Value {
    fileprivate static func read(_ value: JSONValue, at place: FieldPlace, reader: inout ObjectReader) -> Self? {
        switch value {
        case .bool(let flag): return .flag(flag)
        case .string(let text): return .text(text)
        case .integer(let integer): return .integer(integer)
        case .null, .number, .array, .object:
            reader.report(place.diagnostic("is \(value.kind), a whole number, text, true or false was expected"))
            return nil
        }
    }

    fileprivate var json: JSONValue {
        switch self {
        case .integer(let integer): .integer(integer)
        case .text(let text): .string(text)
        case .flag(let flag): .bool(flag)
        }
    }
}
