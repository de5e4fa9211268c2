import ArgumentParser
import Foundation
import Toolchain

struct Doctor: ParsableCommand {
    static let configuration = CommandConfiguration(abstract: "What is installed, and what it is needed for.")

    func run() {
        for tool in Installation.all {
            Terminal.print("\(tool.isPresent ? "found  " : "missing")  \(tool.name): \(tool.purpose)\n")
        }
    }
}
