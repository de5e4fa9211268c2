import Arch
import ArgumentParser
import Diagnostics
import Foundation
import Toolchain

struct Image: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Write what a platform loads into memory before it starts a program file.",
        discussion: """
            Constants, code and inputs as FOLDER/image.bin, and FOLDER/image.txt that says where they lie in DRAM and where states \
            and outputs do (docs/systemc.md).
            """)

    @Argument(help: "Program file.")
    var program: String

    @OptionGroup var machine: MachineArguments
    @OptionGroup var inputs: InputArguments
    @OptionGroup var parameters: ParameterArguments

    @Option(help: "Seed of inputs that are drawn.")
    var seed: UInt64 = 0

    @Option(name: [.customShort("o"), .customLong("output")], help: ArgumentHelp("Folder to write to.", valueName: "folder"))
    var output: String

    func run() throws {
        let target = try Target.make(machine.arch)
        try OutputFiles.check(directory: output)
        let loaded = try LoadedProgram(path: program, target: target, setting: parameters.values)
        let values = try inputs.load(loaded.interface, seed: seed)
        let image = try MemoryImage(loaded.program, target: target, inputs: values)
        do { try FileManager.default.createDirectory(atPath: output, withIntermediateDirectories: true) } catch {
            throw Diagnostic(file: output, "this folder cannot be made")
        }
        try OutputFile.write(Data(image.contents), path: output + "/image.bin")
        try OutputFile.write(image.map, path: output + "/image.txt")
        Terminal.print("\(image.segments.count) segments, \(image.contents.count) bytes\n")
    }
}
