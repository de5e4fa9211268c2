import Arch
import Compiler
import Diagnostics
import Formats
import Graph
import Report
import Testing
import Toolchain

@Suite struct CheckTests {
    @Test func aChangedBitOfAnOutputIsFound() throws {
        let job = try Job(
            Model(path: Repository.path("examples/two-layers/graph.json")), target: .make("lut-tc"))
        let inputs = try Inputs(for: job.model.graph, seed: 2).tensors
        var outputs = try job.compute(inputs)
        guard var y = outputs["y"], case .float32(var values) = y.storage else {
            Issue.record("no f32 output")
            return
        }
        values[7] = Float(bitPattern: values[7].bitPattern ^ 1)
        y.storage = .float32(values)
        outputs["y"] = y
        let difference = try job.check(inputs, outputs: outputs).difference
        #expect(difference?.node == "y" && difference?.tensor == "y")
        #expect(difference?.index == [2, 1])
        #expect(difference?.count == 1)
        var report = try job.report(job.time(), outputs: outputs)
        report.check = try job.check(inputs, outputs: outputs)
        #expect(report.json["check"]?["equal"] == false)
        #expect(report.text.contains("check: node 'y': y[2, 1] is "))
    }

    /// Every tensor of every node, fused or not, is what the reference evaluator has.
    @Test func edgesAreThoseOfTheReference() throws {
        let job = try Job(Model(path: Repository.path("examples/two-layers/graph.json")), target: .make("lut-tc"))
        let inputs = try Inputs(for: job.model.graph, seed: 2).tensors
        let edges = try job.edges(inputs)
        let legalised = try Compiler.legalised(
            job.graph(), target: job.target, options: job.options, constant: job.model.constants)
        var states: [String: Tensor] = [:]
        var seen = 0
        _ = try job.model.evaluate(inputs, graph: legalised, states: &states) { node, tensors in
            for (name, tensor) in zip(node.outputs, tensors) {
                #expect(edges[name]?.bytes == tensor.bytes, "\(name)")
                seen += 1
            }
        }
        #expect(seen == edges.count && seen > 2)
    }

    /// A lookup machine with INT8 tables: another graph is executed, exactly, and its distance is told.
    @Test func aLossyConversionIsAskedForAndMeasured() throws {
        var machine = try Target.make("lut-tc").machine
        machine.engines = [machine.engines[0]]
        machine.engines[0].parameters["tables"] = .text("int8-per-table")
        let target = try Target.make(machine)
        let graph = Graph(
            name: "g", inputs: ["x"], constants: ["w"],
            nodes: [Node(name: "y", operation: .linear(output: .float32), inputs: ["x", "w"], outputs: ["y"])],
            outputs: ["y"],
            types: [
                "x": TensorType(shape: [4, 64], encoding: TensorEncoding(codec: .int8, scale: .uniform(0.125))),
                "w": TensorType(
                    shape: [16, 64], encoding: TensorEncoding(codec: .signed(bits: 4), scale: .uniform(0.5))),
                "y": TensorType(shape: [4, 16], encoding: .float32),
            ])
        let model = Model(graph: graph, bundle: .random(for: graph, seed: 3))
        #expect(throws: Diagnostics.self) { try Job(model, target: target) }
        let job = try Job(model, target: target, options: CompilerOptions(allowsLossyConversions: true))
        let inputs = try Inputs(for: model.graph, seed: 3).tensors
        let check = try job.check(inputs, outputs: job.compute(inputs))
        #expect(check.difference == nil)
        let decibels = try #require(check.fidelity.first { $0.output == "y" }?.decibels)
        #expect(decibels > 20 && decibels < 120)
    }

    @Test func sessionsKeepStates() throws {
        let model = try Model(path: Repository.path("examples/llama-block-small/w2g64/graph.json"))
        let job = try Job(model, target: .make("lut-tc"))
        let inputs = try Inputs(for: model.graph, seed: 4).tensors
        var session = Session()
        let first = try session.compute(job, inputs)
        var states: [String: Tensor] = [:]
        let expected = try model.evaluate(inputs, states: &states)
        #expect(first == expected)
        #expect(!states.isEmpty && session.states == states)
        let again = try session.compute(job, inputs)
        #expect(try again == model.evaluate(inputs, states: &states))
    }

    @Test func drawnIndicesAreRowsOfTheirTable() throws {
        let graph = Graph(
            name: "g", inputs: ["i"], constants: ["t"],
            nodes: [Node(name: "y", operation: .gather, inputs: ["t", "i"], outputs: ["y"])], outputs: ["y"],
            types: [
                "i": TensorType(shape: [500], encoding: .int32), "t": TensorType(shape: [5, 2], encoding: .float32),
                "y": TensorType(shape: [500, 2], encoding: .float32),
            ])
        let tensor = try #require(try Inputs(for: graph, seed: 5).tensors["i"])
        guard case .int32(let indices) = tensor.storage else {
            Issue.record("not int32")
            return
        }
        #expect(Set(indices) == [0, 1, 2, 3, 4])
        #expect(try Inputs(for: graph, seed: 6).tensors["i"] != tensor)
    }
}
