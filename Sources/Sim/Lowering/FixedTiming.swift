import Arch

/// Durations that do not depend on the memory interface.
struct FixedTiming {
    /// Width of the load unit's write port into the scratchpads (choice: one 64-byte line per cycle).
    static let fillPortBytes = 64

    let target: Target

    /// `nil` for a transfer of at least one byte, which the memory interface times.
    func timing(of body: Instruction.Body) -> UnitTiming? {
        switch body {
        case .load(let transfer), .store(let transfer): transfer.bytes > 0 ? nil : issueOnly
        case .gather(let gather): gather.bytes > 0 ? nil : issueOnly
        case .fill(let fill): atLeastOneCycle(timing(of: fill))
        case .mma(let multiply): atLeastOneCycle(target.engines[multiply.engine].timing(multiply, shape: nil))
        case .lmma(let multiply, let shape):
            atLeastOneCycle(target.engines[multiply.engine].timing(multiply, shape: shape))
        case .buildTables, .elementwise, .reduce:
            atLeastOneCycle(target.machine.vector.timing(of: body))
        }
    }

    /// Every contiguous row starts with a port word of its own: rows * ceil(row bytes / port bytes).
    private func timing(of fill: Fill) -> UnitTiming {
        let port = Self.fillPortBytes
        let rows = fill.loops.steps
        let ideal = (fill.bytes + port - 1) / port
        let words = rows * ((fill.rowBytes + port - 1) / port)
        return UnitTiming(
            occupancyParts: [
                .init(.ideal, "fill port", ideal), .init(.raggedEdges, "partial port words", words - ideal),
            ],
            latencyParts: [])
    }

    /// An instruction with nothing to do still takes its unit's issue register for a cycle.
    private func atLeastOneCycle(_ timing: UnitTiming) -> UnitTiming {
        guard timing.occupancy == 0 else { return timing }
        var timing = timing
        timing.occupancyParts = issueOnly.occupancyParts
        return timing
    }

    private var issueOnly: UnitTiming {
        UnitTiming(occupancyParts: [.init(.fillAndDrain, "issue", 1)], latencyParts: [])
    }
}

extension Gather {
    var bytes: Int { rowBytes * count }
}
