import Arch
import ArgumentParser
import Diagnostics
import Foundation
import Report
import Sim
import Toolchain

struct Execute: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "exec", abstract: "Compute and time a program file.")

    @Argument(help: "Program file.")
    var program: String

    @OptionGroup var machine: MachineArguments
    @OptionGroup var inputs: InputArguments
    @OptionGroup var destination: OutputArguments
    @OptionGroup var parameters: ParameterArguments
    @OptionGroup var execution: ExecutionArguments

    @Option(help: "Seed of inputs that are drawn.")
    var seed: UInt64 = 0

    @Option(help: ArgumentHelp("Write all of DRAM as it is after the run.", valueName: "file"))
    var memory: String?

    @Flag(help: "Compute no values.")
    var timingOnly = false

    @Option(
        help: ArgumentHelp("Write the report as JSON; - is standard output, instead of the table.", valueName: "file|-")
    )
    var json: String?

    func validate() throws {
        if timingOnly, memory != nil { throw ValidationError("--timing-only computes no values: leave out --memory.") }
    }

    func run() throws {
        let target = try Target.make(machine.arch)
        try destination.checkOutputs(json: json)
        if let memory { try OutputFile.check(path: memory) }
        let loaded = try LoadedProgram(path: program, target: target, setting: parameters.values)
        let timing = try loaded.time(execution.tick ? .tick : .event)
        var report = RunReport(program: loaded.program, target: target, timing: timing)
        if !timingOnly {
            let values = try inputs.load(loaded.interface, seed: seed)
            let model = try loaded.model()
            let outputs = try loaded.compute(values, execution.execution, on: model)
            try destination.write(outputs)
            if let memory { try OutputFile.write(Data(try loaded.memory(of: model)), path: memory) }
            report.outputs = OutputListing.records(outputs, graph: loaded.interface)
        }
        if json == "-" { return Terminal.print(report.json.text()) }
        if let json { try OutputFile.write(report.json.text(), path: json) }
        Terminal.print(report.text)
    }
}
