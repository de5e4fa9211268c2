/// The first place where RTL and Swift differ.
public struct Divergence: Hashable, Sendable, CustomStringConvertible {
    public var block: String
    /// What was worked on: a vector, or an instruction's shape.
    public var work: String
    /// Enabled clock cycles since the start of the work.
    public var cycle: Int
    public var rtl: String
    public var swift: String
    /// What happened before, oldest first.
    public var history: [String]
    /// Shows it again.
    public var command: String

    public var description: String {
        """
        \(block): cycle \(cycle) of \(work)
          rtl    \(rtl)
          swift  \(swift)
        \(history.isEmpty ? "" : "  before that:\n" + history.map { "    \($0)\n" }.joined())  again: \(command)
        """
    }
}
