import Arch
import Compiler
import Testing
import Toolchain

/// Sums by centroid end to end: attention on the multipliers beside the elements, weights clustered where that is allowed.
@Suite struct GoboExampleTests {
    @Test(arguments: ["gobo", "gobo-tiny", "examples/machines/gobo-4bit.json"])
    func encoderBlocksEqualTheReferenceOfTheConvertedGraph(machine: String) throws {
        let path = Repository.path("examples/encoder-block/f16.json")
        let model = try Model(path: path, bindings: ["seq": 9]).withRandomValues(seed: 5)
        let target = try Target.make(machine.hasPrefix("examples") ? Repository.path(machine) : machine)
        for fuses in [true, false] {
            let job = try Job(model, target: target, options: CompilerOptions(fuses: fuses, allowsLossyConversions: true))
            let inputs = try Inputs(for: model.graph, seed: 3).tensors
            let once = try job.compute(inputs)
            let check = try job.check(inputs, outputs: once)
            #expect(check.difference == nil && check.fidelity.allSatisfy { ($0.decibels ?? .infinity) > 8 })
            #expect(try job.compute(inputs, Execution(path: .structural)) == once)
        }
    }

    /// Without a conversion, and with the same bits on every size of machine.
    @Test func dictionariesAreMultipliedAsTheyAre() throws {
        let path = Repository.path("examples/gemm/dictionary.json")
        let model = try Model(path: path, bindings: ["m": 5, "n": 70, "k": 1100]).withRandomValues(seed: 6)
        let inputs = try Inputs(for: model.graph, seed: 4).tensors
        let outputs = try ["gobo", "gobo-tiny"].map { machine in
            let job = try Job(model, target: .make(machine))
            let once = try job.compute(inputs)
            #expect(try job.check(inputs, outputs: once).difference == nil)
            #expect(try job.compute(inputs, Execution(path: .structural)) == once)
            return once
        }
        #expect(outputs[0] == outputs[1])
    }
}
