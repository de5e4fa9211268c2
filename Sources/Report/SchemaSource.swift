import Diagnostics

/// A JSON Schema that this program prints, and the parts that such schemas are built of.
public protocol SchemaSource {
    /// The schema file.
    static var text: String { get }
}

extension SchemaSource {
    public static var count: JSONValue { ["type": "integer", "minimum": 0] }
    public static var name: JSONValue { ["type": "string"] }

    /// All properties are required but the `optional` ones; no others are allowed.
    public static func object(_ properties: [(String, JSONValue)], optional: Set<String> = []) -> JSONObject {
        [
            "type": "object", "additionalProperties": false,
            "required": .array(properties.filter { !optional.contains($0.0) }.map { .string($0.0) }),
            "properties": .object(JSONObject(properties)),
        ]
    }

    public static func list(_ items: JSONValue) -> JSONValue { ["type": "array", "items": items] }

    public static func reference(_ name: String) -> JSONValue { ["$ref": .string("#/$defs/\(name)")] }

    public static func described(_ schema: JSONValue, _ text: String) -> JSONValue {
        guard case .object(var object) = schema else { return schema }
        object["description"] = .string(text)
        return .object(object)
    }

    /// The schema of a whole file.
    public static func document(
        _ title: String, _ description: String, _ body: JSONObject, definitions: JSONObject? = nil
    ) -> String {
        var root: JSONObject = [
            "$schema": "https://json-schema.org/draft/2020-12/schema", "title": .string(title),
            "description": .string(description),
        ]
        for (key, value) in body.entries { root[key] = value }
        root["$defs"] = definitions.map { .object($0) }
        return JSONValue.object(root).text()
    }
}
