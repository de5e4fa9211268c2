import Arch
import ArgumentParser
import Diagnostics
import Toolchain

struct Machines: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "archs", abstract: "List the machines that have a name.")

    @Option(help: ArgumentHelp("Print the machine file of this preset or file.", valueName: "name|file"))
    var show: String?

    func run() throws {
        if let show {
            Terminal.print(try Target.make(show).machine.json.text())
        } else {
            Terminal.print(Listings.machines)
        }
    }
}

struct Models: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "List the networks that are known by their shapes: run them as preset:NAME.")

    func run() { Terminal.print(Listings.models) }
}

struct Formats: ParsableCommand {
    static let configuration = CommandConfiguration(abstract: "List the number formats.")

    func run() { Terminal.print(Listings.formats) }
}

struct Matrix: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Which engine multiplies which formats: native, via a conversion, or not at all and why.")

    @Option(help: "One engine of the catalogue.")
    var engine: String?

    @Option(help: ArgumentHelp("Write JSON; - is standard output, instead of the tables.", valueName: "file|-"))
    var json: String?

    func run() throws {
        let matrix = try SupportMatrix(kind: engine)
        if json == "-" { return Terminal.print(matrix.json.text()) }
        if let json { try OutputFile.write(matrix.json.text(), path: json) }
        Terminal.print(matrix.text)
    }
}
