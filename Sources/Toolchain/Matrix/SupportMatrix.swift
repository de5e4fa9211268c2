import Arch
import Diagnostics
import Engines
import Formats

/// Which engine multiplies which formats: every engine of the catalogue, and every option of it that changes an answer.
public struct SupportMatrix: Sendable {
    /// Engines that answer alike.
    public struct Section: Sendable {
        public var kind: String
        /// The first is the one that `summary` describes; parameters that are not there have their defaults.
        public var specifications: [EngineSpecification]
        public var summary: String
        public var rows: [Row]
        /// Where the answers differ from those of the engine with its defaults; all rows for the defaults themselves.
        public var changes: [Row]
    }

    /// Formats that get the same answers; every pair of codecs is in one row of a section.
    public struct Row: Sendable {
        public var activations: [Codec]
        public var weights: [Codec]
        /// By form; none where there is no such product. Reasons do not repeat the codecs.
        public var answers: [ProductForm: Support]
    }

    public var sections: [Section]

    /// - Parameter kind: one engine; all of them when left out.
    public init(kind: String? = nil) throws(Diagnostics) {
        sections = []
        for kind in kind.map({ [$0] }) ?? Catalog.kinds { sections += try Self.sections(of: kind) }
    }

    /// Every engine that the matrix is about.
    public static var variants: [EngineSpecification] {
        get throws(Diagnostics) {
            var all: [EngineSpecification] = []
            for kind in Catalog.kinds { all += try Catalog.variants(of: kind) }
            return all
        }
    }

    private static func sections(of kind: String) throws(Diagnostics) -> [Section] {
        var sections: [(answers: SupportAnswers, section: Section)] = []
        for specification in try Catalog.variants(of: kind) {
            let engine = try Catalog.engine(specification)
            let answers = SupportAnswers(engine)
            if let index = sections.firstIndex(where: { $0.answers == answers }) {
                sections[index].section.specifications.append(specification)
            } else {
                let section = Section(
                    kind: kind, specifications: [specification], summary: engine.summary, rows: answers.rows(),
                    changes: answers.rows(apartFrom: sections.first?.answers))
                sections.append((answers, section))
            }
        }
        return sections.map(\.section)
    }
}

/// All answers of one engine.
struct SupportAnswers: Hashable {
    /// Indexed by activations and weights, then by form. Where a form has no product it answers as `dense` does, so that
    /// floats and integers can share a row.
    private let answers: [[[Support]]]

    init(_ engine: any Engine) {
        answers = Codec.all.map { activations in
            Codec.all.map { weights in
                ProductForm.allCases.map { form in
                    let format = form.format(activations: activations, weights: weights)
                        ?? ProductFormat(activations: activations, weights: weights)
                    return engine.answer(format).withoutCodecs(format)
                }
            }
        }
    }

    /// The answers in as few rows as grouping by activations first, or by weights first, gives.
    ///
    /// - Parameter base: answers that are left out where they are the same.
    func rows(apartFrom base: SupportAnswers? = nil) -> [SupportMatrix.Row] {
        let cells = answers.indices.map { a in
            answers[a].indices.map { w in base?.answers[a][w] == answers[a][w] ? nil : answers[a][w] }
        }
        let byActivations = Self.rectangles(cells).map { (activations: $0.outer, weights: $0.inner) }
        let turned = cells.indices.map { w in cells.indices.map { a in cells[a][w] } }
        let byWeights = Self.rectangles(turned).map { (activations: $0.inner, weights: $0.outer) }
        return (byWeights.count < byActivations.count ? byWeights : byActivations).map(row)
    }

    private func row(_ rectangle: (activations: [Int], weights: [Int])) -> SupportMatrix.Row {
        let activations = rectangle.activations.map { Codec.all[$0] }
        let weights = rectangle.weights.map { Codec.all[$0] }
        var found: [ProductForm: Support] = [:]
        for (form, answer) in zip(ProductForm.allCases, answers[rectangle.activations[0]][rectangle.weights[0]])
        where activations.contains(where: { form.format(activations: $0, weights: weights[0]) != nil }) {
            found[form] = answer
        }
        return SupportMatrix.Row(activations: activations, weights: weights, answers: found)
    }

    /// Equal outer lines together, and in them equal cells; cells that are `nil` in none.
    private static func rectangles(_ lines: [[[Support]?]]) -> [(outer: [Int], inner: [Int])] {
        grouped(lines).flatMap { outer in
            grouped(lines[outer[0]]).compactMap { inner in
                lines[outer[0]][inner[0]] == nil ? nil : (outer, inner)
            }
        }
    }

    /// Indices of equal values, in order of the first of them.
    private static func grouped<Value: Hashable>(_ values: [Value]) -> [[Int]] {
        var places: [Value: Int] = [:]
        var groups: [[Int]] = []
        for (index, value) in values.enumerated() {
            if let place = places[value] {
                groups[place].append(index)
            } else {
                places[value] = groups.count
                groups.append([index])
            }
        }
        return groups
    }
}

extension Support {
    /// Reasons say which codec they are about ("weights are int5, ..."); a row of the matrix is about many.
    fileprivate func withoutCodecs(_ format: ProductFormat) -> Support {
        guard case .unsupported(var reason) = self else { return self }
        for (operand, codec) in [
            ("run-time weights", format.weights), ("weights", format.weights), ("activations", format.activations),
        ] where reason.hasPrefix("\(operand) are \(codec.name), ") {
            reason = operand + ": " + reason.dropFirst("\(operand) are \(codec.name), ".count)
            break
        }
        reason.replace("of \(format.activations.name) by \(format.weights.name)", with: "of these formats")
        return .unsupported(reason: reason)
    }
}
