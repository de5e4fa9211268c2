import Diagnostics

/// The symbol of a graph file that says how many examples a run takes.
public enum BatchSymbol {
    /// The symbol that is the first dimension of the first input; `nil` when that dimension is a number or an expression.
    public static func find(path: String) throws(Diagnostics) -> String? {
        let json: JSONValue
        do { json = try InputFile.json(path: path) } catch { throw Diagnostics(error) }
        return find(json)
    }

    static func find(_ json: JSONValue) -> String? {
        guard case .object(let root) = json, case .object(let inputs)? = root["inputs"],
            case .object(let declaration)? = inputs.entries.first?.value,
            case .array(let shape)? = declaration["shape"], case .string(let dimension)? = shape.first,
            case .object(let symbols)? = root["symbols"], symbols[dimension] != nil
        else { return nil }
        return dimension
    }
}
