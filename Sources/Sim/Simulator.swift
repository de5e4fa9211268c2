import Arch
import Diagnostics

/// Executes a program for time. docs/time.md states the rules.
public struct Simulator: Sendable {
    public enum Mode: Hashable, Sendable, CaseIterable {
        /// From event to event, with closed forms between them.
        case event
        /// Every unit in every cycle and every burst on the channel: slow, and equal.
        case tick
    }

    private let target: Target

    public init(target: Target) { self.target = target }

    /// - Parameters:
    ///   - program: with its parameters as they are to be during the run.
    ///   - trace: keep the start and completion of every instruction.
    /// - Throws: diagnostics of a program that this machine cannot execute, or that deadlocks.
    public func run(_ program: Program, mode: Mode = .event, trace: Bool = false) throws(Diagnostics) -> Timing {
        let program = try program.resolved()
        let workload = try Workload(program, target: target)
        let outcome: Outcome
        switch mode {
        case .event:
            var simulator = EventSimulator(program, workload: workload, machine: target.machine, trace: trace)
            outcome = try simulator.run()
        case .tick:
            var simulator = TickSimulator(program, workload: workload, target: target, trace: trace)
            outcome = try simulator.run()
        }
        return try Timing(outcome, workload: workload, clockPeriod: target.machine.clockPeriod, trace: trace)
    }
}
