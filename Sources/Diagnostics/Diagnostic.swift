/// One thing that is wrong with what the user gave us: which file, which node or entry in it, which field, what is wrong
/// and what was expected. Diagnostics are values; `description` is the only place where they become prose.
public struct Diagnostic: Error, Hashable, Sendable, CustomStringConvertible {
    /// Path of the file as the user wrote it, or `nil` when the input did not come from a file.
    public var file: String?
    /// The node, tensor, instruction or unit inside the file.
    public var node: String?
    /// The field of that node, as it is spelled in the file (`padding[1]`).
    public var field: String?
    /// What is wrong and what was expected, one sentence without a full stop.
    public var message: String

    public init(file: String? = nil, node: String? = nil, field: String? = nil, _ message: String) {
        self.file = file
        self.node = node
        self.field = field
        self.message = message
    }

    public var description: String {
        var place: [String] = []
        if let file { place.append(file) }
        if let node { place.append("'\(Self.shortened(node))'") }
        if let field { place.append(Self.shortened(field)) }
        return (place + [Self.shortened(message)]).joined(separator: ": ")
    }

    /// Messages quote the file, and a file can hold one word of megabytes.
    private static func shortened(_ text: String, to limit: Int = 1000) -> String {
        text.utf8.count <= limit ? text : text.prefix(limit / 2) + " ... " + text.suffix(limit / 4)
    }

    /// The same diagnostic, placed in `file` unless it already names one.
    public func inFile(_ file: String?) -> Diagnostic {
        var copy = self
        copy.file = copy.file ?? file
        return copy
    }
}

/// All the diagnostics of one input, in the order found. Never empty when thrown.
public struct Diagnostics: Error, Hashable, Sendable, CustomStringConvertible {
    public private(set) var all: [Diagnostic] = []

    public init(_ all: [Diagnostic] = []) { self.all = all }
    public init(_ one: Diagnostic) { all = [one] }

    public var isEmpty: Bool { all.isEmpty }

    public mutating func report(_ diagnostic: Diagnostic) { all.append(diagnostic) }
    public mutating func report(contentsOf other: Diagnostics) { all += other.all }

    public func inFile(_ file: String?) -> Diagnostics { Diagnostics(all.map { $0.inFile(file) }) }

    /// Throws all that was collected, if anything was.
    public func throwIfAny() throws { if !all.isEmpty { throw self } }

    public var description: String { all.map { "error: \($0)" }.joined(separator: "\n") }
}

extension Diagnostics {
    /// Whatever a room threw, as diagnostics.
    public init(any error: any Error) {
        switch error {
        case let diagnostics as Diagnostics: self = diagnostics
        case let diagnostic as Diagnostic: self.init(diagnostic)
        default: self.init(Diagnostic("internal error: \(error)"))
        }
    }
}
