import Arch
import Compiler
import Diagnostics
import Golden
import Graph
import Sim

/// One graph compiled for one machine. Read, compile, compute, time, check and report are a call each:
///
///     let model = try Model(path: "graph.json")
///     let job = try Job(model, target: .make("lut-tc"))
///     let outputs = try job.compute(inputs)
///     print(job.report(try job.time()).text)
public struct Job: Sendable {
    public let model: Model
    public let target: Target
    public let options: CompilerOptions
    public let compilation: Compilation
    /// The program of the compilation, with its parameters set.
    public private(set) var program: Program

    /// - Parameter laidOut: shared by jobs of the same model, target and options.
    public init(
        _ model: Model, target: Target, options: CompilerOptions = CompilerOptions(),
        laidOut: LaidOutConstants = LaidOutConstants()
    ) throws {
        self.model = model
        self.target = target
        self.options = options
        do {
            compilation = try Compiler.compile(
                model.graph, target: target, options: options, constant: model.constants, laidOut: laidOut)
        } catch { throw Diagnostics(any: error).inFile(model.path) }
        program = compilation.program
    }

    /// The same compilation with other values in its parameter registers.
    public func setting(_ values: [String: Int]) throws(Diagnostics) -> Job {
        var job = self
        job.program = try program.setting(values)
        return job
    }

    /// The graph that the program computes as it is set: for an open length, the one bound to the length in its register.
    public func graph() throws -> Graph {
        guard let length = model.graph.length,
            let value = program.parameters.first(where: { $0.name == length.name })?.value
        else { return model.graph }
        if let bound = model.bound { return try bound(value) }
        // Without a file to bind, the graph is that of the greatest length.
        guard value == length.range.upperBound else {
            throw Diagnostics(Diagnostic(
                file: model.path, field: length.name, "the graph cannot be bound to \(value), only to \(length.range.upperBound)"))
        }
        return model.graph
    }

    /// Cycles, without values.
    public func time(_ mode: Simulator.Mode = .event) throws -> Timing {
        try Simulator(target: target).run(program, mode: mode)
    }

    /// Values, without time.
    public func compute(_ inputs: [String: Tensor], _ how: Execution = Execution()) throws -> [String: Tensor] {
        var session = Session()
        return try session.compute(self, inputs, how)
    }
}

/// How values are computed. It changes no bit of them.
public struct Execution: Hashable, Sendable {
    public var threads: Int?
    public var path: GoldenModel.Path

    /// - Parameter threads: all cores when left out.
    public init(threads: Int? = nil, path: GoldenModel.Path = .fast) {
        self.threads = threads
        self.path = path
    }
}
