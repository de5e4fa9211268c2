import Sim
import Toolchain

/// The simulator with the span of every instruction.
enum Simulation {
    static func trace(_ job: Job) throws -> Timing { try Simulator(target: job.target).run(job.program, trace: true) }
}
