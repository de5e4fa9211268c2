import Foundation
import Testing

/// Bad safetensors, `.npy`, labels, and values that are bad only when they are used.
@Suite struct RobustnessDataTests {
    static func safetensors(_ header: String, data: Int = 44, length: UInt64? = nil) -> Data {
        var bytes = Data()
        withUnsafeBytes(of: (length ?? UInt64(header.utf8.count)).littleEndian) { bytes.append(contentsOf: $0) }
        return bytes + Data(header.utf8) + Data(count: data)
    }

    /// The three tensors of the example, with one of them written differently.
    static func header(_ weight: String, rest: String = "") -> String {
        #"{"differences.weight": \#(weight), "differences.bias": {"dtype": "I32", "shape": [4], "data_offsets": [16, 32]}, "#
            + #""sums.weight": {"dtype": "U8", "shape": [3, 4], "data_offsets": [32, 44]}\#(rest)}"#
    }

    static func tensor(_ type: String, _ shape: String, _ offsets: String) -> String {
        #"{"dtype": \#(type), "shape": \#(shape), "data_offsets": \#(offsets)}"#
    }

    static let weights: [(String, Data)] =
        [
            (#""F64""#, "[4, 4]", "[0, 16]"), (#""F32""#, "[4, 4]", "[0, 64]"), (#""U8""#, "[4, 4]", "[0, 16]"),
            (#""I16""#, "[4, 2]", "[0, 16]"), (#""X""#, "[4, 4]", "[0, 16]"), ("7", "[4, 4]", "[0, 16]"),
            (#""I8""#, "[4, 5]", "[0, 20]"), (#""I8""#, "[16]", "[0, 16]"), (#""I8""#, "[2, 8]", "[0, 16]"),
            (#""I8""#, "[4, -4]", "[0, 16]"), (#""I8""#, "[0, 4]", "[0, 0]"), (#""I8""#, "[4, 4]", "[0, 15]"),
            (#""I8""#, "[4, 4]", "[1, 17]"), (#""I8""#, "[4, 4]", "[16, 0]"), (#""I8""#, "[4, 4]", "[16, 32]"),
            (#""I8""#, "[4, 4]", "[44, 60]"), (#""I8""#, "[4, 4]", "[0]"), (#""I8""#, "[4, 4]", "[-16, 0]"),
            (#""I8""#, "[4, 4]", "[0, 18446744073709551615]"), (#""I8""#, "[4, 4]", "[9223372036854775807, 9223372036854775807]"),
            (#""I8""#, "[4294967296, 4294967296]", "[0, 16]"), (#""I8""#, "[9223372036854775807, 2]", "[0, 16]"),
            (#""I8""#, #""4x4""#, "[0, 16]"), (#""I8""#, "[4, 4.5]", "[0, 16]"), (#""I8""#, "null", "[0, 16]"),
        ].map { ("\($0) \($1) \($2)", safetensors(header(tensor($0, $1, $2)))) } + [
            ("empty", Data()), ("short", Data([1, 2, 3])), ("zero header", safetensors("")),
            ("huge header", safetensors("{}", length: .max)), ("large header", safetensors("{}", length: 1 << 40)),
            ("signed header", safetensors("{}", length: 1 << 63)), ("no tensors", safetensors("{}", data: 0)),
            ("array", safetensors("[]")), ("text", safetensors("hello")),
            ("nested", safetensors(String(repeating: "[", count: 100_000))),
            ("twice", safetensors(header(tensor(#""I8""#, "[4, 4]", "[0, 16]"), rest: #", "sums.weight": {}"#))),
                        ("not UTF-8", safetensors("{}").prefix(8) + Data([0xFF, 0xFE])),
                        ("garbage", Data(repeating: 0xA5, count: 1 << 20)),
        ]

    @Test(arguments: weights)
    func badWeightsAreRefused(name: String, data: Data) throws {
        let text = try String(contentsOfFile: Repository.path("examples/two-layers/graph.json"), encoding: .utf8)
        let folder = try RobustnessGraphTests.workplace(text)
        _ = try folder.write("weights.safetensors", data)
        try Refusal.expect(RobustnessGraphTests.run, naming: "weights.safetensors", in: folder)
    }

    /// Codes outside int4 and ternary.
    @Test(arguments: [(0, 8), (5, 0xF7), (32, 3), (43, 0xFF)])
    func aCodeOutsideItsCodecIsRefused(place: Int, value: Int) throws {
        let text = try String(contentsOfFile: Repository.path("examples/two-layers/graph.json"), encoding: .utf8)
        let folder = try RobustnessGraphTests.workplace(text)
        var data = Self.safetensors(Self.header(Self.tensor(#""I8""#, "[4, 4]", "[0, 16]")))
        data[data.count - 44 + place] = UInt8(value)
        _ = try folder.write("weights.safetensors", data)
        try Refusal.expect(RobustnessGraphTests.run, naming: "weights.safetensors", in: folder)
    }

    static func npy(_ header: String, data: Int = 64, version: UInt8 = 1) -> Data {
        let length = UInt16(header.utf8.count)
        return Data([0x93]) + Data("NUMPY".utf8) + Data([version, 0, UInt8(length & 255), UInt8(length >> 8)]) + Data(header.utf8)
            + Data(count: data)
    }

    static let arrays: [(String, Data)] =
        [
            ("'<f8'", "False", "(4, 4)"), ("'<i4'", "False", "(4, 4)"), ("'|i1'", "False", "(8, 8)"),
            ("'>f4'", "False", "(4, 4)"),
            ("'<f4'", "True", "(4, 4)"), ("'<f4'", "False", "(4, 5)"), ("'<f4'", "False", "(16,)"),
            ("'<f4'", "False", "()"),
            ("'<f4'", "False", "(-4, -4)"), ("'<f4'", "False", "(4294967296, 4294967296)"),
            ("'<f4'", "False", "(0, 4)"),
            ("'<f4'", "False", "(9223372036854775807, 4)"), ("'<f4'", "False", "(99999999999999999999999, 4)"),
            ("'<f4'", "False", "(4, 4"), ("'<f4'", "Maybe", "(4, 4)"), ("'|O'", "False", "(4, 4)"),
            ("[('a', '<f4')]", "False", "(4, 4)"),
        ].map { ("\($0) \($1) \($2)", npy("{'descr': \($0), 'fortran_order': \($1), 'shape': \($2), }")) } + [
            ("empty", Data()), ("magic", Data("NUMPY".utf8)), ("no header", npy("")),
            ("nested", npy(String(repeating: "(", count: 60_000))),
            ("short data", npy("{'descr': '<f4', 'fortran_order': False, 'shape': (4, 4), }", data: 63)),
            ("long data", npy("{'descr': '<f4', 'fortran_order': False, 'shape': (4, 4), }", data: 65)),
            ("version", npy("{'descr': '<f4', 'fortran_order': False, 'shape': (4, 4), }", version: 9)),
            ("huge header", Data([0x93]) + Data("NUMPY".utf8) + Data([2, 0, 255, 255, 255, 255])),
            ("garbage", Data(repeating: 0x93, count: 1 << 20)),
        ]

    @Test(arguments: arrays)
    func badInputsAreRefused(name: String, data: Data) throws {
        let text = try String(contentsOfFile: Repository.path("examples/two-layers/graph.json"), encoding: .utf8)
        let folder = try RobustnessGraphTests.workplace(text)
        _ = try folder.write("x.npy", data)
        // Big-endian and column-major arrays are good ones.
        if name.hasPrefix("'>f4'") || name.contains("True") {
            let run = try BoundedRun(RobustnessGraphTests.run + ["--input", "x=x.npy"], in: folder)
            #expect(run.status == 0 || run.status == 65, "\(run.errors)")
            return
        }
        try Refusal.expect(RobustnessGraphTests.run + ["--input", "x=x.npy"], naming: "x.npy", in: folder)
    }

    @Test func badTestSetsAreRefused() throws {
        let graph = Repository.path("examples/fashion-mnist/ternary/graph.json")
        let images = Repository.path("examples/fashion-mnist/images.npy")
        let labels = Repository.path("examples/fashion-mnist/labels.npy")
        let folder = TemporaryFolder()
        let files: [(String, Data)] = [
            ("float.npy", Self.npy("{'descr': '<f4', 'fortran_order': False, 'shape': (64,), }", data: 256)),
            ("few.npy", Self.npy("{'descr': '|u1', 'fortran_order': False, 'shape': (63,), }", data: 63)),
            ("table.npy", Self.npy("{'descr': '|u1', 'fortran_order': False, 'shape': (64, 1), }", data: 64)),
            ("none.npy", Self.npy("{'descr': '|u1', 'fortran_order': False, 'shape': (0,), }", data: 0)),
            ("empty.npy", Data()),
        ]
        for (name, data) in files {
            _ = try folder.write(name, data)
            let command = ["run", graph, "--arch", "mac-int8-tiny", "--json", "r.json"]
            try Refusal.expect(command + ["--data", images, "--labels", name], naming: name, in: folder)
            try Refusal.expect(command + ["--data", name, "--labels", labels], naming: "npy", in: folder)
        }
    }

    static func gather(_ index: Int32) -> (graph: String, indices: Data) {
        let graph = """
            {"schema": "accelsim-graph-1", "inputs": {"table": {"shape": [3, 4]}, "i": {"shape": [1], "encoding": "int32"}},
             "nodes": [{"name": "rows", "op": "gather", "inputs": ["table", "i"]}], "outputs": ["rows"]}
            """
        var bytes = npy("{'descr': '<i4', 'fortran_order': False, 'shape': (1,), }", data: 0)
        withUnsafeBytes(of: index.littleEndian) { bytes.append(contentsOf: $0) }
        return (graph, bytes)
    }

    @Test(arguments: [3, -1, 1000, Int32.max, Int32.min])
    func anIndexOutsideItsTableIsRefused(index: Int32) throws {
        let folder = TemporaryFolder()
        let (graph, indices) = Self.gather(index)
        _ = try folder.write("graph.json", graph)
        _ = try folder.write("i.npy", indices)
        let inputs = ["--input", "i=i.npy", "--outputs", "out"]
        for more in [[], ["--check"], ["--structural"]] {
            try Refusal.expect(["run", "graph.json", "--arch", "mac-int8-tiny"] + inputs + more, naming: "rows", in: folder)
        }
        try Refusal.expect(["golden", "graph.json"] + inputs, naming: "rows", in: folder)
    }

    @Test(arguments: [("past=64", "k.all"), ("capacity=7", "k.all"), ("past=9223372036854775800", "past")])
    func aStateTooSmallForItsAppendIsRefused(binding: String, naming: String) throws {
        let graph = Repository.path("examples/llama-block-small/w2g64/graph.json")
        try Refusal.expect(
            ["run", graph, "--arch", "lut-tc-tiny", "--bind", binding, "--outputs", "out"], naming: naming, in: TemporaryFolder())
    }

    /// int8 by int8 over K reaches 2^31 at K = 131072 (128 x 128 x K).
    @Test func anAccumulatorThatMayOverflowIsRefused() throws {
        let folder = TemporaryFolder()
        _ = try folder.write("graph.json", """
            {"schema": "accelsim-graph-1", "inputs": {"x": {"shape": [1, 140000], "encoding": {"codec": "int8", "scale": 1}},
             "w": {"shape": [140000, 4], "encoding": {"codec": "int8", "scale": 1}}},
             "nodes": [{"name": "long", "op": "matmul", "inputs": ["x", "w"]}], "outputs": ["long"]}
            """)
        try Refusal.expect(
            ["run", "graph.json", "--arch", "mac-int8", "--outputs", "out"], naming: "long", in: folder)
    }

    @Test func aCycleIsRefused() throws {
        let folder = TemporaryFolder()
        let nodes = (0..<50).map { #"{"name": "n\#($0)", "op": "relu", "inputs": ["n\#(($0 + 1) % 50)"]}"# }
        _ = try folder.write("graph.json", """
            {"schema": "accelsim-graph-1", "inputs": {"x": {"shape": [4]}}, "nodes": [\(nodes.joined(separator: ","))], "outputs": ["n0"]}
            """)
        try Refusal.expect(["run", "graph.json", "--arch", "mac-int8"], naming: "n0", in: folder)
    }

    /// A row of softmax must lie in the scratchpad as a whole.
    @Test func aRowWiderThanTheScratchpadIsRefused() throws {
        let folder = TemporaryFolder()
        _ = try folder.write("graph.json", """
            {"schema": "accelsim-graph-1", "inputs": {"x": {"shape": [2, 1000000]}},
             "nodes": [{"name": "wide", "op": "softmax", "inputs": ["x"]}], "outputs": ["wide"]}
            """)
        try Refusal.expect(["run", "graph.json", "--arch", "mac-int8-tiny", "--outputs", "out"], naming: "wide", in: folder)
    }
}
