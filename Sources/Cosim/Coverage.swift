import Foundation

/// Which lines, branches and properties of RTL a run has met.
public struct Coverage: Hashable, Sendable {
    public enum Kind: String, Hashable, Sendable, CaseIterable {
        case line, branch, property
    }

    struct Point: Hashable, Sendable {
        var kind: Kind
        /// File, line and place in it.
        var place: String
    }

    /// How often each point was met, over all instances of its module.
    private(set) var counts: [Point: Int] = [:]

    public init() {}

    /// What Verilator writes: a line for each point and instance, its fields between the bytes 1 and 2.
    init(contentsOf path: String) throws {
        let text = try String(contentsOfFile: path, encoding: .utf8)
        for line in text.split(separator: "\n") where line.hasPrefix("C '") {
            guard let end = line.lastIndex(of: "'"), let count = Int(line[line.index(after: end)...].dropFirst()) else {
                continue
            }
            var fields: [Substring: Substring] = [:]
            for field in line[..<end].dropFirst(3).split(separator: "\u{1}") {
                let parts = field.split(separator: "\u{2}", maxSplits: 1, omittingEmptySubsequences: false)
                if parts.count == 2 { fields[parts[0]] = parts[1] }
            }
            guard let file = fields["f"], let kind = Self.kind(fields["page"] ?? "") else { continue }
            let place = "\(file):\(fields["l"] ?? ""):\(fields["n"] ?? "")"
            counts[Point(kind: kind, place: place), default: 0] += count
        }
    }

    private static func kind(_ page: Substring) -> Kind? {
        if page.hasPrefix("v_line") { return .line }
        if page.hasPrefix("v_branch") { return .branch }
        return page.hasPrefix("v_user") ? .property : nil
    }

    public mutating func merge(_ other: Coverage) { counts.merge(other.counts, uniquingKeysWith: +) }

    /// Points of a kind: met, and all there are.
    public func tally(_ kind: Kind) -> (met: Int, all: Int) {
        let points = counts.filter { $0.key.kind == kind }
        return (points.filter { $0.value > 0 }.count, points.count)
    }

    /// Points by module and kind, as `line:column` with `+` behind those that were met and `-` behind the others. What is
    /// bound to a module counts as its own.
    var byModule: [String: [String: String]] {
        var found: [String: [String: [(line: Int, text: String)]]] = [:]
        for (point, count) in counts {
            let fields = point.place.split(separator: ":")
            guard fields.count == 3, let name = fields[0].split(separator: "/").last, let line = Int(fields[1]) else { continue }
            let module = String(name.replacing("_checks.sv", with: "").replacing(".sv", with: ""))
            found[module, default: [:]][point.kind.rawValue, default: []]
                .append((line, "\(fields[1]):\(fields[2])\(count > 0 ? "+" : "-")"))
        }
        return found.mapValues { kinds in
            kinds.mapValues { $0.sorted { ($0.line, $0.text) < ($1.line, $1.text) }.map(\.text).joined(separator: " ") }
        }
    }

    /// Places never met, in order.
    public func unmet(_ kind: Kind) -> [String] {
        counts.filter { $0.key.kind == kind && $0.value == 0 }.map(\.key.place).sorted()
    }
}
