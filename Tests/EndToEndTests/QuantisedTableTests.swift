import Arch
import Compiler
import Diagnostics
import Engines
import Graph
import Testing
import Toolchain

/// INT8 tables from graph to outputs: an error that names the node without the permission to round, with it the bits of
/// the legalised graph.
@Suite struct QuantisedTableTests {
    struct Case: Sendable, CustomTestStringConvertible {
        var activations: String
        var weights: String
        var depth: Int
        /// Of the weights' scales; `nil` is one scale per column.
        var group: Int?
        var testDescription: String { "\(activations) x \(weights), K \(depth), group \(group.map(String.init) ?? "none")" }

        var json: String {
            let scales = group.map { "[70, \((depth + $0 - 1) / $0)]" } ?? "[70]"
            let sharing = group.map { "\"group\": \($0)" } ?? "\"axis\": 0"
            return """
                { "schema": "accelsim-graph-1",
                  "inputs": { "x": { "shape": [5, \(depth)], "encoding": \(activations) } },
                  "constants": {
                    "s": { "shape": \(scales), "encoding": "\(group == nil ? "f32" : "f16")" },
                    "b": { "shape": [70] },
                    "w": { "shape": [70, \(depth)], "encoding": { "codec": "\(weights)", "scale": "s", \(sharing) } } },
                  "nodes": [
                    { "name": "up", "op": "linear", "inputs": ["x", "w", "b"], "output": "f32" },
                    { "name": "y", "op": "silu", "inputs": ["up"] } ],
                  "outputs": ["y", "up"] }
                """
        }
    }

    static let codes = #"{ "codec": "int8", "scale": 0.03 }"#
    static let cases: [Case] = ["int2", "ternary", "bipolar2"].flatMap { weights in
        [(256, nil), (202, nil), (256, 64), (320, 128)].map { depth, group in
            Case(activations: "\"f32\"", weights: weights, depth: depth, group: group)
        }
    } + [
        Case(activations: codes, weights: "int2", depth: 256, group: nil),
        Case(activations: codes, weights: "int4", depth: 320, group: 128),
        Case(activations: codes, weights: "bipolar1", depth: 130, group: nil),
        Case(activations: "\"f32\"", weights: "int8", depth: 128, group: 64),
    ]
    static let rounded = CompilerOptions(allowsLossyConversions: true)

    @Test(arguments: cases)
    func roundingWantsPermission(_ example: Case) throws {
        let model = try LookupMachine.model(example.json)
        for tables in [LUTTensorCore.Tables.int8PerTable, .int8Per64] {
            let target = try LookupMachine.target(tables: tables)
            let error = #expect(throws: Diagnostics.self) { try Job(model, target: target) }
            #expect(error?.all.map(\.node) == ["up"])
            #expect(error?.description.contains("--convert") == true)
        }
    }

    @Test(arguments: cases, [LUTTensorCore.Tables.int8PerTable, .int8Per64])
    func everyBitIsThatOfTheLegalisedGraph(_ example: Case, _ tables: LUTTensorCore.Tables) throws {
        let model = try LookupMachine.model(example.json)
        let inputs = try Inputs(for: model.graph, seed: 5).tensors
        var expected: [String: Tensor]?
        for (symmetric, fuses) in [(true, true), (true, false), (false, true)] {
            var options = Self.rounded
            options.fuses = fuses
            let target = try LookupMachine.target(arrays: 2, tables: tables, symmetric: symmetric)
            let job = try Job(model, target: target, options: options)
            let outputs = try job.compute(inputs)
            let check = try job.check(inputs, outputs: outputs)
            #expect(check.difference == nil)
            #expect(check.outputs == 2)
            // Seven bits of magnitude per entry: far from the original and from noise alike.
            #expect(check.fidelity.map(\.output) == ["y", "up"])
            #expect(check.fidelity.allSatisfy { (25...80).contains($0.decibels ?? 0) }, "\(check.fidelity)")
            #expect(expected == nil || expected == outputs)
            expected = outputs
            #expect(try job.compute(inputs, Execution(path: .structural)) == outputs)
        }
    }

    /// Codes go to an engine that takes them as they are, when there is one.
    @Test func codesPreferExactMultipliers() throws {
        let model = try LookupMachine.model(Case(activations: Self.codes, weights: "int2", depth: 64, group: nil).json)
        let target = try LookupMachine.target(tables: .int8Per64, withMultipliers: true)
        #expect(try Job(model, target: target, options: Self.rounded).compilation.legalised == model.graph)
    }
}
