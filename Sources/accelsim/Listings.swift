import Arch
import ArgumentParser
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

struct Formats: ParsableCommand {
    static let configuration = CommandConfiguration(abstract: "List the number formats.")

    func run() { Terminal.print(Listings.formats) }
}

struct Matrix: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Which engine multiplies which formats: native, with --convert, or not at all.")

    func run() { Terminal.print(Listings.matrix) }
}
