import Diagnostics

/// The part of JSON Schema that schemas/report-1.schema.json uses. An unknown keyword is a problem, so that none is
/// silently ignored.
struct SchemaCheck {
    private let root: JSONValue

    init(_ root: JSONValue) { self.root = root }

    func problems(_ value: JSONValue) -> [String] { problems(value, root, "$") }

    private func problems(_ value: JSONValue, _ schema: JSONValue, _ place: String) -> [String] {
        schema.entries.flatMap { keyword, rule -> [String] in
            switch keyword {
            case "$schema", "$defs", "title", "description", "additionalProperties": []
            case "$ref": reference(rule).map { problems(value, $0, place) } ?? ["\(place): dangling reference"]
            case "const": value == rule ? [] : ["\(place): not \(rule)"]
            case "enum": rule.items.contains(value) ? [] : ["\(place): not one of \(rule)"]
            case "type":
                (rule.items.isEmpty ? [rule] : rule.items).contains { value.isOf($0) } ? [] : ["\(place): type"]
            case "minimum": (value.number ?? 0) >= (rule.number ?? 0) ? [] : ["\(place): below the minimum"]
            case "pattern": value.string?.wholeMatch(of: /[0-9a-f]{64}/) == nil ? ["\(place): pattern"] : []
            case "required":
                rule.items.compactMap { $0.string }.filter { value[$0] == nil }.map { "\(place): no \($0)" }
            case "properties": propertyProblems(value, rule, place)
            case "items": value.items.flatMap { problems($0, rule, place + "[]") }
            default: ["\(place): keyword \(keyword)"]
            }
        }
    }

    private func propertyProblems(_ value: JSONValue, _ properties: JSONValue, _ place: String) -> [String] {
        value.entries.flatMap { key, entry in
            properties[key].map { problems(entry, $0, place + "." + key) } ?? ["\(place): unknown \(key)"]
        }
    }

    private func reference(_ rule: JSONValue) -> JSONValue? {
        rule.string?.split(separator: "/").dropFirst().reduce(Optional(root)) { $0?[String($1)] }
    }
}

extension JSONValue {
    subscript(key: String) -> JSONValue? { if case .object(let object) = self { object[key] } else { nil } }
    var entries: [(key: String, value: JSONValue)] { if case .object(let object) = self { object.entries } else { [] } }
    var items: [JSONValue] { if case .array(let items) = self { items } else { [] } }
    var integer: Int? { if case .integer(let value) = self { value } else { nil } }
    var string: String? { if case .string(let value) = self { value } else { nil } }
    var number: Double? {
        switch self {
        case .integer(let value): Double(value)
        case .number(let value): value
        default: nil
        }
    }

    fileprivate func isOf(_ type: JSONValue) -> Bool {
        switch (self, type.string) {
        case (.object, "object"), (.array, "array"), (.string, "string"), (.bool, "boolean"), (.integer, "integer"),
            (.integer, "number"), (.number, "number"), (.null, "null"):
            true
        default: false
        }
    }
}
