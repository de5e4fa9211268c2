import Arch
import Diagnostics

/// `schemas/lengths-1.schema.json`.
extension LengthReport {
    public static let schema = "accelsim-lengths-1"

    public var json: JSONValue {
        let paper = QuotedInstructionBytes.flightLLM
        return [
            "schema": .string(Self.schema), "graph": .string(graph), "arch": .string(arch), "symbol": .string(symbol),
            "from": .integer(lengths.lowerBound), "to": .integer(lengths.upperBound), "bucket": .integer(bucket),
            "service": service.json, "instruction_bytes": .integer(ISA.instructionBytes),
            "complete": .bool(isComplete),
            "lengths": .array(exact.map { .object($0.json) }), "buckets": .array(buckets.map { .object($0.json) }),
            "per_length": perLength.json, "per_bucket": perBucket.json,
            "ratio": .number(perBucket.looped == 0 ? 0 : Double(perLength.unrolled) / Double(perBucket.looped)),
            "cycles": [
                "exact": .integer(exactCycles), "buckets": .integer(bucketCycles),
                "padding": .integer(bucketCycles - exactCycles),
            ],
            "quoted": [
                "source": .string(paper.source), "before_bytes": .number(paper.before),
                "after_bytes": .number(paper.after), "ratio": .number(paper.ratio),
            ],
        ]
    }
}

extension LengthReport.Code {
    fileprivate var json: JSONObject {
        [
            "length": .integer(length), "instructions": .integer(instructions),
            "unrolled_instructions": .integer(unrolled), "cycles": .integer(cycles),
        ]
    }
}

extension LengthReport.Sums {
    fileprivate var json: JSONValue {
        ["programs": .integer(programs), "looped_bytes": .integer(looped), "unrolled_bytes": .integer(unrolled)]
    }
}

extension LengthReport.Service {
    fileprivate var json: JSONValue {
        switch self {
        case .register: "register"
        case .padding: "padding"
        }
    }
}

/// JSON Schema of `LengthReport.json`: `schemas/lengths-1.schema.json`.
public enum LengthSchema: SchemaSource {
    public static var text: String {
        document("accelsim lengths, version 1", "What accelsim lengths --json writes.", object(report))
    }

    private static var report: [(String, JSONValue)] {
        let number: JSONValue = ["type": "number", "minimum": 0]
        let integer: JSONValue = ["type": "integer"]
        let sums = JSONValue.object(object(["programs", "looped_bytes", "unrolled_bytes"].map { ($0, count) }))
        let cycles = JSONValue.object(object([("exact", count), ("buckets", count), ("padding", integer)]))
        let quoted = JSONValue.object(object(
            [("source", name)] + ["before_bytes", "after_bytes", "ratio"].map { ($0, number) }))
        return [
            ("schema", ["const": .string(LengthReport.schema)]), ("graph", name), ("arch", name), ("symbol", name),
            ("from", count), ("to", count), ("bucket", count),
            ("service", described(
                ["enum": ["register", "padding"]], "how a bucket's program serves its shorter lengths")),
            ("instruction_bytes", count),
            ("complete", described(["type": "boolean"], "every length of the range was compiled")),
            ("lengths", described(
                list(.object(object(code))), "programs for one length each; sums take lengths between two for a line")),
            ("buckets", list(.object(object(code)))),
            ("per_length", described(sums, "over all lengths of the range; estimates unless complete")), ("per_bucket", sums),
            ("ratio", described(number, "unrolled bytes per length over looped bytes per bucket")),
            ("cycles", described(cycles, "of running every length once")),
            ("quoted", described(quoted, "what a paper says, not computed here")),
        ]
    }

    private static var code: [(String, JSONValue)] {
        ["length", "instructions", "unrolled_instructions", "cycles"].map { ($0, count) }
    }
}
