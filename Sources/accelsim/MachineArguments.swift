import ArgumentParser
import Compiler
import Toolchain

struct MachineArguments: ParsableArguments {
    @Option(help: ArgumentHelp("Preset (accelsim archs) or machine file.", valueName: "name|file"))
    var arch: String
}

struct CompilerArguments: ParsableArguments {
    enum Switch: String, ExpressibleByArgument, CaseIterable { case on, off }

    @Flag(help: "Allow conversions that lose bits.")
    var convert = false

    @Option(help: "Join epilogues, vector operations and table building with their neighbours.")
    var fuse = Switch.on

    @Option(help: "Where lookup tables are built.")
    var tables = CompilerOptions.TablePlacement.automatic

    @Option(help: "Where tensors between segments lie: in the shared buffer, in DRAM, or where there is room.")
    var residency = CompilerOptions.Residency.automatic

    @Option(help: "Most rows of a tile.")
    var tileRows: Int?

    @Option(help: "Most columns of a tile.")
    var tileColumns: Int?

    @Option(help: "Most steps along K of a tile.")
    var tileDepth: Int?

    var options: CompilerOptions {
        CompilerOptions(
            fuses: fuse == .on, tablePlacement: tables, residency: residency, allowsLossyConversions: convert,
            tileLimit: .init(rows: tileRows ?? .max, columns: tileColumns ?? .max, depth: tileDepth ?? .max))
    }

    func validate() throws {
        for (name, value) in [("rows", tileRows), ("columns", tileColumns), ("depth", tileDepth)] {
            if let value, value < 1 { throw ValidationError("--tile-\(name) must be at least 1.") }
        }
    }
}

extension CompilerOptions.TablePlacement: ExpressibleByArgument {}
extension CompilerOptions.Residency: ExpressibleByArgument {}
