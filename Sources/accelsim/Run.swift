import Arch
import ArgumentParser
import Cost
import Diagnostics
import Graph
import Report
import Sim
import Toolchain

struct Run: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Compile, compute and time a graph; prints a table per layer.",
        discussion: "A graph without weights is only timed, unless --random-weights makes values up.")

    @OptionGroup var graph: GraphArguments
    @OptionGroup var open: BucketArguments
    @OptionGroup var parameters: ParameterArguments
    @OptionGroup var machine: MachineArguments
    @OptionGroup var inputs: InputArguments
    @OptionGroup var destination: OutputArguments
    @OptionGroup var compiler: CompilerArguments
    @OptionGroup var execution: ExecutionArguments
    @OptionGroup var network: NetworkArguments
    @OptionGroup var generation: GenerationArguments
    @OptionGroup var costs: CostArguments

    @Flag(help: "Say what the machine takes of an UltraScale+ device, too.")
    var fpga = false

    @Flag(help: "Compare every bit with the reference evaluator.")
    var check = false

    @Option(help: ArgumentHelp("Write one .npy file per tensor that a node yields.", valueName: "directory"))
    var layerOutputs: String?

    @Flag(help: "Compute no values.")
    var timingOnly = false

    @Option(help: ArgumentHelp("Examples of a test set, along the first axis.", valueName: "file.npy"))
    var data: String?

    @Option(help: ArgumentHelp("The class of each example.", valueName: "file.npy"))
    var labels: String?

    @Option(
        help: ArgumentHelp("Write the report as JSON; - is standard output, instead of the table.", valueName: "file|-")
    )
    var json: String?

    func validate() throws {
        if (data == nil) != (labels == nil) { throw ValidationError("--data and --labels go together.") }
        if data != nil, open.bucket != nil || !parameters.settings.isEmpty {
            throw ValidationError("--data takes no --bucket and no --set.")
        }
        try network.validate(beside: self)
        try generation.validate(beside: self)
        if timingOnly, check || data != nil || destination.directory != nil || !inputs.files.isEmpty || graph.randomWeights {
            throw ValidationError("--timing-only computes no values: leave out what asks for them.")
        }
        if layerOutputs != nil, timingOnly || data != nil {
            throw ValidationError("--layer-outputs wants the values of one run, without --timing-only and --data.")
        }
        if data != nil, destination.directory != nil || !inputs.files.isEmpty {
            throw ValidationError("--data takes the place of --input and --outputs.")
        }
    }

    func run() throws {
        let target = try Target.make(machine.arch)
        if let whole = try network.run(graph) {
            return try publish(whole.run(on: target, options: compiler.options, MachineCost(target, library: costs.library())))
        }
        let tokenizer = try generation.tokenizer(graph)
        if let generation = try generation.generation(self, target, tokenizer) { return try generate(generation, tokenizer) }
        try destination.checkOutputs(json: json)
        if let layerOutputs { try OutputFiles.check(directory: layerOutputs) }
        if let data, let labels {
            try classify(LabelledData(examplesPath: data, labelsPath: labels), target)
        } else {
            let model = try graph.open().load(graph.symbols, bucket: open.lengths)
            if !timingOnly, model.constants != nil {
                do { try model.graph.checkHostMemory() } catch { throw error.inFile(model.path) }
            }
            let job = try Job(model, target: target, options: compiler.options)
            try runOnce(job.setting(parameters.values))
        }
    }

    private func runOnce(_ job: Job) throws {
        let timing = try job.time(execution.tick ? .tick : .event)
        guard job.model.constants != nil, !timingOnly else {
            if check || destination.directory != nil || layerOutputs != nil || !inputs.files.isEmpty { throw Diagnostics(job.model.missingValues) }
            if !timingOnly { Terminal.say("note: the graph has no weights, so it is only timed") }
            return try publish(job.report(timing, conversions: job.conversions(.nothing)))
        }
        let values = try inputs.load(job.model.graph, seed: graph.seed)
        let outputs = try job.compute(values, execution.execution)
        let record = check ? try job.check(values, outputs: outputs, execution.execution) : nil
        try destination.write(outputs)
        if let layerOutputs { try OutputFiles.write(job.edges(values, execution.execution), directory: layerOutputs) }
        let conversions = try job.conversions(check ? .everything(values) : .constants)
        try publish(job.report(timing, outputs: outputs, check: record, conversions: conversions))
    }

    private func classify(_ examples: LabelledData, _ target: Target) throws {
        let source = try graph.open()
        let classifier = try Classifier(
            examples, bindings: graph.symbols, batchSymbol: source.batchSymbol(), target: target,
            options: compiler.options, load: { try source.load($0) })
        let timing = try classifier.job.time(execution.tick ? .tick : .event)
        let progress = Progress(of: (check ? 2 : 1) * examples.count, "examples")
        let accuracy = try classifier.run(execution.execution, reference: check) { progress.finished($0) }
        // With --check the first batch is compared bit for bit as well.
        try publish(classifier.job.report(
            timing, check: check ? classifier.checkFirstBatch(execution.execution) : nil, accuracy: accuracy,
            conversions: classifier.job.conversions()))
    }

    private func generate(_ generation: Generation, _ tokenizer: TextTokenizer?) throws {
        let progress = Progress(of: generation.count, "tokens")
        var report = try generation.run(network: graph.graph, execution.execution) { _ in
            progress.finished()
        } isEnd: { tokenizer?.isEnd($0) ?? false }
        progress.end()
        report.completion = tokenizer?.decode(report.tokens)
        try publish(report)
    }

    private func publish(_ report: NetworkReport) throws {
        try publish(report.json, costs.explain ? report.text + "\n" + report.explanation : report.text)
    }

    private func publish(_ document: JSONValue, _ text: String) throws {
        switch json {
        case "-": Terminal.print(document.text())
        case let path?:
            try OutputFile.write(document.text(), path: path)
            Terminal.print(text)
        case nil: Terminal.print(text)
        }
    }

    private func publish(_ plain: RunReport) throws {
        var report = plain
        report.cost = try MachineCost(report.target, library: costs.library())
        if fpga { report.cost?.fpga = try FPGAMachineCost(report.target, in: .load()) }
        try publish(report.json, costs.explain ? report.text + "\n" + report.explanation : report.text)
        if report.hasDifference { throw ExitCode.checkFailed }
    }
}
