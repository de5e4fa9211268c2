import Arch
import Compiler
import Diagnostics
import Graph
import Report
import Sim
import Testing
import Toolchain

@Suite struct CompareTests {
    static let machines = ["mac-int8", "lut-tc", "dsp-chain"]
    static let int8Tables = "examples/machines/lut-tc-int8-tables.json"

    static func comparison(_ example: Example, check: Bool = false) throws -> MachineComparison {
        let model = try example.model()
        let inputs = try Inputs(for: model.graph, seed: 3).tensors
        let run = ComparisonRun(bindings: example.bindings, evaluation: check ? .check(inputs) : .timing) { bindings in
            try Model(path: example.graph, bindings: bindings)
        }
        return MachineComparison(
            graph: model.graph.name, nodes: model.graph.nodes.map(\.name),
            entries: try machines.map { .init(machine: $0, outcome: try run.outcome(on: .make($0))) })
    }

    @Test(arguments: Example.withWeights)
    func figuresAreThoseOfSingleRuns(example: Example) throws {
        let json = try Self.comparison(example).json
        var first = 0.0
        for (index, name) in Self.machines.enumerated() {
            let job = try Job(example.model(), target: .make(name))
            let report = try job.report(job.time()).json
            let machine = try #require(json["machines"]?.items[index])
            for key in ["cycles", "clock_ps", "seconds", "macs", "utilization", "bytes"] {
                #expect(machine[key] == report[key], "\(name) \(key)")
            }
            let seconds = try #require(report["seconds"]?.number)
            if index == 0 { first = seconds }
            #expect(machine["ratio"]?.number == seconds / first)
            #expect(machine["stall"] == Self.stall(report))
        }
    }

    /// The greatest stall of the busier engine, computed from the report of a single run.
    private static func stall(_ report: JSONValue) -> JSONValue {
        let engines = report["units"]?.entries.filter { $0.key.hasPrefix("engine") } ?? []
        func busy(_ unit: JSONValue) -> Int { (unit["busy"]?.entries ?? []).reduce(0) { $0 + ($1.value.integer ?? 0) } }
        guard let engine = engines.sorted(by: { busy($0.value) > busy($1.value) }).first else { return .null }
        var worst: (cause: String, cycles: Int) = ("", 0)
        for (cause, cycles) in engine.value["stalls"]?.entries ?? [] where cause != "drained" {
            if let cycles = cycles.integer, cycles > worst.cycles { worst = (cause, cycles) }
        }
        return ["unit": .string(engine.key), "cause": .string(worst.cause), "cycles": .integer(worst.cycles)]
    }

    @Test(arguments: Example.withWeights)
    func layersOfEveryMachineSumToItsCycles(example: Example) throws {
        let json = try Self.comparison(example).json
        let layers = json["layers"]?.items ?? []
        for index in Self.machines.indices {
            let sum = layers.reduce(0) { $0 + ($1["cycles"]?.items[index].integer ?? 0) }
            #expect(sum == json["machines"]?.items[index]["cycles"]?.integer)
        }
        let names = layers.flatMap { $0["nodes"]?.items ?? [] }
        #expect(Set(names).count == names.count)
        // In the order of the graph.
        let order = try example.model().graph.nodes.map(\.name)
        let firsts = layers.compactMap { order.firstIndex(of: $0["nodes"]?.items.first?.string ?? "") }
        #expect(firsts == firsts.sorted() && firsts.count >= layers.count - 2)
    }

    @Test func nodesThatOneMachineFusesAreOneRow() throws {
        let model = try Example.withWeights[2].model()
        let target = try Target.make("mac-int8")
        let reports = try [true, false].map { fuses in
            let job = try Job(model, target: target, options: CompilerOptions(fuses: fuses))
            return try job.report(job.time())
        }
        let comparison = MachineComparison(
            graph: "g", nodes: model.graph.nodes.map(\.name),
            entries: zip(["fused", "apart"], reports).map { .init(machine: $0, outcome: .ran($1)) })
        let fused = reports[0].timing.rows.filter { !$0.nodes.isEmpty }
        let layers = (comparison.json["layers"]?.items ?? []).filter { $0["nodes"]?.items.first?.string?.first != "(" }
        #expect(layers.count == fused.count && fused.contains { $0.nodes.count > 1 })
        for (layer, row) in zip(layers, fused) {
            let names = row.nodes.map { reports[0].program.nodes[$0].name }
            #expect(Set(layer["nodes"]?.items.compactMap(\.string) ?? []) == Set(names))
            #expect(layer["cycles"]?.items[0].integer == row.cycles)
            let apart = reports[1].timing.rows.filter { row in
                row.nodes.contains { names.contains(reports[1].program.nodes[$0].name) }
            }
            #expect(layer["cycles"]?.items[1].integer == apart.reduce(0) { $0 + $1.cycles })
        }
    }

    @Test func checkedOutputsAreTheSameOnEveryMachine() throws {
        let comparison = try Self.comparison(Example.withWeights[3], check: true)
        let machines = comparison.json["machines"]?.items ?? []
        #expect(machines.count == 3 && machines.allSatisfy { $0["check"]?["equal"] == true })
        #expect(Set(machines.compactMap { $0["outputs"]?.items.first?["sha256"]?.string }).count == 1)
        #expect(!comparison.hasDifference)
    }

    @Test func aDifferenceIsSeen() throws {
        var comparison = try Self.comparison(Example.withWeights[6])
        guard case .ran(var report) = comparison.entries[1].outcome else { return #expect(Bool(false), "did not run") }
        report.accuracy = AccuracyRecord(examples: 4, correct: 3, referenceCorrect: 2, batch: 4)
        comparison.entries[1].outcome = .ran(report)
        #expect(comparison.hasDifference)
        report.accuracy = AccuracyRecord(examples: 4, correct: 3, referenceCorrect: 3, batch: 4)
        comparison.entries[1].outcome = .ran(report)
        #expect(!comparison.hasDifference)
        report.check = CheckRecord(
            outputs: 1, edges: 0, states: 0, onCore: 0,
            difference: .init(node: "n", tensor: "t", index: [0], expected: "1", got: "2", count: 1))
        comparison.entries[1].outcome = .ran(report)
        #expect(comparison.hasDifference)
    }

    @Test func aMachineThatCannotSaysWhyAndTheOthersRun() throws {
        let arguments = ["compare", "examples/gemm/w2f32.json", "--arch", "mac-int8,\(Self.int8Tables)", "--convert"]
        let text = try Accelsim.run(arguments)
        #expect(text.status == 0)
        #expect(text.output.contains("cannot run: 'y' (1)"))
        #expect(text.output.contains("no engine of machine 'mac-int8' multiplies f32 activations by int2 weights"))
        let json = try JSONValue.parse(Accelsim.run(arguments + ["--json", "-"]).output)
        #expect(json["machines"]?.items.map { $0["arch"]?.string } == ["lut-tc-int8-tables"])
        // The first machine that ran is what the others are measured by.
        #expect(json["machines"]?.items.first?["ratio"]?.number == 1)
        let refused = try #require(json["refused"]?.items.first)
        #expect(refused["arch"] == "mac-int8" && refused["reasons"]?.items.first?["node"] == "y")
        let schema = try JSONValue.parse(Repository.text("schemas/compare-1.schema.json"))
        #expect(SchemaCheck(schema).problems(json) == [])
    }

    @Test func jsonObeysItsSchema() throws {
        let schema = try JSONValue.parse(Repository.text("schemas/compare-1.schema.json"))
        #expect(try SchemaCheck(schema).problems(Self.comparison(Example.withWeights[5], check: true).json) == [])
    }

    /// examples/fashion-mnist/README.md: 60 of the 64 images.
    @Test func accuracyIsThatOfTheExampleOnEveryMachine() throws {
        let folder = "examples/fashion-mnist/"
        let result = try Accelsim.run([
            "compare", folder + "w8a8/graph.json", "--arch", Self.machines.joined(separator: ","), "--check", "--json",
            "-", "--data", folder + "images.npy", "--labels", folder + "labels.npy",
        ])
        #expect(result.status == 0)
        let json = try JSONValue.parse(result.output)
        for machine in json["machines"]?.items ?? [] {
            #expect(machine["accuracy"]?["correct"] == 60 && machine["accuracy"]?["reference_correct"] == 60)
            #expect(machine["check"]?["equal"] == true)
        }
        #expect(json["machines"]?.items.count == 3)
    }

    @Test(
        arguments: [
            (["--arch", "mac-int8,,lut-tc"], 64), (["--arch", "mac-int8,mac-int8"], 64), ([], 64),
            (["--arch", "mac-int8,lut-tc", "--data", "x.npy"], 64), (["--arch", "mac-int8", "--random-weights"], 64),
            (["--arch", "mac-int9,lut-tk"], 65), (["--arch", "mac-int8", "--check"], 65),
            (["--arch", "mac-int8,lut-tc"], 65), (["--arch", "mac-int8", "--input", "x=x.npy"], 64),
        ] as [([String], Int32)])
    func exitCodeSaysWhatHappened(arguments: [String], status: Int32) throws {
        let result = try Accelsim.run(["compare", "examples/gemm/w2f32.json"] + arguments)
        #expect(result.status == status, "\(arguments): \(result.errors)")
        #expect(result.output.isEmpty && !result.errors.isEmpty)
        // Each of several wrong machines is named.
        for name in ["mac-int9", "lut-tk"] where arguments.contains(where: { $0.contains(name) }) {
            #expect(result.errors.contains("'\(name)'"))
        }
    }

    /// Values from a file are checked on every machine; those that do not fit are refused before anything runs.
    @Test func inputsComeFromFilesAsInRun() throws {
        let arguments = ["compare", "examples/two-layers/graph.json", "--arch", "mac-int8,lut-tc", "--check", "--json", "-"]
        let given = try Accelsim.run(arguments + ["--input", "x=examples/two-layers/x.npy"])
        #expect(given.status == 0 && !given.errors.contains("drawn"))
        let run = try Accelsim.run([
            "run", "examples/two-layers/graph.json", "--arch", "mac-int8", "--input", "x=examples/two-layers/x.npy", "--json", "-",
        ])
        let expected = try JSONValue.parse(run.output)["outputs"]
        let machines = try #require(JSONValue.parse(given.output)["machines"]?.items)
        #expect(machines.count == 2 && machines.allSatisfy { $0["outputs"] == expected })
        #expect(try Accelsim.run(arguments).errors.contains("'x' drawn from seed"))
        let wrong = try Accelsim.run(arguments + ["--input", "y=examples/two-layers/x.npy"])
        #expect(wrong.status == 65 && wrong.output.isEmpty && wrong.errors.contains("'y'"))
    }
}
