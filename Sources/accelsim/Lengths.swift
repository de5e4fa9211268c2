import ArgumentParser
import Diagnostics
import Report
import Toolchain

struct Lengths: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Count instruction bytes over a range of lengths.",
        discussion: """
            One program for each length or one for each bucket, with loops inside instructions or unrolled, and the cycles that padding \
            to the longest length of a bucket costs. --every compiles fewer lengths; which ones is printed.
            """)

    @OptionGroup var graph: GraphArguments
    @OptionGroup var machine: MachineArguments
    @OptionGroup var compiler: CompilerArguments

    @Option(help: "Symbol of the graph that is the length.")
    var symbol: String

    @Option(help: "Shortest length.")
    var from = 1

    @Option(help: "Longest length.")
    var to: Int

    @Option(help: "Lengths that round up to the same multiple share a program.")
    var bucket: Int

    @Option(help: "Compile only every n-th length, and the longest of each bucket; those between lie on a line.")
    var every = 1

    @Option(help: ArgumentHelp("Write JSON; - is standard output, instead of the table.", valueName: "file|-"))
    var json: String?

    /// More programs than anybody waits for.
    private static let mostPrograms = 1 << 16

    func validate() throws {
        guard from >= 1, to >= from, to < 1 << 40 else { throw ValidationError("--from and --to want 1 <= FROM <= TO.") }
        guard bucket >= 1, bucket <= 1 << 20 else { throw ValidationError("--bucket should be 1 to \(1 << 20).") }
        guard every >= 1 else { throw ValidationError("--every should be at least 1.") }
        guard (to - from) / min(every, bucket) < Self.mostPrograms else {
            throw ValidationError("More than \(Self.mostPrograms) programs; --every compiles fewer.")
        }
        if graph.bindings.contains(where: { $0.name == symbol }) {
            throw ValidationError("'\(symbol)' is bound and asked for; --from and --to say what it is.")
        }
    }

    func run() throws {
        if let json, json != "-" { try OutputFile.check(path: json) }
        let survey = LengthSurvey(symbol: symbol, lengths: from...to, bucket: bucket, every: every)
        Terminal.progress("compiling for \(survey.compiled.count) lengths ...")
        let source = try graph.open()
        let report = try survey.run(on: .make(machine.arch), options: compiler.options) { [graph, symbol] length, bucket in
            try source.load(graph.symbols.merging([symbol: length]) { $1 }, bucket: bucket)
        }
        if let json, json != "-" { try OutputFile.write(report.json.text(), path: json) }
        Terminal.print(json == "-" ? report.json.text() : report.text)
    }
}
