import Diagnostics

/// What the blocks of `rtl/` cost in one standard-cell library: a table that `tools.rtl.characterize` has measured.
public struct LibraryCosts: Hashable, Sendable {
    public static let schema = "accelsim-costs-1"

    public var name: String
    /// Foundry process in words.
    public var process: String
    public var nodeNanometres: Int
    public var volts: Double
    public var celsius: Double
    /// Names and versions of what measured.
    public var tools: [String: String]
    public var date: String
    public var command: String
    /// What was done to a block, and what is left out.
    public var flow: String
    public var blocks: [BlockCost]

    public init(json: JSONValue, file: String? = nil) throws(Diagnostics) {
        var problems = Diagnostics()
        let costs = ObjectReader.read(json, at: FieldPlace(), into: &problems) { Self.read(&$0) } ?? nil
        guard problems.isEmpty, let costs else { throw problems.inFile(file) }
        self = costs
    }

    private static func read(_ reader: inout ObjectReader) -> LibraryCosts? {
        if let schema = reader.required("schema", String.self), schema != Self.schema {
            reader.report("schema", "'\(schema)' is not known, expected '\(Self.schema)'")
        }
        if !reader.has("library") { reader.report("library", "is missing") }
        let library = reader.object("library") { Library(&$0) } ?? nil
        let tools = reader.entries("tools").compactMap { name, value, place in
            reader.collect { String.read(value, at: place, into: &$0) }.map { (name, $0) }
        }
        guard let library, let date = reader.required("date", String.self),
            let command = reader.required("command", String.self), let flow = reader.required("flow", String.self),
            let blocks = reader.required("blocks", [BlockCost].self)
        else { return nil }
        return LibraryCosts(
            library: library, tools: Dictionary(tools) { first, _ in first }, date: date, command: command, flow: flow,
            blocks: blocks)
    }

    private init(library: Library, tools: [String: String], date: String, command: String, flow: String, blocks: [BlockCost]) {
        name = library.name
        process = library.process
        nodeNanometres = library.nodeNanometres
        volts = library.volts
        celsius = library.celsius
        self.tools = tools
        self.date = date
        self.command = command
        self.flow = flow
        self.blocks = blocks
    }

    private struct Library {
        var name: String
        var process: String
        var nodeNanometres: Int
        var volts: Double
        var celsius: Double

        init?(_ reader: inout ObjectReader) {
            _ = reader.raw("corner")
            _ = reader.raw("files")
            guard let name = reader.required("name", String.self), let process = reader.required("process", String.self),
                let node = reader.required("nodeNanometres", Int.self), let volts = reader.required("volts", Double.self),
                let celsius = reader.required("celsius", Double.self)
            else { return nil }
            (self.name, self.process, nodeNanometres, self.volts, self.celsius) = (name, process, node, volts, celsius)
        }
    }
}
