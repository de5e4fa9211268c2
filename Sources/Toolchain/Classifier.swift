import Arch
import Compiler
import Diagnostics
import Dispatch
import Golden
import Graph
import Report
import Synchronization

/// Top-1 accuracy of a graph with one input and one output, batch by batch.
public struct Classifier: Sendable {
    /// The program of a full batch.
    public let job: Job
    /// The program of the last batch, when it is smaller.
    private let rest: Job?
    private let data: LabelledData
    private let input: String
    private let output: String
    private let batch: Int

    /// - Parameters:
    ///   - load: the model with these bindings.
    ///   - batchSymbol: the symbol that is the number of examples in a run; `nil` when the graph fixes it.
    public init(
        _ data: LabelledData, bindings: [String: Int], batchSymbol: String?, target: Target, options: CompilerOptions,
        load: ([String: Int]) throws -> Model
    ) throws {
        var bindings = bindings
        var model = try load(bindings)
        guard model.graph.inputs.count == 1, model.graph.outputs.count == 1 else {
            throw Diagnostics(Diagnostic(file: model.path, "--data needs a graph with one input and one output"))
        }
        input = model.graph.inputs[0]
        output = model.graph.outputs[0]
        var batch = model.graph.types[input]?.shape.first ?? 1
        if let batchSymbol, batch > data.count {
            bindings[batchSymbol] = data.count
            model = try load(bindings)
            batch = data.count
        }
        self.batch = batch
        self.data = data
        job = try Job(model, target: target, options: options)
        let left = data.count % batch
        if left == 0 {
            rest = nil
        } else if let batchSymbol {
            bindings[batchSymbol] = left
            rest = try Job(load(bindings), target: target, options: options)
        } else {
            throw Diagnostics(
                Diagnostic(
                    file: model.path, node: input, field: "shape",
                    "takes \(batch) examples at a time, and \(data.count) is no multiple of it"))
        }
        try checkData(model)
    }

    /// Inputs of the first run.
    func firstBatch() throws -> [String: Tensor] { [input: try data.batch(0..<batch)] }

    /// Holds the first run against the reference evaluator, bit for bit.
    public func checkFirstBatch(_ how: Execution) throws -> CheckRecord {
        let values = try firstBatch()
        return try job.check(values, outputs: job.compute(values, how), how)
    }

    private func checkData(_ model: Model) throws {
        guard let type = model.graph.types[input] else { return }
        let wanted = TensorType(shape: [data.count] + type.shape.dropFirst(), encoding: type.encoding)
        do { _ = try data.examples.input(input, of: wanted) } catch { throw error.inFile(data.path) }
    }

    /// Examples of the batches.
    private var ranges: [Range<Int>] {
        stride(from: 0, to: data.count, by: batch).map { $0..<min($0 + batch, data.count) }
    }

    /// Runs every batch on the golden model, and with `reference` on the reference evaluator too. Batches are spread over
    /// threads; their results do not depend on it.
    ///
    /// - Parameter progress: is told of examples that are done, on any thread; those of the reference evaluator come again.
    public func run(
        _ how: Execution, reference: Bool, progress: @escaping @Sendable (Int) -> Void = { _ in }
    ) throws -> AccuracyRecord {
        let correct = try count(how, progress) { try executor(how) }
        let referenceCorrect = reference ? try count(how, progress) { try evaluator() } : nil
        return AccuracyRecord(
            examples: data.count, correct: correct, referenceCorrect: referenceCorrect, batch: batch)
    }

    private typealias Run = (Tensor) throws -> Tensor?

    /// Executes programs: models are made once per thread.
    private func executor(_ how: Execution) throws -> Run {
        let full = try GoldenModel(target: job.target, program: job.program)
        if data.count > 2 * batch { full.keepWeights(models: threads(how)) }
        var alone = how
        alone.threads = 1
        return { tensor in
            var session = Session()
            if let rest, tensor.shape.first != batch {
                return try session.compute(rest, [input: tensor], alone)[output]
            }
            return try session.compute(full, [input: tensor], alone)[output]
        }
    }

    private func evaluator() throws -> Run {
        { tensor in
            let job = tensor.shape.first == batch ? self.job : rest ?? self.job
            var states: [String: Tensor] = [:]
            return try job.model.evaluate([input: tensor], graph: job.compilation.legalised, states: &states)[output]
        }
    }

    private func threads(_ how: Execution) -> Int { max(1, min(how.threads ?? ProcessorCount.active, ranges.count)) }

    private func count(
        _ how: Execution, _ progress: @Sendable (Int) -> Void, _ make: @Sendable () throws -> Run
    ) throws -> Int {
        let ranges = ranges
        let threads = threads(how)
        let total = Mutex(0)
        let failure = Mutex<Diagnostics?>(nil)
        DispatchQueue.concurrentPerform(iterations: threads) { thread in
            do {
                let run = try make()
                var correct = 0
                for index in stride(from: thread, to: ranges.count, by: threads) {
                    let answers = try run(data.batch(ranges[index]))?.argmax() ?? []
                    correct += zip(answers, data.labels[ranges[index]]).count { $0 == $1 }
                    progress(ranges[index].count)
                }
                let found = correct
                total.withLock { $0 += found }
            } catch {
                let found = Diagnostics(any: error)
                failure.withLock { $0 = $0 ?? found }
            }
        }
        if let failure = failure.withLock({ $0 }) { throw failure }
        return total.withLock { $0 }
    }
}
