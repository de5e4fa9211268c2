import Arch
import Diagnostics

/// A unit whose next instruction waits for tokens that nothing will send.
struct Blocked {
    var instruction: Int
    var unit: Unit
    var missing: [Unit]
}

extension Program {
    /// The diagnostics of a run that came to a halt in `cycle`.
    func deadlock(_ blocked: [Blocked], cycle: Int) -> Diagnostics {
        guard !blocked.isEmpty else { return internalError("nothing happens after cycle \(cycle) and nothing waits") }
        return Diagnostics(
            blocked.map { head in
                let node = nodes[instructions[head.instruction].node].name
                let senders = head.missing.map(\.name).joined(separator: " and ")
                return Diagnostic(
                    node: node, field: "instruction \(head.instruction)",
                    "deadlock: the \(head.unit.name) unit waits for a token from \(senders) that is never sent")
            })
    }
}
