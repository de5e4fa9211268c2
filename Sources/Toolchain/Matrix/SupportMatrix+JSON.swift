import Arch
import Diagnostics
import Formats
import Report

/// `schemas/matrix-1.schema.json`.
extension SupportMatrix {
    public static let schema = "accelsim-matrix-1"

    public var json: JSONValue {
        ["schema": .string(Self.schema), "sections": .array(sections.map(\.json))]
    }
}

extension SupportMatrix.Section {
    fileprivate var json: JSONValue {
        [
            "engines": .array(specifications.map(\.json)), "summary": .string(summary),
            "rows": .array(rows.map(\.json)),
        ]
    }
}

extension SupportMatrix.Row {
    fileprivate var json: JSONValue {
        let answers = ProductForm.allCases.compactMap { form in
            self.answers[form].map { support -> JSONValue in
                var object = support.json
                object["form"] = .string(form.rawValue)
                return .object(object)
            }
        }
        return [
            "activations": .array(activations.map { .string($0.name) }),
            "weights": .array(weights.map { .string($0.name) }), "answers": .array(answers),
        ]
    }
}

extension Support {
    fileprivate var json: JSONObject {
        switch self {
        case .native: ["support": "native"]
        case .viaConversion(let conversion):
            [
                "support": "conversion", "conversion": .string(conversion.text),
                "lossless": .bool(conversion.isLossless), "cost": .string(conversion.cost),
            ]
        case .unsupported(let reason): ["support": "unsupported", "reason": .string(reason)]
        }
    }
}

/// JSON Schema of `SupportMatrix.json`: `schemas/matrix-1.schema.json`.
public enum MatrixSchema: SchemaSource {
    public static var text: String {
        document(
            "accelsim matrix, version 1", "What accelsim matrix --json writes.",
            object([
                ("schema", ["const": .string(SupportMatrix.schema)]),
                ("sections", described(list(.object(object(section))), "engines that answer differently")),
            ]))
    }

    private static var section: [(String, JSONValue)] {
        let engine = object([("kind", name), ("parameters", ["type": "object"])])
        return [
            ("engines", described(
                list(.object(engine)), "engines that answer alike, as in machine files; parameters left out have their defaults")),
            ("summary", described(name, "of the first engine")),
            ("rows", described(list(.object(object(row))), "every pair of codecs is in one row")),
        ]
    }

    private static var row: [(String, JSONValue)] {
        let answer: [(String, JSONValue)] = [
            ("support", ["enum": ["native", "conversion", "unsupported"]]), ("conversion", name),
            ("lossless", ["type": "boolean"]), ("cost", name), ("reason", name),
            ("form", ["enum": .array(ProductForm.allCases.map { .string($0.rawValue) })]),
        ]
        let optional: Set = ["conversion", "lossless", "cost", "reason"]
        return [
            ("activations", list(name)), ("weights", list(name)),
            ("answers", described(
                list(.object(object(answer, optional: optional))), "by form; none where there is no such product")),
        ]
    }
}
