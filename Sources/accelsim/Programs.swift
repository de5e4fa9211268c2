import Arch
import ArgumentParser
import Diagnostics
import Report
import Toolchain

struct Disassemble: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "disasm", abstract: "Print a program file as assembly.")

    @Argument(help: "Program file.")
    var program: String

    @Option(name: [.customShort("o"), .customLong("output")], help: "Write there instead of standard output.")
    var output: String?

    func run() throws {
        let text = try ProgramFile.read(program).assembly
        if let output { try OutputFile.write(text, path: output) } else { Terminal.print(text) }
    }
}

struct Assemble: ParsableCommand {
    static let configuration = CommandConfiguration(commandName: "asm", abstract: "Turn assembly into a program file.")

    @Argument(help: "Assembly file.")
    var assembly: String

    @Option(name: [.customShort("o"), .customLong("output")], help: "Program file to write.")
    var output: String

    func run() throws { try ProgramFile.write(try ProgramFile.readAssembly(assembly), path: output) }
}

struct Order: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Prove that a program orders all conflicting accesses, and that no token is missing or left over.")

    @Argument(help: "Program file.")
    var program: String

    @OptionGroup var machine: MachineArguments
    @OptionGroup var parameters: ParameterArguments

    func run() throws {
        let target = try Target.make(machine.arch)
        let program = try ProgramFile.read(program, target: target, setting: parameters.values)
        try Self.report(ProgramFile.conflicts(program, target))
    }

    static func report(_ conflicts: [Diagnostic]) throws {
        guard conflicts.isEmpty else {
            Terminal.print(conflicts.map { "order: \($0)\n" }.joined())
            throw ExitCode.checkFailed
        }
        Terminal.print("order: all conflicting accesses are ordered, no token is missing or left over\n")
    }
}
