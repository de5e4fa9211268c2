import Diagnostics
import Formats

/// The JSON Schema of `graph.json`, printed from the tables that the reader uses. `schemas/graph-1.schema.json` is this
/// text, and a test keeps it fresh.
public enum GraphSchema {
    public static var text: String { JSONValue.object(root).text() }

    static let root: JSONObject = [
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "accelsim graph, version 1",
        "type": "object",
        "required": ["schema", "nodes", "outputs"],
        "additionalProperties": false,
        "properties": .object([
            "schema": .object(["const": .string(GraphReader.schema)]),
            "name": text("any text; the file's name when left out"),
            "weights": text("safetensors file, relative to this file; left out, the graph can only be timed"),
            "symbols": map(reference("symbol")),
            "inputs": map(reference("tensor")),
            "states": map(reference("tensor")),
            "constants": map(reference("constant")),
            "nodes": .object(["type": "array", "items": reference("node")]),
            "outputs": .object(["type": "array", "minItems": 1, "uniqueItems": true, "items": reference("name")]),
        ]),
        "$defs": .object(definitions),
    ]

    private static let definitions: JSONObject = [
        "name": .object(["type": "string", "minLength": 1]),
        "dimension": .object([
            "description": "a number, or sums, differences and products of numbers and symbols",
            "oneOf": [
                .object(["type": "integer"]), .object(["type": "string", "pattern": .string(dimensionPattern)]),
            ],
        ]),
        "symbol": object(
            required: [],
            [
                ("default", integer), ("min", integer), ("max", integer),
            ]),
        "codec": .object(["enum": .array(Codec.all.map { .string($0.name) })]),
        "encoding": .object(["oneOf": [reference("codec"), reference("encodingObject")]]),
        "encodingObject": object(
            required: ["codec"],
            [
                ("codec", reference("codec")),
                (
                    "scale",
                    .object(["oneOf": [.object(["type": "number", "exclusiveMinimum": 0]), reference("name")]])
                ),
                ("zero", .object(["oneOf": [integer, reference("name")]])),
                ("axis", integer), ("group", .object(["type": "integer", "minimum": 1])),
                ("structure", .object(["oneOf": [.object(["const": "dense"]), reference("pattern"), reference("mix")]])),
                ("split", .object(["const": "none"])),
                ("side_channel", .object(["const": "none"])),
                ("pairs", reference("pairRules")),
                (
                    "dictionary",
                    .object([
                        "type": "array", "items": .object(["type": "number"]),
                        "minItems": .integer(WeightDictionary.counts.lowerBound),
                        "maxItems": .integer(WeightDictionary.counts.upperBound),
                        "description": "ascending f16 numbers that nearly all elements of a constant f16 weight are",
                    ])
                ),
            ]),
        "pairRules": object(
            required: [],
            [
                ("survivor", names(PairRules.Survivor.allCases.map(\.rawValue))),
                ("ties", names(PairRules.Ties.allCases.map(\.rawValue))),
                ("boundary", names(PairRules.Boundary.allCases.map(\.rawValue))),
            ]),
        "pattern": object(
            required: ["n", "m"],
            [
                ("n", numbers(NOfM.keptCounts)), ("m", numbers(NOfM.blockSizes)),
                (
                    "shared_columns",
                    .object([
                        "type": "integer", "minimum": 1,
                        "description": "neighbouring output columns that keep the same positions; 1 when left out",
                    ])
                ),
            ]),
        "mix": object(
            required: ["m", "block_columns", "n"],
            [
                ("m", numbers([BlockMix.side])), ("block_columns", numbers([BlockMix.side])),
                ("n", .object(["type": "array", "items": numbers(BlockMix.counts), "minItems": 1])),
                ("mix", .object(["type": "array", "items": .object(["type": "integer", "minimum": 0, "maximum": 1000])])),
            ]),
        "tensor": object(required: ["shape"], tensorKeys),
        "constant": object(
            required: ["shape"],
            tensorKeys + [
                ("tensor", reference("name")),
                ("storage", .object(["enum": .array(ConstantSource.Storage.allCases.map { .string($0.rawValue) })])),
                ("positions", reference("name")),
                ("outliers", object(required: ["positions", "values"], [("positions", reference("name")), ("values", reference("name"))])),
            ]),
        "node": .object(["oneOf": .array(OperationForm.all.map(node))]),
    ]

    private static let tensorKeys: [(String, JSONValue)] = [
        (
            "shape",
            .object(["type": "array", "items": reference("dimension"), "maxItems": .integer(Sizes.maximumRank)])
        ),
        ("encoding", reference("encoding")),
    ]

    private static let dimensionPattern: String = {
        let atom = "[ ]*([0-9]+|[A-Za-z_][A-Za-z0-9_.]*)[ ]*"
        return "^[ ]*-?\(atom)([-+*]\(atom))*$"
    }()

    /// The keys of one operation; `output` is the number kind in a product, a tensor's name elsewhere.
    private static func node(_ form: OperationForm) -> JSONValue {
        var names: JSONObject = [
            "type": "array", "items": reference("name"), "minItems": .integer(form.inputs.lowerBound),
        ]
        if form.inputs.upperBound != .max { names["maxItems"] = .integer(form.inputs.upperBound) }
        var keys: [(String, JSONValue)] = [
            ("name", reference("name")), ("op", .object(["const": .string(form.name)])), ("inputs", .object(names)),
            ("output", reference("name")),
            ("outputs", .object(["type": "array", "items": reference("name"), "minItems": 1])),
        ]
        for attribute in form.attributes {
            keys.removeAll { $0.0 == attribute.name }
            keys.append((attribute.name, attribute.kind.schema))
        }
        let required = ["name", "op", "inputs"] + form.attributes.filter(\.isRequired).map(\.name)
        return object(required: required, keys)
    }

    static func reference(_ name: String) -> JSONValue { .object(["$ref": .string("#/$defs/\(name)")]) }

    static let integer = JSONValue.object(["type": "integer"])

    private static func numbers(_ values: [Int]) -> JSONValue { .object(["enum": JSONValue(values)]) }

    private static func names(_ values: [String]) -> JSONValue {
        .object(["enum": .array(values.map { .string($0) })])
    }

    private static func text(_ description: String) -> JSONValue {
        .object(["type": "string", "description": .string(description)])
    }

    private static func map(_ value: JSONValue) -> JSONValue {
        .object(["type": "object", "additionalProperties": value])
    }

    private static func object(required: [String], _ keys: [(String, JSONValue)]) -> JSONValue {
        var object: JSONObject = ["type": "object"]
        if !required.isEmpty { object["required"] = .array(required.map { .string($0) }) }
        object["additionalProperties"] = false
        object["properties"] = .object(JSONObject(keys))
        return .object(object)
    }
}

extension AttributeForm.Kind {
    var schema: JSONValue {
        switch self {
        case .dimension: GraphSchema.reference("dimension")
        case .dimensions(let count): Self.list(GraphSchema.reference("dimension"), count)
        case .integer: GraphSchema.integer
        case .integers(let count): Self.list(GraphSchema.integer, count)
        case .number: .object(["type": "number"])
        case .numbers: Self.list(.object(["type": "number"]), nil)
        case .boolean: .object(["type": "boolean"])
        case .choice(let names): .object(["enum": .array(names.map { .string($0) })])
        case .name: GraphSchema.reference("name")
        case .codec: GraphSchema.reference("codec")
        case .encoding: GraphSchema.reference("encoding")
        case .dynamic:
            .object([
                "oneOf": [
                    .object(["const": "token"]),
                    .object([
                        "type": "object", "required": ["group"], "additionalProperties": false,
                        "properties": .object(["group": .object(["type": "integer", "minimum": 1])]),
                    ]),
                ]
            ])
        case .pairs: Self.list(Self.list(GraphSchema.reference("dimension"), 2), nil)
        }
    }

    private static func list(_ item: JSONValue, _ count: Int?) -> JSONValue {
        var object: JSONObject = ["type": "array", "items": item]
        if let count {
            object["minItems"] = .integer(count)
            object["maxItems"] = .integer(count)
        }
        return .object(object)
    }
}
