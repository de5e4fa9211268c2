import ArgumentParser
import Diagnostics
import Graph
import Toolchain

/// Values of the graph's inputs.
struct InputArguments: ParsableArguments {
    @Option(
        name: .customLong("input"),
        help: ArgumentHelp("Values of an input. Inputs left out are drawn from the seed.", valueName: "name=file.npy"))
    var files: [NamedFile] = []

    func validate() throws {
        for (index, file) in files.enumerated() where files[..<index].contains(where: { $0.name == file.name }) {
            throw ValidationError("Input '\(file.name)' is given twice.")
        }
    }

    func load(_ graph: Graph, seed: UInt64) throws -> [String: Tensor] {
        let paths = Dictionary(files.map { ($0.name, $0.path) }, uniquingKeysWith: { $1 })
        let inputs = try Inputs(for: graph, files: paths, seed: seed)
        if !inputs.drawn.isEmpty {
            let names = inputs.drawn.map { "'\($0)'" }.joined(separator: ", ")
            Terminal.say("note: \(names) drawn from seed \(seed)")
        }
        return inputs.tensors
    }
}
