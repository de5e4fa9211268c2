import Diagnostics

/// How nodes of one operator become nodes of a graph.
struct ONNXOperator: Sendable {
    typealias Lower = @Sendable (inout ONNXLowering) throws(Diagnostic) -> [Value]

    /// Attributes that are looked at, or that change nothing; any other one is refused.
    var attributes: Set<String>
    var lower: Lower

    init(_ attributes: Set<String> = [], _ lower: @escaping Lower) {
        self.attributes = attributes
        self.lower = lower
    }

    static let all: [String: ONNXOperator] = [
        elementwise, products, images, blocks, logic, rows, movements, shapes, quantisation, recurrent, functions, logarithms, extremes, sums,
        arrangements, fused, rotary, attention, embeddings, places, notNumbers, patterns,
    ]
    .reduce([:]) { $0.merging($1) { first, _ in first } }
}
