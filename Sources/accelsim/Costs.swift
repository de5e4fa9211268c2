import Arch
import ArgumentParser
import Cost
import Diagnostics
import Report
import Toolchain

struct Costs: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "cost", abstract: "Print what a machine costs, or one multiply-accumulate, or our figures beside published ones.",
        discussion: """
            Figures come from synthesising the same RTL that is held equal to the simulator; each says whether it was synthesised, composed \
            of smaller sizes, estimated from its parts or modelled.
            """)

    enum Technology: String, ExpressibleByArgument, CaseIterable { case asic, fpga }

    @Option(help: ArgumentHelp("Preset (accelsim archs) or machine file.", valueName: "name|file"))
    var arch: String?

    @Option(help: ArgumentHelp("One multiply-accumulate of these formats.", valueName: "w=format,a=format"))
    var mac: FormatPair?

    @Flag(help: "Our lookup units, decoders and elements beside what papers say of theirs.")
    var published = false

    @Option(help: "Cells of a library, or primitives of an UltraScale+ device.")
    var target = Technology.asic

    @OptionGroup var costs: CostArguments

    @Option(help: ArgumentHelp("Write JSON; - is standard output, instead of the tables.", valueName: "file|-"))
    var json: String?

    func validate() throws {
        guard [arch != nil, mac != nil, published].count(where: \.self) == 1 else {
            throw ValidationError("One of --arch, --mac and --published is wanted.")
        }
        if published, target == .fpga { throw ValidationError("--target fpga is for --arch and --mac.") }
        if arch == nil, costs.explain { throw ValidationError("--explain is for --arch.") }
    }

    func run() throws {
        if let arch { return try machine(.make(arch)) }
        if published {
            let report = PublishedReport(try costs.library())
            return try publish(report.json, report.text)
        }
        if let mac { try operation(MultiplyAccumulate(weights: mac.weights, activations: mac.activations)) }
    }

    private func machine(_ machine: Target) throws {
        if target == .fpga {
            let report = try FPGAReport(machine: machine.machine.name, cost: FPGAMachineCost(machine, in: .load()))
            return try publish(report.json, costs.explain ? report.text + "\n" + report.explanation : report.text)
        }
        let report = CostReport(machine, cost: MachineCost(machine, library: try costs.library()))
        try publish(report.json, costs.explain ? report.text + "\n" + report.explanation : report.text)
    }

    private func publish(_ document: JSONValue, _ text: String) throws {
        if json == "-" { return Terminal.print(document.text()) }
        if let json { try OutputFile.write(document.text(), path: json) }
        Terminal.print(text)
    }

    private func operation(_ operation: MultiplyAccumulate) throws {
        switch target {
        case .asic:
            let library = try costs.library()
            guard let cost = operation.cost(in: library) else { throw missing(operation, in: library.name) }
            try publish(
                OperationReport.json(operation, cost, library: library), OperationReport.text(operation, cost, library: library))
        case .fpga:
            let table = try FPGACosts.load()
            guard let found = operation.resources(in: table) else { throw missing(operation, in: table.device) }
            try publish(
                OperationReport.json(operation, found.resources, found.origin, device: table.device),
                OperationReport.text(operation, found.resources, found.origin))
        }
    }

    private func missing(_ operation: MultiplyAccumulate, in table: String) -> Diagnostic {
        Diagnostic(field: "--mac", "the table of \(table) lacks a part of \(operation.weights.name) x \(operation.activations.name)")
    }
}
