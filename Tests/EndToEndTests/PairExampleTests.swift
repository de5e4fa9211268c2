import Arch
import Compiler
import Diagnostics
import Graph
import Testing
import Toolchain

/// The examples on outlier-victim pairs, after conversion.
@Suite struct PairExampleTests {
    static let examples = Example.withWeights.filter { !$0.isStructured }

    static func job(_ example: Example, _ machine: String = "olive", fuses: Bool = true) throws -> Job {
        try Job(example.model(), target: .make(machine), options: CompilerOptions(fuses: fuses, allowsLossyConversions: true))
    }

    @Test(arguments: examples)
    func everyBitEqualsTheReferenceOfTheConvertedGraph(example: Example) throws {
        for fuses in [true, false] {
            let job = try Self.job(example, fuses: fuses)
            let inputs = try Inputs(for: job.model.graph, seed: 7).tensors
            let check = try job.check(inputs, outputs: job.compute(inputs))
            #expect(check.difference == nil, "fuses \(fuses)")
            #expect(check.edges + check.onCore > 0)
            // How far the conversion went is told for every output.
            #expect(check.fidelity.map(\.output) == job.model.graph.outputs)
            #expect(check.fidelity.allSatisfy { ($0.decibels ?? .infinity) > 15 })
        }
    }

    /// Ternary and two-bit weights, and symmetric activations that are never -128, are pairs without loss.
    @Test(arguments: ["llama-block-small/w2g64", "two-layers"])
    func smallWeightsLoseNothing(folder: String) throws {
        let job = try Self.job(Example(folder: folder, bindings: [:]), "olive-tiny")
        let inputs = try Inputs(for: job.model.graph, seed: 7).tensors
        let check = try job.check(inputs, outputs: job.compute(inputs))
        #expect(check.difference == nil)
        #expect(check.fidelity.allSatisfy { $0.decibels == nil })
    }

    @Test(arguments: examples.filter { $0.folder != "llama-block-small/w4g128" })
    func threadsAndStructureChangeNoBits(example: Example) throws {
        var small = example
        if small.bindings["batch"] != nil { small.bindings["batch"] = 2 }
        let job = try Self.job(small)
        let inputs = try Inputs(for: job.model.graph, seed: 9).tensors
        let once = try job.compute(inputs, Execution(threads: 1))
        #expect(try job.compute(inputs, Execution(threads: 2)) == once)
        #expect(try job.compute(inputs, Execution(path: .structural)) == once)
    }

    @Test(arguments: examples)
    func conversionsMustBeAllowed(example: Example) throws {
        let problems = #expect(throws: Diagnostics.self) { _ = try Job(example.model(), target: .make("olive")) }
        #expect(problems?.all.allSatisfy { $0.node != nil && $0.message.contains("--convert") } == true)
    }
}
