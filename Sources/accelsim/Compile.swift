import Arch
import ArgumentParser
import Diagnostics
import Foundation
import Report
import Toolchain

struct Compile: ParsableCommand {
    static let configuration = CommandConfiguration(abstract: "Compile a graph to a program file.")

    @OptionGroup var graph: GraphArguments
    @OptionGroup var open: BucketArguments
    @OptionGroup var machine: MachineArguments
    @OptionGroup var compiler: CompilerArguments

    @Option(name: [.customShort("o"), .customLong("output")], help: "Program file to write.")
    var output: String?

    @Option(help: ArgumentHelp("Assembly file to write; - is standard output.", valueName: "file|-"))
    var asm: String?

    @Flag(help: "Prove that tokens and queues order all accesses to the same bytes.")
    var checkOrder = false

    @Flag(name: .shortAndLong, help: "Print tiles and arrangements.")
    var verbose = false

    func validate() throws {
        if output == nil, asm == nil, !checkOrder, !verbose {
            throw ValidationError("Nothing to do: give -o, --asm, --check-order or --verbose.")
        }
    }

    func run() throws {
        if let output { try OutputFile.check(path: output) }
        if let asm, asm != "-" { try OutputFile.check(path: asm) }
        let model = try graph.open().load(graph.symbols, bucket: open.lengths)
        let job = try Job(model, target: .make(machine.arch), options: compiler.options)
        let conflicts = checkOrder ? ProgramFile.conflicts(job.program, job.target) : []
        if let output { try ProgramFile.write(job.program, path: output) }
        if let asm, asm != "-" { try OutputFile.write(job.program.assembly, path: asm) }
        if asm == "-" { Terminal.print(job.program.assembly) }
        if verbose {
            for segment in job.compilation.segments {
                Terminal.print(segment.nodes.joined(separator: ", ") + ": " + segment.note + "\n")
            }
        }
        if checkOrder { try Order.report(conflicts) }
    }
}
