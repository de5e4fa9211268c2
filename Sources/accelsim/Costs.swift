import Arch
import ArgumentParser
import Cost
import Diagnostics
import Report
import Toolchain

struct Costs: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "cost", abstract: "Print what a machine costs, or one multiply-accumulate.",
        discussion: """
            Figures come from synthesising the same RTL that is held equal to the simulator; each says whether it was synthesised, composed \
            of smaller sizes, estimated from its parts or modelled.
            """)

    enum Technology: String, ExpressibleByArgument, CaseIterable { case asic, fpga }

    @Option(help: ArgumentHelp("Preset (accelsim archs) or machine file.", valueName: "name|file"))
    var arch: String?

    @Option(help: ArgumentHelp("One multiply-accumulate of these formats.", valueName: "w=format,a=format"))
    var mac: FormatPair?

    @Option(help: "Cells of a library, or primitives of UltraScale+ devices (with --mac).")
    var target = Technology.asic

    @OptionGroup var costs: CostArguments

    @Option(help: ArgumentHelp("Write JSON of a machine's costs; - is standard output, instead of the tables.", valueName: "file|-"))
    var json: String?

    func validate() throws {
        guard (arch == nil) != (mac == nil) else { throw ValidationError("One of --arch and --mac is wanted.") }
        if mac == nil, target == .fpga { throw ValidationError("--target fpga is for --mac.") }
        if mac != nil, json != nil { throw ValidationError("--json is for --arch.") }
    }

    func run() throws {
        if let arch { return try machine(.make(arch)) }
        if let mac { try operation(MultiplyAccumulate(weights: mac.weights, activations: mac.activations)) }
    }

    private func machine(_ target: Target) throws {
        let report = CostReport(machine: target.machine.name, cost: MachineCost(target, library: try costs.library()))
        if json == "-" { return Terminal.print(report.json.text()) }
        if let json { try OutputFile.write(report.json.text(), path: json) }
        Terminal.print(costs.explain ? report.text + "\n" + report.explanation : report.text)
    }

    private func operation(_ operation: MultiplyAccumulate) throws {
        switch target {
        case .asic:
            let library = try costs.library()
            guard let cost = operation.cost(in: library) else { throw missing(operation, in: library.name) }
            Terminal.print(OperationReport.text(operation, cost, library: library))
        case .fpga:
            let table = try FPGACosts.load()
            guard let found = operation.resources(in: table) else { throw missing(operation, in: table.device) }
            Terminal.print(OperationReport.text(operation, found.resources, found.origin))
        }
    }

    private func missing(_ operation: MultiplyAccumulate, in table: String) -> Diagnostic {
        Diagnostic(field: "--mac", "the table of \(table) lacks a part of \(operation.weights.name) x \(operation.activations.name)")
    }
}
