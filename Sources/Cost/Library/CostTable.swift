import CostTables
import Diagnostics

extension LibraryCosts {
    /// Names of the tables that come with the program, the usual one first.
    public static var names: [String] { embedded.map(\.name) }

    /// A table that comes with the program, or a file that `tools.rtl.characterize` has written for another library.
    public static func load(_ nameOrPath: String) throws -> LibraryCosts {
        if let found = embedded.first(where: { $0.name == nameOrPath }) {
            do { return try LibraryCosts(json: JSONValue.parse(found.text)) } catch let problem as Diagnostic {
                throw problem.inFile("\(found.name).json")
            }
        }
        guard nameOrPath.hasSuffix(".json") else {
            throw Diagnostic(
                node: nameOrPath,
                "is not a library\(Suggestion.hint(for: nameOrPath, in: names)), expected one of \(names.joined(separator: ", ")), or a table as a .json file")
        }
        return try LibraryCosts(json: InputFile.json(path: nameOrPath), file: nameOrPath)
    }

    private static let embedded: [EmbeddedTable] = {
        var count = 0
        let tables = accelsim_cost_tables(&count)
        return (0..<count).map { EmbeddedTable(tables[$0]) }
    }()
}

extension FPGACosts {
    /// The table that comes with the program.
    public static func load() throws -> FPGACosts {
        let table = EmbeddedTable(accelsim_fpga_table().pointee)
        do { return try FPGACosts(json: JSONValue.parse(table.text)) } catch let problem as Diagnostic {
            throw problem.inFile("\(table.name).json")
        }
    }
}

/// A file that was compiled in.
private struct EmbeddedTable {
    var name: String
    var text: [UInt8]

    init(_ table: accelsim_cost_table) {
        name = String(cString: table.name)
        text = Array(UnsafeBufferPointer(start: table.text, count: table.bytes))
    }
}
