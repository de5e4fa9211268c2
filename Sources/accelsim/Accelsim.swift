import ArgumentParser
import Diagnostics
import Toolchain

@main
struct Accelsim: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "accelsim",
        abstract: "Compile, compute and time quantised networks on low-bit accelerators.",
        discussion: """
            Exit codes: 0 done, 1 a check failed, 64 wrong usage, 65 bad input, 69 a needed tool is missing, 70 our fault.
            """,
        subcommands: [
            Run.self, Compare.self, Evaluate.self, Golden.self, Compile.self, Disassemble.self, Assemble.self, Execute.self, Order.self,
            Image.self, Import.self,
            Lengths.self, Machines.self, Models.self,
            Formats.self, Matrix.self, Costs.self, Cosimulate.self, Doctor.self, Documents.self, Schema.self, Benchmark.self,
        ])

    static func main() {
        var command: any ParsableCommand
        do { command = try parseAsRoot() } catch { exit(withError: error) }
        do { try command.run() } catch {
            // Help and exit codes of our own are ArgumentParser's business; it calls everything else a failure.
            let isOurs = error is ExitCode || exitCode(for: error) != .failure
            if isOurs { exit(withError: error) } else { fail(Diagnostics(any: error)) }
        }
    }

    /// Prints everything that is wrong and ends the process.
    private static func fail(_ diagnostics: Diagnostics) -> Never {
        Terminal.say(diagnostics.description)
        let isInternal = diagnostics.all.contains { $0.message.hasPrefix("internal error") }
        exit(withError: isInternal ? ExitCode.ourFault : ExitCode.badInput)
    }
}

extension ExitCode {
    static let checkFailed = ExitCode(1)
    static let badInput = ExitCode(65)
    static let toolMissing = ExitCode(69)
    static let ourFault = ExitCode(70)
}
