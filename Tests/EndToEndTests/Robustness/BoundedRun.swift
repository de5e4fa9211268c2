import Foundation
import Glibc
import Testing

/// One run of the built `accelsim` with a limit of time and of address space.
struct BoundedRun {
    /// Exit code, or `nil` when a signal ended the process.
    var status: Int32?
    var ranOutOfTime = false
    var output: Data
    var errors: String

    /// - Parameter folder: becomes the working folder.
    init(_ arguments: [String], in folder: TemporaryFolder, seconds: Double = 20) throws {
        let logs = TemporaryFolder()
        // Beyond 1.5 GB of addresses an allocation fails, which ends the process by a signal. (The peak that wait4
        // tells is that of this process when it forked, if that is greater.)
        let script = #"ulimit -v 1500000; cd "$1" && shift && exec "$@" >"$0/stdout" 2>"$0/stderr" </dev/null"#
        let words = ["/bin/sh", "-c", script, logs.path, folder.path, try #require(Accelsim.executable)] + arguments
        // A crash must not spend seconds on its backtrace.
        let environment = ProcessInfo.processInfo.environment.map { "\($0)=\($1)" } + ["SWIFT_BACKTRACE=enable=no"]
        var process: pid_t = 0
        var argv = words.map { strdup($0) } + [nil]
        var envp = environment.map { strdup($0) } + [nil]
        defer { for word in argv + envp { free(word) } }
        try #require(posix_spawn(&process, "/bin/sh", nil, nil, &argv, &envp) == 0)
        let end = Date(timeIntervalSinceNow: seconds)
        var code: Int32 = 0
        while waitpid(process, &code, WNOHANG) == 0 {
            if !ranOutOfTime, Date() > end {
                ranOutOfTime = true
                kill(process, SIGKILL)
            }
            usleep(1000)
        }
        status = code & 0x7F == 0 ? (code >> 8) & 0xFF : nil
        output = (try? Data(contentsOf: URL(fileURLWithPath: logs.path("stdout")))) ?? Data()
        errors = String(decoding: (try? Data(contentsOf: URL(fileURLWithPath: logs.path("stderr")))) ?? Data(), as: UTF8.self)
    }
}

/// What every run on bad input keeps to.
enum Refusal {
    /// Exit 65, a message with `text` in it, nothing on standard output, no new file.
    static func expect(
        _ arguments: [String], naming text: String, in folder: TemporaryFolder,
        sourceLocation: SourceLocation = #_sourceLocation
    ) throws {
        let before = files(folder)
        let run = try BoundedRun(arguments, in: folder)
        let what = "\(arguments.joined(separator: " ")): \(run.status.map(String.init) ?? "signal") \(run.errors.prefix(600))"
        #expect(!run.ranOutOfTime, "\(what)", sourceLocation: sourceLocation)
        #expect(run.status == 65, "\(what)", sourceLocation: sourceLocation)
        #expect(run.errors.contains("error: "), "\(what)", sourceLocation: sourceLocation)
        #expect(run.errors.contains(text), "\(text): \(what)", sourceLocation: sourceLocation)
        #expect(!run.errors.contains("internal error"), "\(what)", sourceLocation: sourceLocation)
        #expect(run.errors.utf8.count < 100_000, "\(what)", sourceLocation: sourceLocation)
        #expect(run.output.isEmpty, "\(what)", sourceLocation: sourceLocation)
        #expect(files(folder) == before, "\(what)", sourceLocation: sourceLocation)
    }

    /// Done, or refused as above: for damage that may be harmless.
    static func expectNoCrash(_ arguments: [String], in folder: TemporaryFolder, note: String) throws -> Int32? {
        let before = files(folder)
        let run = try BoundedRun(arguments, in: folder)
        let what = "\(note): \(arguments.joined(separator: " ")): \(run.errors.prefix(600))"
        let isDone = run.status == 0 || run.status == 65
        #expect(isDone, "\(run.ranOutOfTime ? "out of time" : "status \(run.status ?? -1)") \(what)")
        if run.status == 65 {
            #expect(run.errors.contains("error: "), "\(what)")
            #expect(!run.errors.contains("internal error"), "\(what)")
            #expect(run.output.isEmpty, "\(what)")
            #expect(files(folder) == before, "\(what)")
        }
        return run.status
    }

    /// Everything below the folder.
    static func files(_ folder: TemporaryFolder) -> [String] {
        (FileManager.default.enumerator(atPath: folder.path)?.compactMap { $0 as? String } ?? []).sorted()
    }
}

/// A change of a text that must occur in it.
struct Edit: Sendable, CustomTestStringConvertible {
    var old: String
    var new: String
    /// What the message must name.
    var naming: String

    init(_ old: String, _ new: String, _ naming: String) { (self.old, self.new, self.naming) = (old, new, naming) }

    var testDescription: String { "\(old.prefix(40)) -> \(new.prefix(60))" }

    func apply(_ text: String) throws -> String {
        let place = try #require(text.range(of: old), "'\(old)' does not occur")
        return text.replacingCharacters(in: place, with: new)
    }
}
