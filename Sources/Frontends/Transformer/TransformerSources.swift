import Diagnostics

/// Finds the rows of a model's file that constants of a transformer's graph are made of.
protocol TransformerSources: Sendable {
    /// The rows of a constant, named as in `TransformerDraft`, of these sizes.
    ///
    /// - Throws: the file has no such tensor, or one of another shape.
    mutating func source(_ name: String, _ sizes: [Int]) throws(Diagnostic) -> any RowSource

    /// Tensors that no constant was made of.
    var leftOver: [Diagnostic] { get }

    /// Tensors that no constant was made of and that may be left out, for reports.
    var unread: [String] { get }
}

extension TransformerSources {
    var unread: [String] { [] }
}

/// What weights of linear layers become when a model is imported.
public enum ImportedWeights: Hashable, Sendable {
    /// As the file has them where a graph can, otherwise f16, or int8 where activations are codes.
    case kept
    case format(NumberFormat)

    /// How `kept` is written.
    public static let keep = "keep"

    /// `keep`, or a format as `NumberFormat` reads it.
    public init(_ text: String, field: String) throws(Diagnostic) {
        self = text == Self.keep ? .kept : .format(try NumberFormat(exactOr: text, field: field))
    }
}
