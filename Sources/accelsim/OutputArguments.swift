import ArgumentParser
import Diagnostics
import Graph
import Toolchain

/// Where the graph's outputs go.
struct OutputArguments: ParsableArguments {
    @Option(name: .customLong("outputs"), help: ArgumentHelp("Write one .npy file per output.", valueName: "directory"))
    var directory: String?

    /// Before anything is computed: what could not be written in the end.
    func checkOutputs(json: String? = nil) throws {
        if let directory { try OutputFiles.check(directory: directory) }
        if let json, json != "-" { try OutputFile.check(path: json, made: directory) }
    }

    func write(_ outputs: [String: Tensor]) throws {
        if let directory { try OutputFiles.write(outputs, directory: directory) }
    }
}
