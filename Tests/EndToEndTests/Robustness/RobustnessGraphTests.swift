import Foundation
import Testing

/// Bad graphs through the binary: each case is the two-layer example with one thing changed.
@Suite struct RobustnessGraphTests {
    static func workplace(_ graph: String) throws -> TemporaryFolder {
        let folder = TemporaryFolder()
        _ = try folder.write("graph.json", graph)
        for name in ["weights.safetensors", "x.npy"] {
            _ = try folder.write(name, Data(contentsOf: URL(fileURLWithPath: Repository.path("examples/two-layers/\(name)"))))
        }
        return folder
    }

    static let run = ["run", "graph.json", "--arch", "lut-tc-tiny", "--outputs", "out", "--json", "report.json"]

    static let x = #"{ "shape": ["rows", 4] }"#
    static let quantise = #""encoding": { "codec": "int8", "scale": 0.0625 }"#
    static let weight = #"{ "shape": [4, 4], "encoding": { "codec": "int4", "scale": 0.5 } }"#

    static let edits: [Edit] = [
        // Structure of the document.
        Edit(#""accelsim-graph-1""#, #""accelsim-graph-2""#, "schema"), Edit(#""accelsim-graph-1""#, "1", "schema"),
        Edit(#""nodes""#, #""node""#, "node"), Edit(#""outputs": ["y"]"#, #""outputs": []"#, "outputs"),
        Edit(#""outputs": ["y"]"#, #""outputs": ["z"]"#, "z"),
        Edit(#""outputs": ["y"]"#, #""outputs": ["y", "y"]"#, "y"),
        Edit(#""outputs": ["y"]"#, #""outputs": "y""#, "outputs"),
        Edit(#""outputs": ["y"]"#, #""outputs": [1]"#, "outputs"),
        Edit(#""schema""#, #""colour": 1, "schema""#, "colour"), Edit(#""schema""#, #""name": "a", "schema""#, "name"),
        Edit(#""name": "two-layers""#, #""name": 7"#, "name"), Edit("{", "[", "line 2"), Edit("}\n", "", "line"),
        // Sizes.
        Edit(x, #"{ "shape": [0, 4] }"#, "shape"), Edit(x, #"{ "shape": [-1, 4] }"#, "shape"),
        Edit(x, #"{ "shape": [1.5, 4] }"#, "shape"), Edit(x, #"{ "shape": [3] }"#, "differences"),
        Edit(x, #"{ "shape": [] }"#, "x"), Edit(x, #"{ "shape": 4 }"#, "shape"),
        Edit(x, #"{ "shape": [1,1,1,1,1,1,1,1,4] }"#, "shape"),
        Edit(x, #"{ "shape": [9223372036854775807, 4] }"#, "shape"),
        Edit(x, #"{ "shape": [9223372036854775808, 4] }"#, "shape"),
        Edit(x, #"{ "shape": [4294967296, 4294967296] }"#, "x"),
        Edit(x, #"{ "shape": [1e30, 4] }"#, "shape"), Edit(x, #"{ "shape": [1099511627775, 4] }"#, "x"),
        Edit(
            x, #"{ "shape": ["rows*rows*rows*rows*rows*rows*rows*rows*rows*rows*rows*rows*rows*rows*rows*rows*rows*rows*rows*rows", 4] }"#,
            "shape"),
        Edit(x, #"{ "shape": ["rows - 4", 4] }"#, "shape"),
        Edit(x, #"{ "shape": ["rows*9223372036854775807", 4] }"#, "shape"),
        Edit(x, #"{ "shape": ["rows+", 4] }"#, "shape"),
        Edit(x, #"{ "shape": ["", 4] }"#, "shape"), Edit(x, #"{ "shape": ["row", 4] }"#, "row"),
        Edit(x, #"{ "shape": ["rows", 5] }"#, "differences"), Edit(x, #"{ "shape": ["((((rows", 4] }"#, "shape"),
        Edit(#""default": 4"#, #""default": 0"#, "rows"),
        Edit(#""default": 4"#, #""default": -9223372036854775808"#, "rows"),
        Edit(#""default": 4"#, #""default": 4, "max": 3"#, "rows"), Edit(#""default": 4"#, #""default": "x""#, "rows"),
        Edit(#""default": 4, "#, "", "rows"), Edit(#""default": 4"#, #""default": 1000000000"#, "values need"),
        Edit(#""default": 4"#, #""default": 60000000000"#, "graph.json"),
        // Encodings.
        Edit(#""scale": 0.5"#, #""scale": 0"#, "scale"), Edit(#""scale": 0.5"#, #""scale": -1"#, "scale"),
        Edit(#""scale": 0.5"#, #""scale": 1e-60"#, "scale"), Edit(#""scale": 0.5"#, #""scale": 1e60"#, "scale"),
        Edit(#""scale": 0.5"#, #""scale": 1e999"#, "graph.json"), Edit(#""scale": 0.5"#, #""scale": NaN"#, "line"),
        Edit(#""scale": 0.5"#, #""scale": Infinity"#, "line"), Edit(#""scale": 0.5"#, #""scale": "none""#, "none"),
        Edit(#""scale": 0.5"#, #""scale": "x""#, "x"), Edit(#""scale": 0.5"#, #""scale": [0.5]"#, "scale"),
        Edit(#""scale": 0.5"#, #""scale": 0.5, "zero": 1e10"#, "zero"),
        Edit(#""scale": 0.5"#, #""scale": 0.5, "zero": 100"#, "zero"),
        Edit(#""scale": 0.5"#, #""scale": 0.5, "axis": 0"#, "axis"),
        Edit(#""scale": 0.5"#, #""scale": 0.5, "group": 0"#, "group"),
        Edit(#""scale": 0.5"#, #""scale": "differences.weight", "axis": 0"#, "scale"),
        Edit(#""scale": 0.5"#, #""scale": 0.5, "structure": "2:4""#, "structure"),
        Edit(#""codec": "int4""#, #""codec": "int1""#, "codec"),
        Edit(#""codec": "int4""#, #""codec": "int17""#, "codec"),
        Edit(#""codec": "int4""#, #""codec": "int99999999999999999999""#, "codec"),
        Edit(#""codec": "int4""#, #""codec": """#, "codec"),
        Edit(#""codec": "int4""#, #""codec": "f32""#, "differences"),
        Edit(#""codec": "int4""#, #""codec": "bipolar9""#, "codec"),
        Edit(#""codec": "int4""#, #""codec": "int-4""#, "codec"), Edit(#""codec": "int4", "#, "", "codec"),
        Edit(weight, #"{ "shape": [4, 8] }"#, "differences"),
        Edit(
            weight, #"{ "shape": [4, 4], "encoding": { "codec": "int4", "scale": 0.5 }, "storage": "zip" }"#,
            "storage"),
        Edit(
            weight, #"{ "shape": [4, 4], "encoding": { "codec": "int4", "scale": 0.5 }, "storage": "packed" }"#,
            "differences.weight"),
        Edit(weight, #"{ "shape": [4, 4], "encoding": { "codec": "int4", "scale": 0.5 }, "tensor": "no" }"#, "no"),
        Edit(weight, #"{ "shape": [1048576, 4], "encoding": { "codec": "int4", "scale": 0.5 } }"#, "differences"),
        // Nodes.
        Edit(#""op": "linear""#, #""op": "lineal""#, "linear"), Edit(#""op": "linear""#, #""op": 1"#, "op"),
        Edit(#""op": "linear", "#, "", "op"), Edit(#""name": "differences", "#, "", "name"),
        Edit(#""name": "differences", "#, #""name": "y", "#, "y"),
        Edit(#""name": "differences", "#, #""name": "x", "#, "x"),
        Edit(#""name": "differences", "#, #""name": "", "#, "name"),
        Edit(#""inputs": ["x"]"#, #""inputs": ["y"]"#, "y"),
        Edit(#""inputs": ["x"]"#, #""inputs": ["x.codes"]"#, "x.codes"),
        Edit(#""inputs": ["x"]"#, #""inputs": []"#, "inputs"),
        Edit(#""inputs": ["x"]"#, #""inputs": ["x", "x"]"#, "inputs"),
        Edit(#""inputs": ["x"]"#, #""inputs": ["nowhere"]"#, "nowhere"),
        Edit(#""inputs": ["x"]"#, #""inputs": {"x": 1}"#, "inputs"),
        Edit(#""op": "relu""#, #""op": "softmax", "axis": 9"#, "axis"),
        Edit(#""op": "relu""#, #""op": "relu", "alpha": 1"#, "alpha"),
        Edit(#""op": "relu""#, #""op": "transpose", "permutation": [0, 0]"#, "permutation"),
        Edit(#""op": "relu""#, #""op": "transpose", "permutation": [0, 9223372036854775807]"#, "permutation"),
        Edit(#""op": "relu""#, #""op": "reshape", "shape": [-1, -1]"#, "shape"),
        Edit(#""op": "relu""#, #""op": "reshape", "shape": [-1, 0]"#, "shape"),
        Edit(#""op": "relu""#, #""op": "reshape", "shape": [4294967296, 4294967296]"#, "shape"),
        Edit(#""op": "relu""#, #""op": "pad", "amounts": [[0, 1099511627776], [0, 0]]"#, "positive"),
        Edit(#""op": "relu""#, #""op": "pad", "amounts": [[9223372036854775807, 9223372036854775807], [0, 0]]"#, "positive"),
        Edit(#""op": "relu""#, #""op": "slice", "axes": [0], "starts": [0], "ends": [4], "steps": [0]"#, "steps"),
        Edit(#""op": "relu""#, #""op": "slice", "axes": [0], "starts": [3], "ends": [1]"#, "positive"),
        Edit(#""op": "relu""#, #""op": "slice", "axes": [0, 0], "starts": [0, 0], "ends": [4, 4]"#, "axes"),
        Edit(
            #""op": "relu""#,
            #""op": "slice", "axes": [0], "starts": [0], "ends": [4], "steps": [-9223372036854775808]"#, "steps"),
        Edit(
            #""op": "relu""#,
            #""op": "split", "axis": 1, "sizes": [9223372036854775807, 9223372036854775807], "outputs": ["positive", "b"]"#,
            "sizes"),
        Edit(#""op": "relu""#, #""op": "concat", "axis": -9223372036854775808"#, "axis"),
        Edit(#""op": "relu""#, #""op": "clip", "min": 3, "max": 1"#, "positive"),
        Edit(#""op": "relu""#, #""op": "gelu""#, "positive"),
        Edit(#""op": "relu""#, #""op": "max_pool", "window": [2, 2]"#, "positive"),
        Edit(#""op": "relu""#, #""op": "append", "axis": 0, "position": 0"#, "positive"),
        Edit(quantise, #""codec": "int8", "dynamic": {"group": 0}"#, "group"),
        Edit(quantise, #""codec": "int8", "dynamic": "row""#, "dynamic"),
        Edit(quantise, #""encoding": "f32""#, "encoding"),
        Edit(quantise, #""encoding": { "codec": "int16", "scale": 1 }"#, "differences"),
        // Weights.
        Edit("weights.safetensors", "missing.safetensors", "missing.safetensors"),
        Edit("weights.safetensors", ".", "is a folder"),
        Edit("weights.safetensors", "/dev/zero", "/dev/zero"), Edit("weights.safetensors", "graph.json", "graph.json"),
        Edit(#""weights.safetensors""#, "12", "weights"), Edit("weights.safetensors", "", "is a folder"),
    ]

    @Test(arguments: edits)
    func aBadGraphIsRefused(edit: Edit) throws {
        let text = try edit.apply(String(contentsOfFile: Repository.path("examples/two-layers/graph.json"), encoding: .utf8))
        let folder = try Self.workplace(text)
        try Refusal.expect(Self.run, naming: edit.naming, in: folder)
    }

    /// Made when needed: some have a hundred megabytes.
    private static func document(_ name: String) -> Data? {
        switch name {
        case "empty": Data()
        case "one byte": Data([0])
        case "not UTF-8": Data(#"{"schema": ""#.utf8) + Data([0xFF, 0xC0, 0x80]) + Data(#""}"#.utf8)
        case "surrogate": Data(#"{"name": "\ud800"}"#.utf8)
        case "UTF-16": Data([0xFF, 0xFE, 0x7B, 0x00])
        case "brackets": Data(repeating: UInt8(ascii: "["), count: 100_000)
        case "objects": Data(String(repeating: #"{"a":"#, count: 100_000).utf8)
        case "garbage": Data(repeating: 0xA5, count: 100 << 20)
        case "spaces": Data(repeating: 0x20, count: 60 << 20)
        case "digits": Data(repeating: UInt8(ascii: "9"), count: 30 << 20)
        case "long string": Data(#"{"schema": ""#.utf8) + Data(repeating: UInt8(ascii: "s"), count: 10 << 20) + Data(#""}"#.utf8)
        case "values": Data(("[" + String(repeating: "0,", count: 5_000_000) + "0]").utf8)
        case "exponent": Data("1e99999999999999999999".utf8)
        case "minus": Data("-".utf8)
        case "null": Data("null".utf8)
        case "control": Data("{\"a\u{1}\": 1}".utf8)
        case "comment": Data("// a graph\n{}".utf8)
        case "trailing": Data("{} {}".utf8)
        default: nil
        }
    }

    @Test(arguments: [
        "empty", "one byte", "not UTF-8", "surrogate", "UTF-16", "brackets", "objects", "garbage", "spaces",
        "digits", "long string", "values", "exponent", "minus", "null", "control", "comment", "trailing",
    ])
    func aBadDocumentIsRefused(name: String) throws {
        let data = try #require(Self.document(name))
        let folder = try Self.workplace("")
        _ = try folder.write("graph.json", data)
        try Refusal.expect(Self.run, naming: "graph.json", in: folder)
        _ = try folder.write("machine.json", data)
        try Refusal.expect(["archs", "--show", "machine.json"], naming: "machine.json", in: folder)
    }

    @Test func fileNamesThatAreNoFiles() throws {
        let folder = try Self.workplace("{}")
        try FileManager.default.createDirectory(atPath: folder.path("folder.json"), withIntermediateDirectories: false)
        try FileManager.default.createSymbolicLink(atPath: folder.path("a.json"), withDestinationPath: "b.json")
        try FileManager.default.createSymbolicLink(atPath: folder.path("b.json"), withDestinationPath: "a.json")
        let long = String(repeating: "n", count: 5000) + ".json"
        for name in ["none.json", "folder.json", "a.json", "", "/dev/zero", "/dev/null", long, "graph.json/x.json"] {
            let shown = name.isEmpty ? "''" : name
            try Refusal.expect(["run", name, "--arch", "mac-int8"], naming: shown, in: folder)
            try Refusal.expect(["golden", name], naming: shown, in: folder)
            try Refusal.expect(["compile", name, "--arch", "mac-int8", "-o", "p.bin"], naming: shown, in: folder)
            try Refusal.expect(["exec", name, "--arch", "mac-int8"], naming: shown, in: folder)
            try Refusal.expect(["asm", name, "-o", "p.bin"], naming: shown, in: folder)
            try Refusal.expect(["archs", "--show", name], naming: shown, in: folder)
        }
    }

    @Test(arguments: [
        ("rows=0", "rows"), ("rows=-1", "rows"), ("row=4", "rows"), ("rows=9223372036854775807", "rows"),
        ("rows=1000000000", "values need"), ("rows=99999999999", "x"),
    ])
    func aBadBindingIsRefused(binding: String, naming: String) throws {
        let text = try String(contentsOfFile: Repository.path("examples/two-layers/graph.json"), encoding: .utf8)
        try Refusal.expect(Self.run + ["--bind", binding], naming: naming, in: Self.workplace(text))
    }
}
