/// The numeric contract of a sum of products that is not exact: order, lanes, tree and rounding, by name. A contract is a
/// property of the graph, never of a machine: the reference evaluator and the engines implement it apart from each other.
public enum DotContract: String, Hashable, Sendable, CaseIterable {
    /// `lanes` consecutive products are added by a pairwise tree, level by level slot i + slot i+1, missing slots being
    /// +0; the trees' results are added to an accumulator that starts from +0, one after the other. Every product and
    /// every sum is rounded to binary32, ties to even.
    case blocked16 = "blocked-16"

    /// Products of one tree.
    public var lanes: Int {
        switch self {
        case .blocked16: 16
        }
    }
}
