import Graph

extension Legaliser {
    /// What a constant's values tell; `nil` where there are none, or after reporting why they cannot be read.
    mutating func known<Result>(
        _ name: String, of node: Node, _ read: (@escaping ConstantValues) throws -> Result
    ) -> Result? {
        guard let constant, graph.constants.contains(name) else { return nil }
        do { return try read(constant) } catch {
            report(node, error)
            return nil
        }
    }
}
