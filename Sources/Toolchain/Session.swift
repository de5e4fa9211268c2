import Arch
import Diagnostics
import Formats
import Golden
import Graph

/// What stays in memory between runs: the graph's states (KV caches), by name. The next program may be another one, for
/// another position, as long as its states have the same shape.
public struct Session: Sendable {
    public private(set) var states: [String: Tensor] = [:]

    public init() {}

    /// Runs the job's program once on the golden model.
    public mutating func compute(
        _ job: Job, _ inputs: [String: Tensor], _ how: Execution = Execution()
    ) throws -> [String: Tensor] {
        guard job.model.constants != nil else { throw Diagnostics(job.model.missingValues) }
        let model = try GoldenModel(target: job.target, program: job.program)
        return try compute(model, inputs, how)
    }

    /// The same with a model that exists: its program, its memory.
    public mutating func compute(
        _ model: GoldenModel, _ inputs: [String: Tensor], _ how: Execution = Execution()
    ) throws -> [String: Tensor] {
        let buffers = model.plan.program.buffers.filter { $0.role == .state }
        for buffer in buffers {
            if let tensor = states[buffer.name] { try model.write(buffer.name, tensor.bytes) }
        }
        let outputs = try model.compute(inputs, how)
        for buffer in buffers { states[buffer.name] = try model.tensor(buffer) }
        return outputs
    }
}

extension GoldenModel {
    /// Runs the program on the states that are there.
    func compute(_ inputs: [String: Tensor], _ how: Execution) throws -> [String: Tensor] {
        if let threads = how.threads { self.threads = threads }
        for buffer in plan.program.buffers where buffer.role == .input {
            guard let tensor = inputs[buffer.name] else {
                throw Diagnostics(Diagnostic(node: buffer.name, "no values were given for this input"))
            }
            try write(buffer.name, tensor.bytes)
        }
        try run(path: how.path)
        var outputs: [String: Tensor] = [:]
        for buffer in plan.program.buffers where buffer.role == .output { outputs[buffer.name] = try tensor(buffer) }
        return outputs
    }

    /// The values of a buffer.
    func tensor(_ buffer: Buffer) throws -> Tensor {
        guard let codec = Codec(name: buffer.codec),
            let tensor = Tensor(shape: buffer.shape, codec: codec, bytes: read(buffer))
        else {
            throw Diagnostics(
                Diagnostic(node: buffer.name, field: "codec", "\(buffer.shape) of '\(buffer.codec)' is no tensor"))
        }
        return tensor
    }
}
