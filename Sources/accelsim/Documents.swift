import ArgumentParser
import Toolchain

struct Documents: ParsableCommand {
    enum Page: String, ExpressibleByArgument, CaseIterable { case isa, matrix, verification }

    static let configuration = CommandConfiguration(
        commandName: "docs", abstract: "Print a page that is generated from the source.")

    @Argument var page: Page

    func run() throws {
        switch page {
        case .isa: Terminal.print(GeneratedText.isa)
        case .matrix: Terminal.print(try GeneratedText.matrix)
        case .verification:
            let page = try GeneratedText.verification()
            Terminal.print(page.text)
            if !page.stale.isEmpty {
                Terminal.say("not measured since they were changed: \(page.stale.joined(separator: ", ")); tools/rtl/regress.sh does that")
            }
        }
    }
}

struct Schema: ParsableCommand {
    enum Name: String, ExpressibleByArgument, CaseIterable { case graph, machine, report, compare, lengths, matrix, network }

    static let configuration = CommandConfiguration(abstract: "Print the JSON Schema of a file format.")

    @Argument var name: Name

    func run() {
        switch name {
        case .graph: Terminal.print(GeneratedText.graphSchema)
        case .machine: Terminal.print(GeneratedText.machineSchema)
        case .report: Terminal.print(GeneratedText.reportSchema)
        case .compare: Terminal.print(GeneratedText.compareSchema)
        case .lengths: Terminal.print(GeneratedText.lengthsSchema)
        case .matrix: Terminal.print(GeneratedText.matrixSchema)
        case .network: Terminal.print(GeneratedText.networkSchema)
        }
    }
}
