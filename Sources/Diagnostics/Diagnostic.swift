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
    /// What the user could do instead, one sentence without a full stop.
    public var hint: String?

    public init(file: String? = nil, node: String? = nil, field: String? = nil, _ message: String, hint: String? = nil) {
        self.file = file
        self.node = node
        self.field = field
        self.message = message
        self.hint = hint
    }

    public var description: String { text(at: node.map { [$0] } ?? []) }

    /// One sentence for all `nodes`, of which it names the first few.
    fileprivate func text(at nodes: [String]) -> String {
        let shown = nodes.prefix(3).map { "'\(Self.shortened($0))'" }.joined(separator: ", ")
        let names = nodes.count <= 3 ? shown : "\(nodes.count) nodes (\(shown), ...)"
        let place = [file, nodes.isEmpty ? nil : names, field.map { Self.shortened($0) }].compactMap { $0 }
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

    /// One line for everything that is wrong, however many nodes it is wrong with, and then one for every hint.
    public var description: String {
        let errors = groups.map { "error: " + $0.first.text(at: $0.nodes) }
        var hints: [String] = []
        for hint in all.compactMap(\.hint) where !hints.contains(hint) { hints.append(hint) }
        return (errors + hints.map { "hint: \($0)" }).joined(separator: "\n")
    }

    /// Diagnostics that differ in their nodes alone, in the order of the first of each.
    private var groups: [(first: Diagnostic, nodes: [String])] {
        var groups: [(first: Diagnostic, nodes: [String])] = []
        var known: [Diagnostic: Int] = [:]
        for diagnostic in all {
            var reason = diagnostic
            (reason.node, reason.hint) = (nil, nil)
            guard let node = diagnostic.node else {
                groups.append((diagnostic, []))
                continue
            }
            if let group = known[reason] {
                groups[group].nodes.append(node)
            } else {
                known[reason] = groups.count
                groups.append((diagnostic, [node]))
            }
        }
        return groups
    }
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
