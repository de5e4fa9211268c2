/// A table with aligned columns for a terminal. Every column is as wide as its widest cell.
public struct TextTable {
    public enum Alignment: Hashable, Sendable { case left, right }

    public struct Column: Hashable, Sendable {
        /// Lines above the column; the last one gives the unit.
        public var header: [String]
        public var alignment: Alignment

        public init(_ header: String..., alignment: Alignment = .right) {
            self.header = header
            self.alignment = alignment
        }
    }

    private let columns: [Column]
    private var rows: [[String]] = []
    /// Indices of rows with a rule above them.
    private var rules: Set<Int> = []

    public init(_ columns: [Column]) { self.columns = columns }

    /// Missing cells are empty.
    public mutating func add(_ cells: [String]) {
        rows.append(columns.indices.map { $0 < cells.count ? cells[$0] : "" })
    }

    public mutating func addRule() { rules.insert(rows.count) }

    public var text: String {
        let headerLines = columns.map(\.header.count).max() ?? 0
        let heads = (0..<headerLines).map { line in
            columns.map { column in
                let start = headerLines - column.header.count
                return line < start ? "" : column.header[line - start]
            }
        }
        let widths = columns.indices.map { index in (heads + rows).map { $0[index].count }.max() ?? 0 }
        let rule = widths.map { String(repeating: "-", count: $0) }.joined(separator: "  ")
        var lines = heads.map { line($0, widths) } + [rule]
        for (index, row) in rows.enumerated() {
            if rules.contains(index) { lines.append(rule) }
            lines.append(line(row, widths))
        }
        return lines.joined(separator: "\n") + "\n"
    }

    /// The same table in Markdown; lines of a header are joined, and there are no rules.
    public var markdown: String {
        func line(_ cells: [String]) -> String {
            "| " + cells.map { $0.replacing("|", with: "\\|") }.joined(separator: " | ") + " |"
        }
        let heads = columns.map { $0.header.filter { !$0.isEmpty }.joined(separator: " ") }
        let rule = columns.map { $0.alignment == .left ? "---" : "---:" }
        return ([heads, rule] + rows).map(line).joined(separator: "\n") + "\n"
    }

    private func line(_ cells: [String], _ widths: [Int]) -> String {
        var text = ""
        for (index, cell) in cells.enumerated() {
            let gap = String(repeating: " ", count: widths[index] - cell.count)
            if index > 0 { text += "  " }
            text += columns[index].alignment == .left ? cell + gap : gap + cell
        }
        while text.last == " " { text.removeLast() }
        return text
    }
}
