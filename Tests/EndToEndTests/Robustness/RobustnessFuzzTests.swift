import Arch
import Diagnostics
import Foundation
import Graph
import Testing
import Toolchain

/// Seeded damage to every kind of file: it is refused with a diagnostic, or it was harmless.
@Suite struct RobustnessFuzzTests {
    enum Kind: CaseIterable { case graphBytes, graphTree, machine, weights, array, binary, assembly }

    struct Sample {
        var graph: String
        var weights: Data
        var input: (name: String, data: Data)
        var machine: String
        var program: Data
        var assembly: String
    }

    private static let names = ["mac-int8-tiny", "lut-tc-tiny"]

    private static func sample(_ example: String, _ machine: String) throws -> Sample {
        func data(_ name: String) throws -> Data {
            try Data(contentsOf: URL(fileURLWithPath: Repository.path("examples/\(example)/\(name)")))
        }
        let folder = TemporaryFolder()
        let graph = Repository.path("examples/\(example)/graph.json")
        let run = try BoundedRun(["compile", graph, "--arch", machine, "-o", "p.bin", "--asm", "p.asm"], in: folder)
        try #require(run.status == 0, "\(run.errors)")
        let show = try BoundedRun(["archs", "--show", machine], in: folder)
        return Sample(
            graph: String(decoding: try data("graph.json"), as: UTF8.self), weights: try data("weights.safetensors"),
            input: ("x", try data("x.npy")), machine: String(decoding: show.output, as: UTF8.self),
            program: try Data(contentsOf: URL(fileURLWithPath: folder.path("p.bin"))), assembly: try folder.text("p.asm"))
    }

    /// Writes the sample with one file damaged; returns the commands that meet it.
    private static func damage(
        _ sample: Sample, _ kind: Kind, machine: String, _ mutation: inout Mutation, in folder: TemporaryFolder
    ) throws -> [[String]] {
        var sample = sample
        var arch = machine
        var run = ["--input", "x=x.npy"]
        switch kind {
        case .graphBytes: sample.graph = String(decoding: mutation.bytes(Array(sample.graph.utf8)), as: UTF8.self)
        case .graphTree: sample.graph = mutation.json(try JSONValue.parse(sample.graph)).text()
        case .machine:
            sample.machine = mutation.json(try JSONValue.parse(sample.machine)).text()
            arch = "m.json"
        case .weights: sample.weights = Data(mutation.bytes(Array(sample.weights)))
        case .array: sample.input.data = Data(mutation.bytes(Array(sample.input.data)))
        case .binary:
            // Most of a program is its constants and code; damage the tables in front as often.
            let bytes = Array(sample.program)
            let front = mutation.below(2) == 0 ? min(bytes.count, 400) : bytes.count
            sample.program = Data(mutation.bytes(Array(bytes[..<front])) + bytes[front...])
        case .assembly: sample.assembly = mutation.number(in: sample.assembly)
        }
        _ = try folder.write("graph.json", sample.graph)
        _ = try folder.write("weights.safetensors", sample.weights)
        _ = try folder.write("x.npy", sample.input.data)
        _ = try folder.write("m.json", sample.machine)
        run += ["--outputs", "out", "--json", "out/r.json"]
        switch kind {
        case .binary:
            _ = try folder.write("p.bin", sample.program)
            return [["exec", "p.bin", "--arch", arch] + run]
        case .assembly:
            _ = try folder.write("p.asm", sample.assembly)
            return [["asm", "p.asm", "-o", "p.bin"], ["exec", "p.bin", "--arch", arch] + run]
        case .graphBytes, .graphTree, .machine, .weights, .array: return [["run", "graph.json", "--arch", arch] + run]
        }
    }

    @Test(arguments: Kind.allCases)
    func aDamagedFileThroughTheCommandLine(kind: Kind) throws {
        var mutation = Mutation(seed: UInt64(kind.order) &* 1001 + 5)
        var refused = 0
        for round in 0..<24 {
            let machine = Self.names[round % 2]
            let sample = try Self.sample(round % 4 < 2 ? "two-layers" : "llama-block-small/w2g64", machine)
            let folder = TemporaryFolder()
            let commands = try Self.damage(sample, kind, machine: machine, &mutation, in: folder)
            for command in commands {
                let status = try Refusal.expectNoCrash(command, in: folder, note: "\(kind) \(round)")
                if status != 0 {
                    refused += 1
                    break
                }
            }
        }
        #expect(refused > 5)
    }

    /// The same, many times, in this process: a trap anywhere ends the tests.
    @Test(arguments: Kind.allCases)
    func aDamagedFileThroughTheToolchain(kind: Kind) throws {
        var mutation = Mutation(seed: UInt64(kind.order) &* 7919 + 3)
        let samples = try Self.names.map { try Self.sample("two-layers", $0) }
        var refused = 0
        for round in 0..<400 {
            let folder = TemporaryFolder()
            let machine = Self.names[round % 2]
            _ = try Self.damage(samples[round % 2], kind, machine: machine, &mutation, in: folder)
            do { try Self.compute(kind, folder, machine) } catch {
                let problems = Diagnostics(any: error)
                let isNamed = !problems.isEmpty && !problems.description.contains("internal error")
                #expect(isNamed, "\(kind) \(round): \(problems)")
                refused += 1
            }
        }
        #expect(refused > 40)
    }

    private static func compute(_ kind: Kind, _ folder: TemporaryFolder, _ machine: String) throws {
        let target = try Target.make(kind == .machine ? folder.path("m.json") : machine)
        switch kind {
        case .binary, .assembly:
            if kind == .assembly {
                try ProgramFile.write(ProgramFile.readAssembly(folder.path("p.asm")), path: folder.path("p.bin"))
            }
            let loaded = try LoadedProgram(path: folder.path("p.bin"), target: target)
            _ = try loaded.time()
            _ = try loaded.compute(Inputs(for: loaded.interface, seed: 1).tensors)
        case .graphBytes, .graphTree, .machine, .weights, .array:
            let model = try Model(path: folder.path("graph.json"))
            try model.graph.checkHostMemory()
            let job = try Job(model, target: target)
            _ = try job.time()
            let inputs = try Inputs(for: model.graph, files: ["x": folder.path("x.npy")], seed: 1)
            _ = try job.compute(inputs.tensors)
        }
    }
}

extension RobustnessFuzzTests.Kind {
    /// For the seed: each kind has damage of its own.
    var order: Int { Self.allCases.firstIndex(of: self) ?? 0 }
}
