import Diagnostics

/// Lengths that one program is to serve: those that round up to the same multiple (length-adaptive compilation as in
/// FlightLLM, arXiv 2401.03868).
public struct LengthBucket: Hashable, Sendable {
    /// A symbol of the graph.
    public var symbol: String
    /// At least 1.
    public var multiple: Int

    public init(symbol: String, multiple: Int) {
        self.symbol = symbol
        self.multiple = multiple
    }

    /// The lengths that round up to the same multiple as `value`, inside what the graph allows.
    func lengths(around value: Int, allowed: ClosedRange<Int>) throws(Diagnostic) -> ClosedRange<Int> {
        guard (1...1 << 20).contains(multiple) else {
            throw Diagnostic(field: "bucket", "the multiple \(multiple) is outside 1...\(1 << 20)")
        }
        guard value >= 0 else { throw Diagnostic(field: "bucket", "'\(symbol)' is \(value), 0 or more expected") }
        // Values are below 2^40.
        let greatest = (value + multiple - 1) / multiple * multiple
        return max(greatest - multiple + 1, allowed.lowerBound, 0)...min(greatest, allowed.upperBound)
    }
}

extension GraphReader {
    /// Reads a graph of which one dimension stays open.
    ///
    /// - Parameters:
    ///   - bindings: values of symbols; that of the bucket's says which lengths are meant.
    ///   - name: the graph's name when the file does not give one.
    /// - Throws: everything that is wrong with the document, or that does not let the dimension stay open.
    public static func read(
        _ value: JSONValue, bindings: [String: Int] = [:], bucket: LengthBucket, name: String = "graph"
    ) throws(Diagnostics) -> GraphDocument {
        let exact = try read(value, bindings: bindings, name: name)
        let symbol = bucket.symbol
        guard let length = exact.symbols[symbol], let allowed = exact.symbolRanges[symbol] else {
            let hint = Suggestion.hint(for: symbol, in: exact.symbols.keys.sorted())
            throw Diagnostics(Diagnostic(field: "bucket", "the graph has no symbol '\(symbol)'\(hint)"))
        }
        let lengths: ClosedRange<Int>
        do { lengths = try bucket.lengths(around: length, allowed: allowed) } catch { throw Diagnostics(error) }
        func document(_ length: Int) throws(Diagnostics) -> GraphDocument {
            try read(value, bindings.merging([symbol: length]) { $1 }, linear: symbol, name)
        }
        let shortest = try document(lengths.lowerBound)
        var longest: GraphDocument
        do { longest = try document(lengths.upperBound) } catch {
            let note = "('\(symbol)' is padded to \(lengths.upperBound); a smaller \"max\" of the symbol pads less)"
            throw Diagnostics(error.all.map { $0.adding(note) })
        }
        let open = OpenLength(name: symbol, range: lengths, value: length)
        var pass = LengthBucketing(shortest: shortest.graph, longest: longest.graph, length: open)
        longest.graph = try pass.run()
        longest.symbols[symbol] = length
        return longest
    }
}

extension Diagnostic {
    fileprivate func adding(_ note: String) -> Diagnostic {
        var copy = self
        copy.message += " " + note
        return copy
    }
}
