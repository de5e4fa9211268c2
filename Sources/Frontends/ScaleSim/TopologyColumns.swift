import Diagnostics
import Formats

/// Which column of a topology is what. Headers of the field's files differ in blanks, letters and the words at their ends.
struct TopologyColumns {
    private enum Column: String, CaseIterable {
        case height = "IFMAP Height"
        case width = "IFMAP Width"
        case filterHeight = "Filter Height"
        case filterWidth = "Filter Width"
        case channels = "Channels"
        case filters = "Num Filter"
        case stride = "Strides"
        case strideHeight = "Stride Height"
        case strideWidth = "Stride Width"
        case m = "M"
        case n = "N"
        case k = "K"
        case sparsity = "Sparsity"

        static let convolution: [Column] = [.height, .width, .filterHeight, .filterWidth, .channels, .filters]
        static let product: [Column] = [.m, .n, .k]

        /// By the letters of a header's field, however it is written.
        static func named(_ text: String) -> Column? {
            switch text.lowercased().filter({ $0.isLetter || $0 == ":" }) {
            case "ifmapheight", "ifmaph", "inputheight": .height
            case "ifmapwidth", "ifmapw", "inputwidth": .width
            case "filterheight", "filterh", "filtheight": .filterHeight
            case "filterwidth", "filterw", "filtwidth": .filterWidth
            case "channels", "channel", "numchannels", "numchannel": .channels
            case "numfilter", "numfilters", "filters", "numberoffilters": .filters
            case "strides", "stride": .stride
            case "strideheight", "strideh": .strideHeight
            case "stridewidth", "stridew": .strideWidth
            case "m": .m
            case "n": .n
            case "k": .k
            case "sparsity", "n:m", "sparsityratio", "sparsitysupport": .sparsity
            default: nil
            }
        }
    }

    private let places: [Column: Int]

    /// - Parameter line: number of the header, for messages.
    init(_ header: [String], line: Int) throws(Diagnostics) {
        var problems = Diagnostics()
        var places: [Column: Int] = [:]
        for (index, text) in header.enumerated().dropFirst() {
            guard let column = Column.named(text) else {
                let known = Column.allCases.map(\.rawValue)
                problems.report(
                    Diagnostic(node: "line \(line)", field: text, "is no column of a topology\(Suggestion.hint(for: text, in: known))"))
                continue
            }
            if places.updateValue(index, forKey: column) != nil {
                problems.report(Diagnostic(node: "line \(line)", field: text, "is there twice"))
            }
        }
        let isProduct = places[.m] != nil
        for column in isProduct ? Column.product : Column.convolution where places[column] == nil {
            problems.report(Diagnostic(node: "line \(line)", field: column.rawValue, "the header has no such column"))
        }
        if isProduct, let extra = Column.convolution.first(where: { places[$0] != nil }) {
            problems.report(Diagnostic(node: "line \(line)", field: extra.rawValue, "does not go with M, N and K"))
        }
        guard problems.isEmpty else { throw problems }
        self.places = places
    }

    private static let sizes = 1...(1 << 24)

    func layer(_ fields: [String], line: Int, into problems: inout Diagnostics) -> TopologyFile.Layer? {
        let name = fields.first.map { $0.isEmpty ? "layer\(line)" : $0 } ?? "layer\(line)"
        let before = problems.all.count
        func number(_ column: Column) -> Int? {
            guard let place = places[column] else { return nil }
            let text = fields.indices.contains(place) ? fields[place] : ""
            if text.isEmpty, column == .stride || column == .strideHeight || column == .strideWidth { return 1 }
            guard let number = Int(text), Self.sizes.contains(number) else {
                problems.report(
                    Diagnostic(
                        node: name, field: "line \(line), \(column.rawValue)",
                        "is '\(text)', a number from 1 to \(Self.sizes.upperBound) expected"))
                return nil
            }
            return number
        }
        if fields.count > (places.values.max() ?? 0) + 1 {
            problems.report(Diagnostic(node: name, field: "line \(line)", "has \(fields.count) fields, more than the header"))
        }
        let kind: TopologyFile.Layer.Kind
        if places[.m] != nil {
            kind = .product(m: number(.m) ?? 1, n: number(.n) ?? 1, k: number(.k) ?? 1)
        } else {
            let both = number(.stride)
            kind = .convolution(
                height: number(.height) ?? 1, width: number(.width) ?? 1, filterHeight: number(.filterHeight) ?? 1,
                filterWidth: number(.filterWidth) ?? 1, channels: number(.channels) ?? 1, filters: number(.filters) ?? 1,
                stride: [number(.strideHeight) ?? both ?? 1, number(.strideWidth) ?? both ?? 1])
        }
        let structure = structure(fields, name, line, into: &problems)
        return problems.all.count == before ? TopologyFile.Layer(name: name, kind: kind, structure: structure) : nil
    }

    /// `N:M`; as many as there are is dense.
    private func structure(_ fields: [String], _ name: String, _ line: Int, into problems: inout Diagnostics) -> NOfM? {
        guard let place = places[.sparsity], fields.indices.contains(place), !fields[place].isEmpty else { return nil }
        let parts = fields[place].split(separator: ":").map { Int($0.filter { $0 != " " }) }
        if parts.count == 2, let n = parts[0], let m = parts[1] {
            if n == m, n > 0 { return nil }
            if let structure = NOfM(n: n, m: m) { return structure }
        }
        problems.report(
            Diagnostic(
                node: name, field: "line \(line), Sparsity",
                "is '\(fields[place])'; N:M with N of 1, 2, 4 or 8 and M of 4, 8, 16 or 32 is supported"))
        return nil
    }
}
