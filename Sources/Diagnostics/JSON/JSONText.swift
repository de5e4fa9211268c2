extension JSONValue {
    /// Canonical text: keys in their order, two spaces per level, a value that fits on a line of `width` on one line.
    /// The same value gives the same bytes on every machine.
    public func text(width: Int = 120) -> String {
        var output = ""
        write(to: &output, indent: 0, column: 0, width: width)
        return output + "\n"
    }

    private func write(to output: inout String, indent: Int, column: Int, width: Int) {
        let inner = String(repeating: " ", count: indent + 2)
        let close = "\n" + String(repeating: " ", count: indent)
        switch self {
        case .object(let object) where !object.isEmpty && !fits(width - column):
            output += "{\n"
            for (index, entry) in object.entries.enumerated() {
                let key = inner + Self.quoted(entry.key) + ": "
                output += (index == 0 ? "" : ",\n") + key
                entry.value.write(to: &output, indent: indent + 2, column: key.utf8.count + 1, width: width)
            }
            output += close + "}"
        case .array(let items) where !items.isEmpty && !fits(width - column):
            output += "[\n"
            for (index, item) in items.enumerated() {
                output += (index == 0 ? "" : ",\n") + inner
                item.write(to: &output, indent: indent + 2, column: indent + 3, width: width)
            }
            output += close + "]"
        default: output += compact
        }
    }

    private func fits(_ room: Int) -> Bool {
        var left = room
        return spend(&left)
    }

    /// Takes the compact length from `left`; stops early, so printing stays linear in depth times width.
    private func spend(_ left: inout Int) -> Bool {
        switch self {
        case .array(let items):
            left -= 2 * max(items.count, 1)
            return left >= 0 && items.allSatisfy { $0.spend(&left) }
        case .object(let object):
            left -= 2
            return left >= 0
                && object.entries.allSatisfy {
                    left -= Self.quoted($0.key).utf8.count + 4
                    return left >= 0 && $0.value.spend(&left)
                }
        default:
            left -= compact.utf8.count
            return left >= 0
        }
    }

    /// One line, with a space after each `:` and `,`.
    public var compact: String {
        switch self {
        case .null: "null"
        case .bool(let value): value ? "true" : "false"
        case .integer(let value): String(value)
        case .number(let value): value.description
        case .string(let value): Self.quoted(value)
        case .array(let items): "[" + items.map(\.compact).joined(separator: ", ") + "]"
        case .object(let object):
            "{" + object.entries.map { Self.quoted($0.key) + ": " + $0.value.compact }.joined(separator: ", ") + "}"
        }
    }

    static func quoted(_ text: String) -> String {
        var result = "\""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\"": result += "\\\""
            case "\\": result += "\\\\"
            case "\n": result += "\\n"
            case "\r": result += "\\r"
            case "\t": result += "\\t"
            case _ where scalar.value < 0x20 || scalar.value == 0x7F:
                let hex = String(scalar.value, radix: 16)
                result += "\\u" + String(repeating: "0", count: 4 - hex.count) + hex
            default: result.unicodeScalars.append(scalar)
            }
        }
        return result + "\""
    }
}
