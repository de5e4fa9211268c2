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

    public init(_ model: Model, target: Target, options: CompilerOptions = CompilerOptions()) throws {
        self.model = model
        self.target = target
        self.options = options
        do {
            compilation = try Compiler.compile(
                model.graph, target: target, options: options, constant: model.constants)
        } catch { throw Diagnostics(any: error).inFile(model.path) }
    }

    public var program: Program { compilation.program }

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

extension Diagnostics {
    /// Whatever a room threw, as diagnostics.
    public init(any error: any Error) {
        switch error {
        case let diagnostics as Diagnostics: self = diagnostics
        case let diagnostic as Diagnostic: self.init(diagnostic)
        default: self.init(Diagnostic("internal error: \(error)"))
        }
    }
}
