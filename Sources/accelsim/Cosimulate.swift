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
    var block: String?

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

    @Option(help: ArgumentHelp("Gates of one block in place of its RTL, as Verilog or as a library.", valueName: "file"))
    var netlist: String?

    @Option(help: ArgumentHelp("Count how often each net of --netlist changes, with the events of the engine, as JSON.", valueName: "file.json"))
    var toggles: String?

    @Option(help: ArgumentHelp("Codes of a layer that vectors and instructions are made of, as JSON.", valueName: "file.json"))
    var operands: String?

    @Option(help: ArgumentHelp("Instead of vectors or instructions: clock cycles in which nothing arrives.", valueName: "n"))
    var idle: Int?

    @Option(help: ArgumentHelp("In place of --block: the array of an engine, written as in a machine file.", valueName: "json"))
    var engine: String?

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
        guard (block == nil) != (engine == nil) else { throw ValidationError("Either --block or --engine names what is run.") }
        guard idle.map({ (1...1 << 30).contains($0) }) ?? true else { throw ValidationError("--idle should be a positive number.") }
        if toggles != nil, netlist?.hasSuffix(".so") != true {
            throw ValidationError("--toggles counts nets of a --netlist that is a library (rtl/cosim/gates.c).")
        }
        guard (1...1 << 30).contains(tiles), (1...1024).contains(workers), tile.map({ $0 >= 0 && $0 < 1 << 30 }) ?? true else {
            throw ValidationError("--tiles, --tile and --workers should be positive numbers.")
        }
    }

    func run() throws {
        if block == "list" {
            Terminal.print(try json ? CosimListing.json(nil, try RTLSources(path: rtl)).text() : CosimListing.text)
            return
        }
        let blocks = try engine.map { [try CosimListing.array(engine: $0)] } ?? CosimListing.blocks(named: block ?? "all")
        if json {
            Terminal.print(try CosimListing.json(blocks, try RTLSources(path: rtl)).text())
            return
        }
        if idle != nil || waves != nil || tile != nil || netlist != nil, blocks.count != 1 {
            throw ValidationError("--waves, --tile, --idle and --netlist want one block.")
        }
        if record != nil, tile != nil || netlist != nil {
            throw ValidationError("--record holds whole runs of RTL, without --tile and --netlist.")
        }
        guard Tool.missing.isEmpty else {
            let names = Tool.missing.map(\.rawValue).joined(separator: ", ")
            Terminal.say("error: not installed: \(names); models of RTL are built with it")
            throw ExitCode.toolMissing
        }
        for path in [waves, junit, record, toggles].compactMap(\.self) { try OutputFile.check(path: path) }
        let sources = try RTLSources(path: rtl)
        let build = ModelBuild(
            sources: sources, cache: cache, hasCoverage: coverage || record != nil, hasWaves: waves != nil, netlist: netlist)
        let known = try record.map { try LockstepRecord(path: $0) }
        let open = try blocks.filter { try !(known?.holds($0, effort: plainEffort, in: sources) ?? false) }
        if open.count < blocks.count { Terminal.say("\(blocks.count - open.count) blocks are in the record already") }
        let regression = Regression(build: build, effort: try effort, countsToggles: toggles != nil)
        let results = idle.map { [regression.idle(blocks[0], cycles: $0)] } ?? run(open, regression)
        if let toggles { try OutputFile.write(ActivityFile.text(results[0]), path: toggles) }
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
        for (block, result) in zip(blocks, results) { try record.add(result, of: block, effort: plainEffort, in: sources) }
        let names = Set(try CosimListing.blocks(named: "all").map(\.name))
        record.blocks = record.blocks.filter { names.contains($0.key) }
        try OutputFile.write(try record.text, path: path)
    }

    private var effort: Effort {
        get throws {
            var effort = plainEffort
            effort.layer = try operands.map { try ActivityFile.layer(path: $0) }
            return effort
        }
    }

    private var plainEffort: Effort {
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
