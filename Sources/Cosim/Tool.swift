import Foundation

/// A program outside the project.
public enum Tool: String, CaseIterable, Sendable {
    case verilator
    case compiler = "clang++"

    /// `nil` when it is not installed.
    public var path: String? { Self.path(of: rawValue) }

    /// Where a program is found.
    public static func path(of name: String) -> String? {
        let folders = (ProcessInfo.processInfo.environment["PATH"] ?? "").split(separator: ":")
        return folders.map { "\($0)/\(name)" }.first { FileManager.default.isExecutableFile(atPath: $0) }
    }

    /// What is missing to build models; empty when nothing is.
    public static var missing: [Tool] { allCases.filter { $0.path == nil } }

    /// Standard output of the tool.
    func output(_ arguments: [String]) throws(ToolFailure) -> String {
        guard let path else { throw ToolFailure(tool: self, arguments: arguments, message: "is not installed") }
        let process = Process()
        process.executableURL = URL(fileURLWithPath: path)
        process.arguments = arguments
        let (output, errors) = (Pipe(), Pipe())
        process.standardOutput = output
        process.standardError = errors
        do { try process.run() } catch {
            throw ToolFailure(tool: self, arguments: arguments, message: "cannot be run: \(error)")
        }
        // Tools say little unless they fail, far less than a pipe holds; standard output is read first.
        let text = output.fileHandleForReading.readDataToEndOfFile()
        let complaints = errors.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        guard process.terminationStatus == 0 else {
            throw ToolFailure(
                tool: self, arguments: arguments, message: String(decoding: complaints + text, as: UTF8.self))
        }
        return String(decoding: text, as: UTF8.self)
    }
}

public struct ToolFailure: Error, Sendable, CustomStringConvertible {
    public var tool: Tool
    public var arguments: [String]
    public var message: String

    public var description: String {
        "\(tool.rawValue) \(arguments.joined(separator: " ")): \(message)"
    }
}
