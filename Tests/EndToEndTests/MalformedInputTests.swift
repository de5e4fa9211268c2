import Formats
import Foundation
import Graph
import Testing

/// Whatever is wrong with a file: exit 65, a diagnostic that names it, and nothing written.
@Suite struct MalformedInputTests {
    private static func expectRefused(_ arguments: [String], naming text: String, folder: TemporaryFolder) throws {
        let before = folder.files
        let result = try Accelsim.run(arguments)
        #expect(result.status == 65, "\(arguments): \(result.errors)")
        #expect(result.errors.contains(text), "\(result.errors)")
        #expect(result.output.isEmpty)
        #expect(folder.files == before)
    }

    @Test(arguments: [
        "", "{", "null", "[]", "{}", #"{"schema": "accelsim-graph-9"}"#,
        #"{"schema": "accelsim-graph-1", "inputs": {"x": {"shape": [0]}}, "nodes": [], "outputs": ["x"]}"#,
        #"{"schema": "accelsim-graph-1", "inputs": {"x": {"shape": [99999999999999]}}, "nodes": [], "outputs": ["x"]}"#,
        #"{"schema": "accelsim-graph-1", "inputs": {"x": {"shape": ["n"]}}, "nodes": [], "outputs": ["x"]}"#,
        #"{"schema": "accelsim-graph-1", "weights": "none.safetensors", "inputs": {"x": {"shape": [1]}}, "nodes": [{"name": "y", "op": "relu", "inputs": ["x"]}], "outputs": ["y"]}"#,
    ])
    func graph(text: String) throws {
        let folder = TemporaryFolder()
        let path = try folder.write("graph.json", text)
        let outputs = ["--outputs", folder.path("out"), "--json", folder.path("report.json")]
        try Self.expectRefused(["run", path, "--arch", "mac-int8"] + outputs, naming: folder.path, folder: folder)
    }

    @Test(arguments: [
        ("clock_ps", "0"), ("clock_ps", "\"fast\""), ("clock_ps", "1e400"), ("engines", "[]"),
        ("engines", #"[{"kind": "nonsense"}]"#), ("engines", #"[{"kind": "mac", "parameters": {"rows": 0}}]"#),
        ("engines", #"[{"kind": "mac", "parameters": {"speed": 3}}]"#), ("memory", "{}"), ("scratchpads", "7"),
        ("vector", "null"), ("schema", "\"accelsim-machine-2\""), ("colour", "\"red\""),
    ])
    func machine(field: String, value: String) throws {
        let folder = TemporaryFolder()
        var machine = try Accelsim.run(["archs", "--show", "mac-int8-tiny"]).output
        let entry = try Regex(#""\#(field)": (\{[^}]*\}|\[[^\]]*\]|[^,]*)(?=,?\n)"#)
        if machine.contains(entry) {
            machine = machine.replacing(entry, with: "\"\(field)\": \(value)", maxReplacements: 1)
        } else {
            machine = machine.replacing("{", with: "{\"\(field)\": \(value),", maxReplacements: 1)
        }
        let path = try folder.write("machine.json", machine)
        try Self.expectRefused(
            ["run", "examples/two-layers/graph.json", "--arch", path, "--json", folder.path("r.json")], naming: path,
            folder: folder)
    }

    static let arrays: [(String, Data)] = {
        let good = Npy.data(Tensor(shape: [4, 4], storage: .float32(Array(repeating: 1, count: 16))))
        return [
            ("empty", Data()), ("magic", Data("\u{1}NUMPY".utf8)), ("cut", good.dropLast()), ("long", good + Data([0])),
            ("header", good.prefix(64)), ("start", good.prefix(9)),
            ("shape", Npy.data(Tensor(shape: [2, 8], storage: .float32(Array(repeating: 1, count: 16))))),
            ("type", Npy.data(Tensor(shape: [4, 4], storage: .int8(Array(repeating: 1, count: 16))))),
        ]
    }()

    @Test(arguments: arrays)
    func array(name: String, data: Data) throws {
        let folder = TemporaryFolder()
        let path = try folder.write(name + ".npy", data)
        let arguments = ["run", "examples/two-layers/graph.json", "--arch", "mac-int8", "--input", "x=\(path)"]
        try Self.expectRefused(arguments + ["--outputs", folder.path("out")], naming: path, folder: folder)
    }

    @Test func everyPrefixOfAProgramIsRefused() throws {
        let folder = TemporaryFolder()
        let whole = folder.path("p.bin")
        let compiled = try Accelsim.run(
            ["compile", "examples/two-layers/graph.json", "--arch", "mac-int8", "-o", whole])
        #expect(compiled.status == 0)
        let bytes = try Data(contentsOf: URL(fileURLWithPath: whole))
        for part in stride(from: 0, to: bytes.count, by: bytes.count / 12 + 1) {
            let path = try folder.write("cut.bin", bytes.prefix(part))
            try Self.expectRefused(
                ["exec", path, "--arch", "mac-int8", "--outputs", folder.path("out")], naming: path, folder: folder)
        }
    }

    /// A changed byte may leave a program that still means something; it must not end the process in any other way.
    @Test func changedProgramsNeverCrash() throws {
        let folder = TemporaryFolder()
        let whole = folder.path("p.bin")
        _ = try Accelsim.run(["compile", "examples/two-layers/graph.json", "--arch", "mac-int8", "-o", whole])
        let bytes = try Data(contentsOf: URL(fileURLWithPath: whole))
        var random = SplitMix64(seed: 11)
        for _ in 0..<40 {
            var changed = bytes
            let place = Int(random.next() % UInt64(bytes.count))
            changed[place] ^= UInt8(1 << (random.next() % 8))
            let path = try folder.write("changed.bin", changed)
            let result = try Accelsim.run(["exec", path, "--arch", "mac-int8"])
            #expect([0, 65].contains(result.status), "byte \(place): \(result.status) \(result.errors)")
            if result.status == 65 { #expect(result.output.isEmpty && result.errors.contains("error:")) }
        }
    }

    @Test(arguments: ["", "nonsense", ".graph \"g\"\n", ".machine"])
    func assembly(text: String) throws {
        let folder = TemporaryFolder()
        let path = try folder.write("p.asm", text)
        try Self.expectRefused(["asm", path, "-o", folder.path("p.bin")], naming: path, folder: folder)
    }
}
