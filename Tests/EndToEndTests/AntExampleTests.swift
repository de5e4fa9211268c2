import Arch
import Compiler
import Testing
import Toolchain

/// The examples in four bits, after conversion.
@Suite struct AntExampleTests {
    static let examples = Example.withWeights.filter { $0.folder.hasPrefix("fashion-mnist/") && !$0.isStructured }

    @Test(arguments: examples)
    func everyBitEqualsTheReferenceOfTheConvertedGraph(example: Example) throws {
        var small = example
        small.bindings["batch"] = 2
        let target = try Target.make(Repository.path("examples/machines/ant-4bit.json"))
        for fuses in [true, false] {
            let options = CompilerOptions(fuses: fuses, allowsLossyConversions: true)
            let job = try Job(small.model(), target: target, options: options)
            let inputs = try Inputs(for: job.model.graph, seed: 7).tensors
            let outputs = try job.compute(inputs)
            let check = try job.check(inputs, outputs: outputs)
            #expect(check.difference == nil && check.edges + check.onCore > 0, "fuses \(fuses)")
            #expect(check.fidelity.allSatisfy { ($0.decibels ?? .infinity) > 5 })
            #expect(try job.compute(inputs, Execution(path: .structural)) == outputs)
        }
    }
}
