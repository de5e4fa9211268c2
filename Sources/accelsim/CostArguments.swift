import Arch
import ArgumentParser
import Cost
import Toolchain

struct CostArguments: ParsableArguments {
    @Option(name: .customLong("library"), help: ArgumentHelp(
        "Cell library whose costs are taken (\(LibraryCosts.names.joined(separator: ", "))), or a table as a .json file.",
        valueName: "name|file.json"))
    var costs = LibraryCosts.names[0]

    @Flag(help: "Say where each area and energy comes from.")
    var explain = false

    func library() throws -> LibraryCosts { try .load(costs) }
}
