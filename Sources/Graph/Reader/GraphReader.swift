import Diagnostics
import Formats

/// From a parsed `graph.json` to a typed, verified graph.
public enum GraphReader {
    public static let schema = "accelsim-graph-1"

    /// - Parameters:
    ///   - bindings: values of symbols; they win over defaults.
    ///   - name: the graph's name when the file does not give one.
    /// - Throws: everything that is wrong with the document, each with node and field.
    public static func read(
        _ value: JSONValue, bindings: [String: Int] = [:], name: String = "graph"
    ) throws(Diagnostics) -> GraphDocument {
        try read(value, bindings, linear: nil, name)
    }

    /// - Parameter linear: a symbol that is about to be left open.
    static func read(
        _ value: JSONValue, _ bindings: [String: Int], linear: String?, _ name: String
    ) throws(Diagnostics) -> GraphDocument {
        var problems = Diagnostics()
        let document = ObjectReader.read(value, at: FieldPlace(), into: &problems) { reader in
            read(&reader, bindings, linear, name)
        }
        guard problems.isEmpty, let document = document ?? nil else {
            if let partial = document ?? nil { problems.report(contentsOf: partial.graph.verifyReferences()) }
            throw problems
        }
        try document.graph.verify()
        return document
    }

    private static func read(
        _ reader: inout ObjectReader, _ bindings: [String: Int], _ linear: String?, _ name: String
    ) -> GraphDocument? {
        if let found = reader.required("schema", String.self), found != schema {
            reader.report("schema", "is '\(found)', \"\(schema)\" expected")
        }
        let name = reader.optional("name", default: name)
        let weights = reader.optional("weights", String.self)
        var symbols = Symbols(&reader, bindings: bindings)
        symbols.linear = linear
        var declarations = DeclarationReader(symbols: symbols)
        for section in [DeclarationReader.Section.inputs, .states, .constants] { declarations.read(section, &reader) }
        reader.collect { declarations.checkEncodings(into: &$0) }
        let drafts = (reader.required("nodes", [JSONValue].self) ?? []).enumerated().compactMap { index, value in
            reader.collect { NodeDraft.read(value, at: index, symbols, into: &$0) }
        }
        var builder = GraphBuilder(declarations: declarations, drafts: drafts)
        let nodes = reader.collect { builder.build(into: &$0) }
        let outputs = outputs(&reader, builder)
        let graph = Graph(
            name: name, inputs: declarations.names[.inputs] ?? [], states: declarations.names[.states] ?? [],
            constants: declarations.names[.constants] ?? [], nodes: nodes, outputs: outputs, types: builder.types)
        return GraphDocument(
            graph: graph, weights: weights, sources: declarations.sources, symbols: symbols.values,
            symbolRanges: symbols.ranges)
    }

    private static func outputs(_ reader: inout ObjectReader, _ builder: GraphBuilder) -> [String] {
        guard let names = reader.required("outputs", [String].self) else { return [] }
        if names.isEmpty { reader.report("outputs", "is empty, at least one tensor expected") }
        var seen: Set<String> = []
        for (index, name) in names.enumerated() {
            let place = reader.place.key("outputs").index(index)
            if !seen.insert(name).inserted { reader.report(place.diagnostic("'\(name)' is named twice")) }
            if !builder.isKnown(name) {
                reader.report(place.diagnostic("there is no tensor '\(name)'\(builder.hint(for: name))"))
            }
        }
        return names
    }
}
