import Arch
import Compiler
import Diagnostics
import Graph
import Sim
import Testing
import Toolchain

@Suite struct ExampleTests {
    static let machines = ["mac-int8", "lut-tc", "dsp-chain", "mixpe", "mac-fp16", "bit-serial", "bitfusion", "ant", "olaccel"]

    static let runs = Example.withWeights.flatMap { example in
        machines.filter { !refusesStructure.contains($0) || !example.isStructured }.map { (example, $0) }
    }
    /// Their engines have no selectors in front of the multipliers, units or bricks.
    static let refusesStructure: Set = ["mac-fp16", "bit-serial", "bitfusion", "ant", "olaccel"]

    static func job(_ example: Example, _ machine: String, fuses: Bool) throws -> Job {
        try Job(example.model(), target: .make(machine), options: CompilerOptions(fuses: fuses))
    }

    @Test(arguments: runs)
    func everyBitEqualsTheReference(example: Example, machine: String) throws {
        for fuses in [true, false] {
            let job = try Self.job(example, machine, fuses: fuses)
            let inputs = try Inputs(for: job.model.graph, seed: 7).tensors
            let check = try job.check(inputs, outputs: job.compute(inputs))
            #expect(check.difference == nil, "fuses \(fuses)")
            #expect(check.outputs == job.model.graph.outputs.count)
            #expect(check.edges + check.onCore > 0)
        }
    }

    @Test(arguments: runs)
    func fusionChangesBytesAndNoBits(example: Example, machine: String) throws {
        let fused = try Self.job(example, machine, fuses: true)
        let separate = try Self.job(example, machine, fuses: false)
        let inputs = try Inputs(for: fused.model.graph, seed: 8).tensors
        #expect(try fused.compute(inputs) == separate.compute(inputs))
        let traffic = try [fused, separate].map { job in
            let memory = try job.time().memory
            return memory.readBytes.total + memory.writtenBytes.total
        }
        #expect(traffic[0] < traffic[1])
    }

    @Test(arguments: runs)
    func threadsAndStructureChangeNoBits(example: Example, machine: String) throws {
        var small = example
        if small.bindings["batch"] != nil { small.bindings["batch"] = 2 }
        let job = try Self.job(small, machine, fuses: true)
        let inputs = try Inputs(for: job.model.graph, seed: 9).tensors
        let once = try job.compute(inputs, Execution(threads: 1))
        #expect(try job.compute(inputs, Execution(threads: 2)) == once)
        if example.folder != "llama-block-small/w4g128" {
            #expect(try job.compute(inputs, Execution(path: .structural)) == once)
        }
    }

    /// Float operands end to end, without any conversion.
    @Test(arguments: [("f16", "mac-fp16"), ("f16", "mac-fp16-tiny"), ("f8", "mac-fp8"), ("f8", "mac-fp16"), ("f8", "mac-fp8-tiny")])
    func encoderBlocksOfFloatsEqualTheReference(variant: String, machine: String) throws {
        let path = Repository.path("examples/encoder-block/\(variant).json")
        let model = try Model(path: path, bindings: ["seq": 11]).withRandomValues(seed: 5)
        for fuses in [true, false] {
            let job = try Job(model, target: .make(machine), options: CompilerOptions(fuses: fuses))
            let inputs = try Inputs(for: model.graph, seed: 3).tensors
            let once = try job.compute(inputs)
            #expect(try job.check(inputs, outputs: once).difference == nil)
            #expect(try job.compute(inputs, Execution(path: .structural)) == once)
        }
    }

    /// Int4 weights by f16 activations, with a zero point and a scale per group: multipliers and shift-and-add elements sum by
    /// the same contract, so they give the same bits.
    @Test func weightOnlyProductsDoNotDependOnTheEngine() throws {
        let path = Repository.path("examples/gemm/w4f16.json")
        let model = try Model(path: path, bindings: ["m": 5, "n": 70, "groups": 9]).withRandomValues(seed: 6)
        let inputs = try Inputs(for: model.graph, seed: 4).tensors
        let outputs = try ["mac-fp16", "mixpe-fp16", "mixpe-fp16-tiny"].map { machine in
            let job = try Job(model, target: .make(machine))
            let once = try job.compute(inputs)
            #expect(try job.check(inputs, outputs: once).difference == nil)
            #expect(try job.compute(inputs, Execution(path: .structural)) == once)
            return once
        }
        #expect(outputs.allSatisfy { $0 == outputs[0] })
    }

    /// Sums of 4,096 products of 8-bit codes stay exact on an array that adds in f32.
    @Test(arguments: ["w1", "w2", "w3", "w4", "w8"])
    func integerProductsAreExactOnFloats(variant: String) throws {
        let path = Repository.path("examples/gemm/\(variant).json")
        let model = try Model(path: path).withRandomValues(seed: 6)
        let inputs = try Inputs(for: model.graph, seed: 4).tensors
        let outputs = try ["mac-int8", "mac-fp16"].map { try Job(model, target: .make($0)).compute(inputs) }
        #expect(outputs[0] == outputs[1])
    }

    /// The logits that a numpy emulation of docs/numerics.md gave for the committed images.
    @Test(arguments: runs.filter { $0.0.folder.hasPrefix("fashion-mnist/") })
    func logitsEqualTheCommittedOnes(example: Example, machine: String) throws {
        let folder = "examples/fashion-mnist/"
        let model = try Model(path: example.graph)
        let inputs = try Inputs(
            for: model.graph, files: ["image": Repository.path(folder + "images.npy")], seed: 0)
        let outputs = try Job(model, target: .make(machine)).compute(inputs.tensors)
        #expect(try outputs["logits"] == Npy.read(path: Repository.path("examples/\(example.folder)/expected_logits.npy")))
    }

    @Test(arguments: ["w8a8", "ternary"])
    func accuracyDoesNotDependOnTheBatch(variant: String) throws {
        let folder = Repository.path("examples/fashion-mnist/")
        let data = try LabelledData(examplesPath: folder + "images.npy", labelsPath: folder + "labels.npy")
        let path = folder + variant + "/graph.json"
        let records = try [64, 24].map { batch in
            try Classifier(
                data, bindings: ["batch": batch], batchSymbol: BatchSymbol.find(path: path),
                target: .make("lut-tc"), options: CompilerOptions()
            ) { try Model(path: path, bindings: $0) }.run(Execution(threads: 2), reference: true)
        }
        // examples/fashion-mnist/README.md: 60 and 58 of the 64 images.
        #expect(records.map(\.correct) == Array(repeating: variant == "w8a8" ? 60 : 58, count: 2))
        #expect(records.allSatisfy { $0.referenceCorrect == $0.correct })
    }

    /// docs/accuracy.md, of the 64 committed images; the reference is that of the converted graph.
    @Test(arguments: [("olive", [59, 59, 59, 57]), ("examples/machines/ant-4bit.json", [55, 60, 56, 58])] as [(String, [Int])])
    func accuracyAfterConversionIsThatOfThePage(machine: String, counts: [Int]) throws {
        let folder = Repository.path("examples/fashion-mnist/")
        let data = try LabelledData(examplesPath: folder + "images.npy", labelsPath: folder + "labels.npy")
        let target = try Target.make(machine.contains("/") ? Repository.path(machine) : machine)
        for (variant, count) in zip(["w8a8", "w4a8", "w2a8", "ternary"], counts) {
            let path = folder + variant + "/graph.json"
            let record = try Classifier(
                data, bindings: ["batch": 64], batchSymbol: BatchSymbol.find(path: path), target: target,
                options: CompilerOptions(allowsLossyConversions: true), load: { try Model(path: path, bindings: $0) }
            ).run(Execution(threads: 2), reference: true)
            #expect(record.correct == count && record.referenceCorrect == count, "\(variant)")
        }
    }
}
