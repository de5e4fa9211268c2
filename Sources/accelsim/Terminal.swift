import Foundation

/// Data go to standard output, everything else to standard error.
enum Terminal {
    static func say(_ message: String) { FileHandle.standardError.write(Data((message + "\n").utf8)) }

    /// Only when somebody watches.
    static func progress(_ message: String) {
        if isatty(STDERR_FILENO) != 0 { say(message) }
    }

    /// Text as it is, without a line feed of its own.
    static func print(_ text: String) { FileHandle.standardOutput.write(Data(text.utf8)) }
}
