/// Where in a document a value stands: the node, and the path inside it (`encoding.scale`, `padding[1]`).
public struct FieldPlace: Hashable, Sendable {
    public var node: String?
    public var path: String

    public init(node: String? = nil, path: String = "") {
        self.node = node
        self.path = path
    }

    public func key(_ key: String) -> FieldPlace {
        FieldPlace(node: node, path: path.isEmpty ? key : path + "." + key)
    }

    public func index(_ index: Int) -> FieldPlace { FieldPlace(node: node, path: path + "[\(index)]") }

    public func diagnostic(_ message: String) -> Diagnostic {
        Diagnostic(node: node, field: path.isEmpty ? nil : path, message)
    }
}
