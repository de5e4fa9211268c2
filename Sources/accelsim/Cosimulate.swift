import Arch
import ArgumentParser
import Cosim
import Diagnostics
import Foundation
import Toolchain

struct Cosimulate: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "cosim",
        abstract: "Run RTL blocks in lockstep with the engines that they implement.",
        discussion: """
            Models are built with Verilator on first use and kept. Blocks of few input bits are tried with every input, others with \
            corners and random vectors; arrays with random instructions. Values and cycles are compared; the first difference is \
            printed with a command that shows it again.
            """)

    @Option(help: ArgumentHelp("Block, all blocks of a folder, or all; 'list' lists them.", valueName: "block|folder|all|list"))
    var block: String

    @Option(help: ArgumentHelp("Random vectors of a block, or 'exhaustive' for every input of up to 32 bits.", valueName: "n|exhaustive"))
    var vectors = "1000000"

    @Option(help: "Random instructions of an array.")
    var tiles = 500

    @Option(help: "Only this instruction of an array.")
    var tile: Int?

    @Option(help: "Of everything random.")
    var seed: UInt64 = 1

    @Flag(help: "A short set, for every change.")
    var short = false

    @Option(help: ArgumentHelp("Waves of one block, as FST.", valueName: "file.fst"))
    var waves: String?

    @Option(help: ArgumentHelp("Results as JUnit XML.", valueName: "file.xml"))
    var junit: String?

    @Flag(help: "Count the lines, branches and properties that are met; slower.")
    var coverage = false

    @Option(help: ArgumentHelp("Gates of one block in place of its RTL.", valueName: "file.v"))
    var netlist: String?

    @Flag(help: "With --block list: as JSON.")
    var json = false

    @Option(help: ArgumentHelp("The rtl folder of a checkout.", valueName: "folder"))
    var rtl: String?

    @Option(help: ArgumentHelp("Where models are kept.", valueName: "folder"))
    var cache: String?

    @Option(help: ArgumentHelp("Write what was found to this record, and run only blocks that it does not hold yet.", valueName: "file.json"))
    var record: String?

    @Option(help: "Blocks at a time.")
    var workers = ProcessInfo.processInfo.activeProcessorCount

    func validate() throws {
        guard vectors == "exhaustive" || (Int(vectors).map { $0 >= 1 && $0 <= 1 << 40 } ?? false) else {
            throw ValidationError("--vectors should be a number or 'exhaustive'.")
        }
        guard (1...1 << 30).contains(tiles), (1...1024).contains(workers), tile.map({ $0 >= 0 && $0 < 1 << 30 }) ?? true else {
            throw ValidationError("--tiles, --tile and --workers should be positive numbers.")
        }
    }

    func run() throws {
        if block == "list" {
            Terminal.print(try json ? CosimListing.json(try RTLSources(path: rtl)).text() : CosimListing.text)
            return
        }
        let blocks = try CosimListing.blocks(named: block)
        if waves != nil || tile != nil || netlist != nil, blocks.count != 1 {
            throw ValidationError("--waves, --tile and --netlist want one block.")
        }
        if record != nil, tile != nil || netlist != nil {
            throw ValidationError("--record holds whole runs of RTL, without --tile and --netlist.")
        }
        guard Tool.missing.isEmpty else {
            let names = Tool.missing.map(\.rawValue).joined(separator: ", ")
            Terminal.say("error: not installed: \(names); models of RTL are built with it")
            throw ExitCode.toolMissing
        }
        for path in [waves, junit, record].compactMap(\.self) { try OutputFile.check(path: path) }
        let sources = try RTLSources(path: rtl)
        let build = ModelBuild(
            sources: sources, cache: cache, hasCoverage: coverage || record != nil, hasWaves: waves != nil, netlist: netlist)
        let known = try record.map { try LockstepRecord(path: $0) }
        let open = try blocks.filter { try !(known?.holds($0, effort: effort, in: sources) ?? false) }
        if open.count < blocks.count { Terminal.say("\(blocks.count - open.count) blocks are in the record already") }
        let results = run(open, Regression(build: build, effort: effort))
        if let record, let known { try write(known, with: results, of: open, in: sources, path: record) }
        if let junit { try OutputFile.write(JUnit.text(results), path: junit) }
        Terminal.print(CosimReport.text(results))
        if coverage { Terminal.print(CosimReport.coverage(results)) }
        if !results.allSatisfy(\.isEqual) { throw ExitCode.checkFailed }
    }

    private func run(_ blocks: [RTLBlock], _ regression: Regression) -> [BlockResult] {
        if blocks.count == 1 { return [regression.run(blocks[0], tile: tile, waves: waves)] }
        let progress = CosimProgress(total: blocks.count)
        return regression.run(blocks, workers: workers) { progress.finished($0) }
    }

    /// Blocks that are no more leave the record.
    private func write(
        _ known: LockstepRecord, with results: [BlockResult], of blocks: [RTLBlock], in sources: RTLSources, path: String
    ) throws {
        var record = known
        for (block, result) in zip(blocks, results) { try record.add(result, of: block, effort: effort, in: sources) }
        let names = Set(try CosimListing.blocks(named: "all").map(\.name))
        record.blocks = record.blocks.filter { names.contains($0.key) }
        try OutputFile.write(try record.text, path: path)
    }

    private var effort: Effort {
        var effort = short ? Effort.short : Effort()
        effort.seed = seed
        if vectors == "exhaustive" {
            effort.exhaustiveBits = 32
        } else if !short {
            effort.vectors = Int(vectors) ?? effort.vectors
        }
        if !short { effort.tiles = tiles }
        return effort
    }
}
