import ArgumentParser
import Toolchain

struct Documents: ParsableCommand {
    enum Page: String, ExpressibleByArgument, CaseIterable { case isa }

    static let configuration = CommandConfiguration(
        commandName: "docs", abstract: "Print a page that is generated from the source.")

    @Argument var page: Page

    func run() {
        switch page {
        case .isa: Terminal.print(GeneratedText.isa)
        }
    }
}

struct Schema: ParsableCommand {
    enum Name: String, ExpressibleByArgument, CaseIterable { case graph, machine, report }

    static let configuration = CommandConfiguration(abstract: "Print the JSON Schema of a file format.")

    @Argument var name: Name

    func run() {
        switch name {
        case .graph: Terminal.print(GeneratedText.graphSchema)
        case .machine: Terminal.print(GeneratedText.machineSchema)
        case .report: Terminal.print(GeneratedText.reportSchema)
        }
    }
}
