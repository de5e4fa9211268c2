import Diagnostics

/// Proves that no race hides in a program: that tokens and queue order put every pair of accesses to the same bytes,
/// one of them a write, in order; that every wait is served; that no token is left over.
public enum OrderingChecker {
    /// Conflicts that are listed; more are counted.
    static let listed = 100

    /// Empty when the program, with its parameters as they are set, is free of races, deadlock and surplus tokens.
    public static func check(_ program: Program, target: Target) -> [Diagnostic] {
        do throws(Diagnostics) { return check(resolved: try program.resolved(), target) } catch { return error.all }
    }

    private static func check(resolved program: Program, _ target: Target) -> [Diagnostic] {
        let order = ExecutionOrder(program.instructions, queueDepth: target.machine.frontEnd.queueDepth)
        var diagnostics = deadlocks(order) + surplusTokens(order)
        var scan = ConflictScan(order: order, engines: target.engines)
        scan.run()
        diagnostics += scan.conflicts.map(\.diagnostic)
        if scan.count > listed {
            diagnostics.append(Diagnostic("\(scan.count) conflicting accesses are not ordered, \(listed) are listed"))
        }
        return diagnostics
    }

    private static func deadlocks(_ order: ExecutionOrder) -> [Diagnostic] {
        guard !order.isComplete else { return [] }
        var totals = Array(repeating: 0, count: ExecutionOrder.units * ExecutionOrder.units)
        for instruction in order.instructions {
            for to in instruction.signals.units { totals[ExecutionOrder.pair(from: instruction.unit, to: to)] += 1 }
        }
        return order.blocked.map { instruction, unit, missing in
            let pair = ExecutionOrder.pair(from: missing, to: unit)
            let needed = order.served[pair] + 1
            let reason =
                totals[pair] < needed
                ? "the program sends only \(totals[pair])"
                : order.sent < order.instructions.count
                    ? "instructions that would send it wait in turn, or cannot enter a full queue"
                    : "instructions that would send it wait in turn"
            return Diagnostic(
                node: "instruction \(instruction)", field: "waits",
                "deadlock: \(unit.name) waits for token \(needed) from \(missing.name), but \(reason)")
        }
    }

    private static func surplusTokens(_ order: ExecutionOrder) -> [Diagnostic] {
        guard order.isComplete else { return [] }
        return Unit.allCases.flatMap { from in
            Unit.allCases.compactMap { to in
                let pair = ExecutionOrder.pair(from: from, to: to)
                let (sent, taken) = (order.signals[pair].count, order.served[pair])
                guard sent > taken else { return nil }
                return Diagnostic(
                    node: "instruction \(order.signals[pair][taken])", field: "signals",
                    "surplus token: \(from.name) sends \(sent) to \(to.name), which takes \(taken)")
            }
        }
    }
}
