import Arch
import Compiler
import Diagnostics
import Graph
import Report
import Sim

/// Runs one graph on a machine as a comparison asks for it.
public struct ComparisonRun: Sendable {
    /// What is done beside timing.
    public enum Evaluation: Sendable {
        case timing
        /// Computes values for these inputs and holds them against the reference evaluator.
        case check([String: Tensor])
        /// Classifies a test set; with `check` on the reference evaluator too, and the first batch bit for bit.
        case accuracy(LabelledData, batchSymbol: String?, check: Bool)
    }

    private let load: @Sendable ([String: Int]) throws -> Model
    private let bindings: [String: Int]
    private let options: CompilerOptions
    private let evaluation: Evaluation
    private let how: Execution
    private let mode: Simulator.Mode

    /// - Parameter load: the model with these bindings.
    public init(
        bindings: [String: Int] = [:], options: CompilerOptions = CompilerOptions(), evaluation: Evaluation = .timing,
        how: Execution = Execution(), mode: Simulator.Mode = .event,
        load: @escaping @Sendable ([String: Int]) throws -> Model
    ) {
        self.load = load
        self.bindings = bindings
        self.options = options
        self.evaluation = evaluation
        self.how = how
        self.mode = mode
    }

    /// What the machine makes of the graph. That it cannot be compiled for it is an outcome, not an error.
    public func outcome(on target: Target) throws -> MachineComparison.Outcome {
        switch evaluation {
        case .timing: try ran(on: target) { try $0.report($0.time(mode)) }
        case .check(let inputs):
            try ran(on: target) { job in
                let outputs = try job.compute(inputs, how)
                return try job.report(
                    job.time(mode), outputs: outputs, check: job.check(inputs, outputs: outputs, how))
            }
        case .accuracy(let data, let batchSymbol, let check):
            try classified(data, batchSymbol, check: check, on: target)
        }
    }

    private func ran(on target: Target, _ report: (Job) throws -> RunReport) throws -> MachineComparison.Outcome {
        let model = try load(bindings)
        let job: Job
        do { job = try Job(model, target: target, options: options) } catch let problems as Diagnostics {
            return try Self.refused(problems, of: target)
        }
        return .ran(try report(job))
    }

    private func classified(
        _ data: LabelledData, _ batchSymbol: String?, check: Bool, on target: Target
    ) throws -> MachineComparison.Outcome {
        let classifier: Classifier
        do {
            classifier = try Classifier(
                data, bindings: bindings, batchSymbol: batchSymbol, target: target, options: options, load: load)
        } catch let problems as Diagnostics { return try Self.refused(problems, of: target) }
        return .ran(classifier.job.report(
            try classifier.job.time(mode), check: check ? try classifier.checkFirstBatch(how) : nil,
            accuracy: try classifier.run(how, reference: check)))
    }

    /// A fault of ours is no property of the machine.
    private static func refused(_ problems: Diagnostics, of target: Target) throws -> MachineComparison.Outcome {
        if problems.all.contains(where: { $0.message.hasPrefix("internal error") }) { throw problems }
        return .refused(problems)
    }
}
