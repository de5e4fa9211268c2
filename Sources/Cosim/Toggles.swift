import Foundation

/// How often the nets of a library of gates changed.
enum Toggles {
    /// By number of the net, from what `rtl/cosim/gates.c` writes: a net and its count on each line.
    static func counts(contentsOf path: String) throws -> [String: Int] {
        let text = try String(contentsOfFile: path, encoding: .utf8)
        var counts: [String: Int] = [:]
        for line in text.split(separator: "\n") {
            let words = line.split(separator: " ")
            guard words.count == 2, let count = Int(words[1]) else { continue }
            counts[String(words[0])] = count
        }
        return counts
    }
}
