import Graph

/// Nodes that are compiled together: intermediate values between them stay on the core.
struct Segment: Hashable {
    enum Kind: Hashable {
        /// Starts with a matrix product on an engine; vector nodes may follow.
        case product
        case vector
        case pool
        case depthwise
        /// Changes a view or moves bytes.
        case movement
    }
    var kind: Kind
    var nodes: [Node]

    /// Tensors that other segments or the user need.
    func escaping(_ graph: Graph, consumers: [String: [String]]) -> [String] {
        let inside = Set(nodes.map(\.name))
        return nodes.flatMap(\.outputs).filter { output in
            graph.outputs.contains(output) || (consumers[output] ?? []).contains { !inside.contains($0) }
        }
    }
}

/// What the compiler says about a segment.
public struct SegmentSummary: Hashable, Sendable {
    public var nodes: [String]
    /// The tile, the arrangement and where tables are built, for reports.
    public var note: String

    public init(nodes: [String], note: String) {
        self.nodes = nodes
        self.note = note
    }
}
