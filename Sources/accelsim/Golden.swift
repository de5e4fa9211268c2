import ArgumentParser
import Diagnostics
import Report
import Toolchain

struct Golden: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Compute a graph with the reference evaluator, without any machine.")

    @OptionGroup var graph: GraphArguments
    @OptionGroup var inputs: InputArguments
    @OptionGroup var destination: OutputArguments

    func run() throws {
        try destination.checkOutputs()
        let model = try graph.load()
        guard model.constants != nil else { throw Diagnostics(model.missingValues) }
        let outputs = try model.evaluate(try inputs.load(model.graph, seed: graph.seed))
        try destination.write(outputs)
        Terminal.print(OutputListing.text(outputs, graph: model.graph))
    }
}
