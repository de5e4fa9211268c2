import Arch
import Diagnostics
import Golden
import Sim

/// One run of a program on a device beside somebody else's memory: what moves between the two, in the order of time.
///
/// Loads and gathers take their bytes at the cycle in which they start, stores give theirs at the cycle in which they
/// complete: any conflicting access is ordered behind them by tokens. Everything else happens inside.
public struct DeviceRun {
    /// What a device is told when it starts.
    public struct Launch: Sendable {
        /// Of DRAM, from address 0 on.
        public var memoryBytes: Int
        /// Where the code lies in it.
        public var codeAddress: Int
        public var code: [UInt8]
        /// What `p0`, `p1`, ... hold.
        public var registers: [Int]

        public init(memoryBytes: Int, codeAddress: Int, code: [UInt8], registers: [Int] = []) {
            self.memoryBytes = memoryBytes
            self.codeAddress = codeAddress
            self.code = code
            self.registers = registers
        }
    }

    public enum Step {
        /// To be moved in this cycle, before the next step is taken.
        case transfer(cycle: Int, DRAMTransfer)
        /// All instructions have completed.
        case complete(cycle: Int)
    }

    private struct Event {
        var cycle: Int
        var instruction: Int
    }

    /// From the start to the last completion.
    public let cycles: Int
    private let model: HostedModel
    private let events: [Event]
    private var next = 0

    /// - Throws: what is wrong with the code or the registers.
    public init(_ launch: Launch, target: Target) throws {
        let program = try Program(
            code: launch.code[...], at: launch.codeAddress, dramBytes: launch.memoryBytes, machine: target.machine.name,
            registers: launch.registers)
        try Diagnostics(ProgramChecker.check(program, target: target)).throwIfAny()
        let timing = try Simulator(target: target).run(program, trace: true)
        model = try HostedModel(ExecutionPlan(target: target, program: program))
        cycles = timing.cycles
        events = zip(timing.spans, timing.spanUnits).enumerated().map { index, span in
            Event(cycle: span.1 == .load ? span.0.start : span.0.completion, instruction: index)
        }.sorted { ($0.cycle, $0.instruction) < ($1.cycle, $1.instruction) }
    }

    /// Executes up to the next access to DRAM.
    public mutating func step() throws -> Step {
        while next < events.count {
            let event = events[next]
            next += 1
            if let transfer = try model.execute(event.instruction) { return .transfer(cycle: event.cycle, transfer) }
        }
        return .complete(cycle: cycles)
    }
}
