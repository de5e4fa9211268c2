import Arch
import Diagnostics
import Foundation
import Golden
import Graph
import Sim

/// Programs on disk, in binary and as assembly.
public enum ProgramFile {
    /// Reads the binary form. Nothing is known of the machine yet, so addresses are not checked.
    public static func read(_ path: String) throws(Diagnostics) -> Program {
        let bytes = try bytes(path)
        do throws(Diagnostics) { return try Program(binary: bytes) } catch { throw error.inFile(path) }
    }

    /// Reads the binary form and checks it for a machine: every byte that it touches exists.
    ///
    /// - Parameter values: of parameter registers by name; the others keep what the program declares.
    public static func read(
        _ path: String, target: Target, setting values: [String: Int] = [:]
    ) throws(Diagnostics) -> Program {
        var program = try read(path)
        do throws(Diagnostics) { program = try program.setting(values) } catch { throw error.inFile(path) }
        // Weights are laid out for one machine's engines: on another they would be read as other numbers.
        guard program.machine == target.machine.name else {
            throw Diagnostics(Diagnostic(
                file: path, field: "machine",
                "the program was compiled for '\(program.machine)', it cannot run on '\(target.machine.name)'"))
        }
        let problems = ProgramChecker.check(program, target: target)
        guard problems.isEmpty else { throw Diagnostics(problems).inFile(path) }
        return program
    }

    public static func readAssembly(_ path: String) throws(Diagnostics) -> Program {
        let bytes = try bytes(path)
        do throws(Diagnostics) {
            return try Program(assembly: String(decoding: bytes, as: UTF8.self))
        } catch { throw error.inFile(path) }
    }

    public static func write(_ program: Program, path: String) throws(Diagnostics) {
        let bytes = try program.binary()
        do { try OutputFile.write(Data(bytes), path: path) } catch { throw Diagnostics(error) }
    }

    /// Accesses and tokens that are out of order; empty when there are none.
    public static func conflicts(_ program: Program, _ target: Target) -> [Diagnostic] {
        OrderingChecker.check(program, target: target)
    }

    private static func bytes(_ path: String) throws(Diagnostics) -> [UInt8] {
        do { return Array(try InputFile.mapped(path: path)) } catch { throw Diagnostics(error) }
    }
}

/// A program that came from a file, without the graph that it was made of.
public struct LoadedProgram: Sendable {
    public let program: Program
    private let target: Target
    /// A graph without nodes: inputs, states and outputs with their types.
    public let interface: Graph

    public init(path: String, target: Target, setting values: [String: Int] = [:]) throws(Diagnostics) {
        program = try ProgramFile.read(path, target: target, setting: values)
        self.target = target
        do throws(Diagnostics) { interface = try Self.interface(program) } catch { throw error.inFile(path) }
    }

    public func time(_ mode: Simulator.Mode = .event) throws -> Timing {
        try Simulator(target: target).run(program, mode: mode)
    }

    public func model() throws -> GoldenModel { try GoldenModel(target: target, program: program) }

    /// - Parameter model: one of this program's, whose memory is read afterwards.
    public func compute(
        _ inputs: [String: Tensor], _ how: Execution = Execution(), on model: GoldenModel? = nil
    ) throws -> [String: Tensor] {
        var session = Session()
        return try session.compute(model ?? self.model(), inputs, how)
    }

    /// All of DRAM as a device has it that fetches its code from there.
    public func memory(of model: GoldenModel) throws(Diagnostics) -> [UInt8] {
        var memory = model.dramImage()
        let code = try program.code()
        memory.replaceSubrange(program.codeAddress..<program.codeAddress + code.count, with: code)
        return memory
    }

    private static func interface(_ program: Program) throws(Diagnostics) -> Graph {
        var graph = Graph(name: program.graph)
        for buffer in program.buffers {
            let type = try buffer.type
            switch buffer.role {
            case .input: graph.inputs.append(buffer.name)
            case .state: graph.states.append(buffer.name)
            case .output: graph.outputs.append(buffer.name)
            case .intermediate: continue
            }
            graph.types[buffer.name] = type
        }
        return graph
    }
}
