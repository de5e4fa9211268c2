import Diagnostics
import Foundation
import Graph
import Testing

@Suite struct CommandLineTests {
    static let twoLayers = "examples/two-layers/graph.json"

    @Test(
        arguments: [
            (["archs"], 0), (["formats"], 0), (["matrix"], 0), (["doctor"], 0), (["docs", "isa"], 0),
            (["docs", "matrix"], 0), (["matrix", "--engine", "mac"], 0), (["matrix", "--engine", "npu"], 65),
            (["compare", twoLayers, "--arch", "lut-tc,mac-int8", "--check"], 0),
            (["schema", "graph"], 0), (["--help"], 0), (["run", "--help"], 0),
            (["run", twoLayers, "--arch", "lut-tc", "--check"], 0),
            (["golden", twoLayers], 0),
            (["nonsense"], 64), (["run"], 64), (["run", twoLayers], 64),
            (["run", twoLayers, "--arch", "lut-tc", "--fuse", "maybe"], 64),
            (["run", twoLayers, "--arch", "lut-tc", "--bind", "x"], 64),
            (["run", twoLayers, "--arch", "lut-tc", "--tile-rows", "0"], 64),
            (["run", twoLayers, "--arch", "lut-tc", "--timing-only", "--check"], 64),
            (["run", twoLayers, "--arch", "lut-tc", "--data", "x.npy"], 64),
            (["compile", twoLayers, "--arch", "lut-tc"], 64),
            (["run", twoLayers, "--arch", "lut-tk"], 65), (["run", "no/such.json", "--arch", "lut-tc"], 65),
            (["run", twoLayers, "--arch", "lut-tc", "--bind", "nothing=3"], 65),
            (["run", twoLayers, "--arch", "lut-tc", "--input", "nothing=examples/two-layers/x.npy"], 65),
            (["run", "examples/gemm/w2.json", "--arch", "lut-tc", "--check"], 65),
            (["golden", "examples/gemm/w2.json"], 65),
        ] as [([String], Int32)])
    func exitCodeSaysWhatHappened(arguments: [String], status: Int32) throws {
        let result = try Accelsim.run(arguments)
        #expect(result.status == status, "\(arguments): \(result.errors)")
        // Data or a message, never silence, and never data of a run that failed.
        #expect(result.output.isEmpty == (status != 0))
        if status != 0 { #expect(!result.errors.isEmpty) }
    }

    @Test func aWrongGraphGetsAllItsErrors() throws {
        let folder = TemporaryFolder()
        let graph = try folder.write(
            "wrong.json",
            #"""
            {"schema": "accelsim-graph-1", "inputs": {"x": {"shape": [1, 4]}},
             "nodes": [{"name": "a", "op": "relu", "inputs": ["nothing"]},
                       {"name": "b", "op": "clip", "inputs": ["x"], "min": 2}],
             "outputs": ["c"]}
            """#)
        let result = try Accelsim.run(["run", graph, "--arch", "lut-tc"])
        #expect(result.status == 65)
        let lines = result.errors.split(separator: "\n")
        #expect(lines.count >= 2)
        #expect(lines.allSatisfy { $0.hasPrefix("error: \(graph): ") })
        #expect(result.errors.contains("'a'") && result.errors.contains("'b'"))
    }

    @Test func aRacyProgramIsExitCodeOne() throws {
        let folder = TemporaryFolder()
        let program = folder.path("p.bin")
        _ = try Accelsim.run(["compile", Self.twoLayers, "--arch", "lut-tc", "-o", program])
        // Without its tokens the program has races.
        let text = try Accelsim.run(["disasm", program]).output
        let racy = text.split(separator: "\n", omittingEmptySubsequences: false).map { line in
            line.replacing(/; (waits|signals).*@/, with: "@")
        }.joined(separator: "\n")
        #expect(racy != text)
        let assembly = try folder.write("racy.asm", racy)
        #expect(try Accelsim.run(["asm", assembly, "-o", folder.path("racy.bin")]).status == 0)
        #expect(try Accelsim.run(["order", folder.path("racy.bin"), "--arch", "lut-tc"]).status == 1)
        #expect(try Accelsim.run(["order", program, "--arch", "lut-tc"]).status == 0)
    }

    @Test(arguments: Example.withWeights, ["mac-int8", "lut-tc"])
    func assemblyOfADisassembledProgramIsTheProgram(example: Example, machine: String) throws {
        let folder = TemporaryFolder()
        let bindings = example.bindings.flatMap { ["--bind", "\($0.key)=\($0.value)"] }
        let compile = ["compile", example.graph, "--arch", machine, "-o", folder.path("p.bin")] + bindings
        #expect(try Accelsim.run(compile).status == 0)
        #expect(try Accelsim.run(["disasm", folder.path("p.bin"), "-o", folder.path("p.asm")]).status == 0)
        #expect(try Accelsim.run(["asm", folder.path("p.asm"), "-o", folder.path("q.bin")]).status == 0)
        let program = try Data(contentsOf: URL(fileURLWithPath: folder.path("p.bin")))
        #expect(try program == Data(contentsOf: URL(fileURLWithPath: folder.path("q.bin"))))
        #expect(!program.isEmpty)
    }

    @Test func aProgramFileComputesWhatTheGraphDoes() throws {
        let folder = TemporaryFolder()
        let input = "x=examples/two-layers/x.npy"
        let program = folder.path("p.bin")
        #expect(try Accelsim.run(["compile", Self.twoLayers, "--arch", "lut-tc", "-o", program]).status == 0)
        let run = ["run", Self.twoLayers, "--arch", "lut-tc", "--input", input, "--outputs", folder.path("a")]
        #expect(try Accelsim.run(run).status == 0)
        let exec = ["exec", program, "--arch", "lut-tc", "--input", input, "--outputs", folder.path("b")]
        #expect(try Accelsim.run(exec).status == 0)
        let y = try Npy.read(path: folder.path("a/y.npy"))
        #expect(try Npy.read(path: folder.path("b/y.npy")) == y)
        // examples/README.md, computed by hand.
        #expect(y.storage == .float32([0.5, 2.5, -2, 0, 0, 0, 5.5, 2, 3.5, 0.25, 7.5, -7.25]))
    }

    @Test func environmentChangesNothing() throws {
        let arguments = ["run", Self.twoLayers, "--arch", "lut-tc", "--check", "--json", "-"]
        let plain = try Accelsim.run(arguments)
        let loud = try Accelsim.run(
            arguments,
            environment: ["LANG": "de_DE.UTF-8", "LC_ALL": "tr_TR.UTF-8", "COLUMNS": "20", "TZ": "Asia/Tokyo"])
        #expect(plain.output == loud.output)
        #expect(try Accelsim.run(arguments + ["--threads", "1"]).output == plain.output)
        #expect(try JSONValue.parse(plain.output)["check"]?["equal"] == true)
    }

    @Test func tickByTickTakesTheSameCycles() throws {
        let arguments = ["run", Self.twoLayers, "--arch", "lut-tc-tiny", "--json", "-"]
        #expect(try Accelsim.run(arguments + ["--tick", "--structural"]).output == Accelsim.run(arguments).output)
    }
}
