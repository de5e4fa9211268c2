import Arch
import ArgumentParser
import Cost
import Diagnostics
import Report
import Toolchain

struct Compare: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Run one graph on several machines, side by side.",
        discussion: """
            Times the graph on each machine; --check and --data compute values too. A machine that cannot run the graph has a row that \
            says why; when none can, that is an error.
            """)

    @OptionGroup var graph: GraphArguments
    @OptionGroup var compiler: CompilerArguments
    @OptionGroup var execution: ExecutionArguments
    @OptionGroup var inputs: InputArguments

    @Option(help: ArgumentHelp("Presets (accelsim archs) or machine files, with commas between them.", valueName: "a,b,..."))
    var arch: String

    @OptionGroup var costs: CostArguments

    @Option(help: ArgumentHelp(
        "Size each machine's first engine so that its datapath takes no more than the first machine's.",
        discussion: """
            The datapath is engines and table builders. area is theirs; power is what they take when all of them work at their peak: \
            clocks, the product that switches most, leakage. Both are of --library, whatever the graph is.
            """))
    var iso: EqualDatapath.Measure?

    @Flag(help: "Compare every bit with the reference evaluator (with --data: for the first batch).")
    var check = false

    @Option(help: ArgumentHelp("Examples of a test set, along the first axis.", valueName: "file.npy"))
    var data: String?

    @Option(help: ArgumentHelp("The class of each example.", valueName: "file.npy"))
    var labels: String?

    @Option(help: ArgumentHelp("Write JSON; - is standard output, instead of the tables.", valueName: "file|-"))
    var json: String?

    private var names: [String] { arch.split(separator: ",", omittingEmptySubsequences: false).map(String.init) }

    func validate() throws {
        if (data == nil) != (labels == nil) { throw ValidationError("--data and --labels go together.") }
        if names.contains("") { throw ValidationError("--arch wants names with commas between them: A,B,C.") }
        for (index, name) in names.enumerated() where names[..<index].contains(name) {
            throw ValidationError("Machine '\(name)' is given twice.")
        }
        if !inputs.files.isEmpty, !check || data != nil {
            throw ValidationError("--input is for --check; --data takes its place.")
        }
        if graph.randomWeights, !check, data == nil {
            throw ValidationError("--random-weights are for --check and --data; without them only time is computed.")
        }
    }

    func run() throws {
        if let json, json != "-" { try OutputFile.check(path: json) }
        let library = try costs.library()
        let targets = try equal(machines(), library)
        let source = try graph.open()
        let model = try source.load(graph.symbols)
        let run = ComparisonRun(
            bindings: graph.symbols, options: compiler.options, evaluation: try evaluation(model, source),
            how: execution.execution, mode: execution.tick ? .tick : .event
        ) { try source.load($0) }
        let entries = try targets.map { name, target in
            Terminal.progress("\(name) ...")
            var outcome = try run.outcome(on: target)
            if case .ran(var report) = outcome {
                report.cost = MachineCost(target, library: library)
                outcome = .ran(report)
            }
            return MachineComparison.Entry(machine: name, outcome: outcome)
        }
        try publish(
            MachineComparison(graph: model.graph.name, nodes: model.graph.nodes.map(\.name), entries: entries))
    }

    /// Every machine with what it is called in the tables; what is wrong with any of them is reported at once.
    private func machines() throws -> [(name: String, target: Target)] {
        var problems = Diagnostics()
        var targets: [(argument: String, target: Target)] = []
        for name in names {
            do throws(Diagnostics) { targets.append((name, try .make(name))) } catch {
                problems.report(contentsOf: error)
            }
        }
        try problems.throwIfAny()
        return targets.map { argument, target in
            let isUnique = targets.count { $0.target.machine.name == target.machine.name } == 1
            return (isUnique ? target.machine.name : argument, target)
        }
    }

    private func equal(
        _ machines: [(name: String, target: Target)], _ library: LibraryCosts
    ) throws -> [(name: String, target: Target)] {
        guard let iso, let first = machines.first else { return machines }
        let equal = try EqualDatapath(iso, of: first.target, library: library)
        return try machines.map { name, target in
            let sized = try equal.sized(target)
            if try equal.isExceeded(by: sized) {
                Terminal.say("note: '\(name)' takes more \(iso.rawValue) than '\(first.name)' with the smallest first engine, too")
            }
            return (name, sized)
        }
    }

    private func evaluation(_ model: Model, _ source: ModelSource) throws -> ComparisonRun.Evaluation {
        if let data, let labels {
            return .accuracy(
                try LabelledData(examplesPath: data, labelsPath: labels),
                batchSymbol: try source.batchSymbol(), check: check)
        }
        guard check else { return .timing }
        guard model.constants != nil else { throw Diagnostics(model.missingValues) }
        return .check(try inputs.load(model.graph, seed: graph.seed))
    }

    private func publish(_ comparison: MachineComparison) throws {
        guard !comparison.runs.isEmpty else {
            throw Diagnostics(comparison.refusals.flatMap { machine, reasons in
                reasons.all.map { reason in
                    var reason = reason
                    reason.message = "on \(machine): " + reason.message
                    return reason
                }
            })
        }
        if let json, json != "-" { try OutputFile.write(comparison.json.text(), path: json) }
        Terminal.print(json == "-" ? comparison.json.text() : comparison.text + (costs.explain ? "\n" + comparison.explanation : ""))
        if comparison.hasDifference { throw ExitCode.checkFailed }
    }
}

extension EqualDatapath.Measure: ExpressibleByArgument {}
