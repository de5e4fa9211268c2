import Testing
import Toolchain

/// An example with weights, at a size that tests can afford.
struct Example: Sendable, CustomTestStringConvertible {
    var folder: String
    var bindings: [String: Int]
    /// Weights of N:M structure, which not every machine takes.
    var isStructured = false
    var testDescription: String { folder }

    var graph: String { Repository.path("examples/\(folder)/graph.json") }

    func model() throws -> Model { try Model(path: graph, bindings: bindings) }

    static let withWeights =
        ["w8a8", "w4a8", "w2a8", "ternary"].map { Example(folder: "fashion-mnist/\($0)", bindings: ["batch": 8]) }
        + ["w8a8-2of4", "w4a8-4of16", "w4a8-2of4-shared"].map {
            Example(folder: "fashion-mnist/\($0)", bindings: ["batch": 8], isStructured: true)
        }
        + ["w4g128", "w2g64"].map { Example(folder: "llama-block-small/\($0)", bindings: [:]) }
        + [Example(folder: "two-layers", bindings: [:])]
}
