import ArgumentParser
import Foundation

/// Data go to standard output, everything else to standard error.
enum Terminal {
    static func say(_ message: String) { _ = write(message + "\n", to: STDERR_FILENO) }

    /// Only when somebody watches.
    static func progress(_ message: String) {
        if isatty(STDERR_FILENO) != 0 { say(message) }
    }

    /// In place of what was said last in this way, when somebody watches.
    static func progress(over message: String, isLast: Bool) {
        guard isatty(STDERR_FILENO) != 0 else { return }
        _ = write("\r\(message)\u{1B}[K\(isLast ? "\n" : "")", to: STDERR_FILENO)
    }

    /// Text as it is, without a line feed of its own. A full disk ends the process; a closed pipe does so by its signal.
    static func print(_ text: String) {
        guard !write(text, to: STDOUT_FILENO) else { return }
        say("error: standard output: cannot be written: \(String(cString: strerror(errno)))")
        exit(ExitCode.badInput.rawValue)
    }

    /// `FileHandle.write` traps when the system refuses the bytes; this tells.
    private static func write(_ text: String, to descriptor: Int32) -> Bool {
        let bytes = Array(text.utf8)
        return bytes.withUnsafeBytes { buffer in
            var done = 0
            while done < buffer.count {
                let count = Foundation.write(descriptor, buffer.baseAddress?.advanced(by: done), buffer.count - done)
                if count < 0, errno == EINTR { continue }
                guard count > 0 else { return false }
                done += count
            }
            return true
        }
    }
}
