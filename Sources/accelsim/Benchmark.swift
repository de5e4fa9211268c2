import ArgumentParser
import Report
import Toolchain

struct Benchmark: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Measure accelsim itself: from reading a graph to the rendered report, timing only.")

    @Option(help: "Folder of the examples.")
    var examples = "examples"

    @Option(help: "Runs of each case; the median is printed.")
    var runs = 5

    func validate() throws {
        if !(1...1000).contains(runs) { throw ValidationError("--runs must be 1 to 1000.") }
    }

    func run() throws {
        var table = TextTable([
            .init("case", alignment: .left), .init("machine", alignment: .left), .init("simulated", "cycles"),
            .init("wall", "ms"), .init("goal", "ms"), .init("peak memory", "MB"), .init("goal", "MB"),
        ])
        for item in BenchmarkCase.all {
            Terminal.progress("\(item.title) on \(item.arch) ...")
            let result = try item.measure(examples: examples, runs: runs)
            table.add([
                item.title, item.arch, "\(result.cycles)", tenths(result.milliseconds), tenths(item.goal),
                result.peakMemory.map { tenths(Double($0) / 1e6) } ?? "-",
                tenths(Double(BenchmarkCase.memoryGoal) / 1e6),
            ])
        }
        Terminal.print(table.text)
    }

    private func tenths(_ value: Double) -> String {
        let number = Int((value * 10).rounded())
        return "\(number / 10).\(number % 10)"
    }
}
