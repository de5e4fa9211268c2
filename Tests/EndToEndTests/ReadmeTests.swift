import Foundation
import Testing

/// The commands that the documentation shows are commands that run.
@Suite struct ReadmeTests {
    /// Lines of code blocks that start with `accelsim` (or run it through `swift run`), continued lines joined.
    static let commands: [[String]] = ["README.md", "examples/README.md", "examples/fashion-mnist/README.md"]
        .flatMap { file -> [[String]] in
            let text = (try? Repository.text(file))?.replacing("\\\n", with: " ") ?? ""
            return text.split(separator: "\n").compactMap { line in
                let words = line.split(separator: " ").map(String.init)
                if words.prefix(4) == ["swift", "run", "-c", "release"], words.dropFirst(4).first == "accelsim" {
                    return Array(words.dropFirst(5))
                }
                return words.first == "accelsim" && words.count > 1 ? Array(words.dropFirst()) : nil
            }
        }

    @Test func thereAreCommands() { #expect(Self.commands.count > 10) }

    /// Whatever would write goes to a temporary folder; big graphs are only timed there anyway.
    @Test(arguments: commands)
    func theCommandRuns(words: [String]) throws {
        let folder = TemporaryFolder()
        var arguments: [String] = []
        for word in words.prefix(while: { !$0.hasPrefix("#") }) {
            let isOutput = ["--outputs", "-o", "--asm", "--json"].contains(arguments.last ?? "") && word != "-"
            arguments.append(isOutput ? folder.path("out-" + word.replacing("/", with: "-")) : word)
        }
        let result = try Accelsim.run(arguments)
        // The whole test set is not in the repository: then the command is only understood.
        let lacks = arguments.contains {
            $0.hasPrefix("out/") && !FileManager.default.fileExists(atPath: Repository.path($0))
        }
        #expect(result.status == (lacks ? 65 : 0), "\(words.joined(separator: " ")): \(result.errors)")
    }

    @Test func everySubcommandIsInTheReadme() throws {
        let help = try Accelsim.run(["--help"]).output
        let names = help.split(separator: "\n").drop { !$0.hasPrefix("SUBCOMMANDS") }.dropFirst().compactMap { line in
            line.firstMatch(of: /^\s{2}([a-z]+)\s/).map { String($0.1) }
        }
        #expect(names.count >= 14)
        let readme = try Repository.text("README.md")
        for name in names { #expect(readme.contains("`accelsim \(name)"), "\(name)") }
    }
}
