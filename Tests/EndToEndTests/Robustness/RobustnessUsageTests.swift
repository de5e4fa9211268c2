import Diagnostics
import Foundation
import Testing

/// Exit codes, suggestions, and what goes where.
@Suite struct RobustnessUsageTests {
    static let graph = Repository.path("examples/two-layers/graph.json")

    @Test(arguments: [
        ["run"], ["bogus"], ["run", graph], ["run", graph, "--arch", "mac-int8", "--bogus"], ["run", graph, "--arch"],
        ["run", graph, "--arch", "mac-int8", "--bind", "rows"], ["run", graph, "--arch", "mac-int8", "--bind", "rows=x"],
        ["run", graph, "--arch", "mac-int8", "--bind", "rows=1", "--bind", "rows=2"],
        ["run", graph, "--arch", "mac-int8", "--seed", "-1"], ["run", graph, "--arch", "mac-int8", "--threads", "0"],
        ["run", graph, "--arch", "mac-int8", "--tile-rows", "0"], ["run", graph, "--arch", "mac-int8", "--labels", "x.npy"],
        ["run", graph, "--arch", "mac-int8", "--input", "x"], ["run", graph, "--arch", "mac-int8", "--fuse", "maybe"],
        ["compile", graph, "--arch", "mac-int8"], ["asm"], ["asm", graph], ["schema", "nothing"], ["docs"],
        ["run", graph, "--arch", "mac-int8", "--timing-only", "--check"], ["run", graph, graph, "--arch", "mac-int8"],
    ])
    func wrongUsageExits64(arguments: [String]) throws {
        let run = try BoundedRun(arguments, in: TemporaryFolder())
        #expect(run.status == 64, "\(run.errors)")
        #expect(run.output.isEmpty && run.errors.contains("sage:"))
    }

    @Test func aMisspeltMachineIsSuggested() throws {
        for (name, meant) in [("mac-int7", "mac-int8"), ("lut-tv", "lut-tc"), ("lut-tc-tinny", "lut-tc-tiny")] {
            try Refusal.expect(["run", Self.graph, "--arch", name], naming: "did you mean '\(meant)'", in: TemporaryFolder())
        }
        try Refusal.expect(["run", Self.graph, "--arch", "quantum"], naming: "mac-int8-tiny", in: TemporaryFolder())
    }

    /// Each of these is found before anything is computed or written.
    @Test func outputsThatCannotBeWritten() throws {
        let folder = TemporaryFolder()
        _ = try folder.write("file", "")
        let run = ["run", Self.graph, "--arch", "mac-int8"]
        let compile = ["compile", Self.graph, "--arch", "mac-int8"]
        let cases: [([String], String)] = [
            (run + ["--outputs", "file"], "file"), (run + ["--outputs", "file/out"], "file/out"), (run + ["--outputs", ""], "''"),
            (run + ["--outputs", "out", "--json", "none/r.json"], "none/r.json"), (run + ["--outputs", "out", "--json", "."], "."),
            (run + ["--outputs", "out", "--json", ""], "''"), (run + ["--outputs", "/proc/none"], "/proc/none"),
            (compile + ["-o", "p.bin", "--asm", "none/p.asm"], "none/p.asm"), (compile + ["-o", "none/p.bin"], "none/p.bin"),
            (compile + ["-o", "file/p.bin"], "file/p.bin"), (["golden", Self.graph, "--outputs", "file"], "file"),
        ]
        for (arguments, name) in cases { try Refusal.expect(arguments, naming: name, in: folder) }
    }

    @Test func theReportMayLieInTheOutputFolder() throws {
        let folder = TemporaryFolder()
        let arguments = ["run", Self.graph, "--arch", "mac-int8", "--outputs", "out", "--json", "out/r.json"]
        #expect(try BoundedRun(arguments, in: folder).status == 0)
        #expect(Refusal.files(folder) == ["out", "out/r.json", "out/y.npy"])
    }

    @Test func aJSONReportIsAllThatIsPrinted() throws {
        let run = try BoundedRun(["run", Self.graph, "--arch", "mac-int8", "--check", "--json", "-"], in: TemporaryFolder())
        #expect(run.status == 0)
        #expect(throws: Never.self) { try JSONValue.parse(Array(run.output)) }
        #expect(run.errors.contains("note:"))
    }

    /// The shell's status of the first command: done, or ended by SIGPIPE (128 + 13); silent either way.
    @Test(arguments: ["schema graph", "docs isa", "run '\(graph)' --arch mac-int8 --json -"])
    func aClosedPipeIsSilent(command: String) throws {
        let executable = try #require(Accelsim.executable)
        let status = try Self.shell("{ '\(executable)' \(command) 2>errors; echo $? >status; } | true")
        let text = try status.text("status").trimmingCharacters(in: .whitespacesAndNewlines)
        #expect(["0", "141"].contains(text))
        let errors = try status.text("errors").split(separator: "\n").filter { !$0.hasPrefix("note:") }
        #expect(errors.isEmpty)
    }

    @Test func aFullStandardOutputIsAnError() throws {
        let executable = try #require(Accelsim.executable)
        let folder = try Self.shell("'\(executable)' schema graph >/dev/full 2>errors; echo $? >status")
        #expect(try folder.text("status") == "65\n")
        #expect(try folder.text("errors").contains("standard output"))
    }

    private static func shell(_ script: String) throws -> TemporaryFolder {
        let folder = TemporaryFolder()
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/bin/sh")
        process.arguments = ["-c", script]
        process.currentDirectoryURL = URL(fileURLWithPath: folder.path)
        try process.run()
        process.waitUntilExit()
        return folder
    }
}
