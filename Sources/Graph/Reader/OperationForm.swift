import Diagnostics
import Formats

/// How one operation is written in `graph.json`: its name, inputs, attributes, and how the attributes are read.
/// The reader, the JSON Schema and the tests all use this table.
struct OperationForm: Sendable {
    var name: String
    /// How many inputs it may have.
    var inputs: ClosedRange<Int>
    var attributes: [AttributeForm]
    /// Asks for every attribute on every path, so that no known key is ever reported as unknown.
    var read: @Sendable (_ reader: inout ObjectReader, _ symbols: Symbols) -> OperationDraft?

    init(
        _ name: String, inputs: ClosedRange<Int>, _ attributes: [AttributeForm] = [],
        read: @escaping @Sendable (_ reader: inout ObjectReader, _ symbols: Symbols) -> OperationDraft?
    ) {
        self.name = name
        self.inputs = inputs
        self.attributes = attributes
        self.read = read
    }

    /// `2`, `2 to 3`, `at least 1`
    var inputsText: String {
        if inputs.upperBound == .max { return "at least \(inputs.lowerBound)" }
        return inputs.count == 1 ? "\(inputs.lowerBound)" : "\(inputs.lowerBound) to \(inputs.upperBound)"
    }

    static let all: [OperationForm] = products + elementwise + rows + images + movements + conversions

    static let byName = Dictionary(all.map { ($0.name, $0) }) { first, _ in first }
}

struct AttributeForm: Sendable {
    enum Kind: Sendable {
        /// A number, symbol or expression.
        case dimension
        case dimensions(count: Int?)
        case integer
        case integers(count: Int?)
        case number
        case numbers
        case boolean
        case choice([String])
        case name
        case codec
        case encoding
        /// `"token"` or `{"group": n}`
        case dynamic
        /// `[[before, after], ...]`
        case pairs
    }
    var name: String
    var kind: Kind
    var isRequired: Bool

    static func required(_ name: String, _ kind: Kind) -> AttributeForm {
        AttributeForm(name: name, kind: kind, isRequired: true)
    }

    static func optional(_ name: String, _ kind: Kind) -> AttributeForm {
        AttributeForm(name: name, kind: kind, isRequired: false)
    }
}

/// What is known of the graph when a draft becomes an operation.
struct DraftContext {
    var inputs: [TensorType]
    var constants: Set<String>

    /// Whether the scale of an input is computed at run time.
    func hasRunTimeScale(_ input: Int) -> Bool {
        inputs.indices.contains(input) && inputs[input].encoding.scale.tensors.contains { !constants.contains($0) }
    }
}

/// An operation whose attributes have been read, but which may still need the types of its inputs (axes counted from
/// the end, sizes left out).
struct OperationDraft {
    /// The encoding of its output, where the node states it. A dynamic quantise states the codec only.
    var declared: TensorEncoding?
    var resolve: (_ context: DraftContext, _ problems: inout Diagnostics) -> Operation?

    init(_ operation: Operation, declared: TensorEncoding? = nil) {
        self.declared = declared
        resolve = { _, _ in operation }
    }

    init(
        declared: TensorEncoding? = nil,
        resolve: @escaping (_ context: DraftContext, _ problems: inout Diagnostics) -> Operation?
    ) {
        self.declared = declared
        self.resolve = resolve
    }
}
