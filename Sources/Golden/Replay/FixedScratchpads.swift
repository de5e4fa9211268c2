import Arch
import Diagnostics

extension ExecutionPlan {
    /// Whether instructions touch the same bytes of the scratchpads whatever the parameters hold: those with the least and with the
    /// greatest values do. (Addresses and lengths move along a line between them.)
    var scratchpadsAreFixed: Bool {
        let least = parametric.parameters.registers(\.range.lowerBound)
        let greatest = parametric.parameters.registers(\.range.upperBound)
        return referring.allSatisfy { index in
            let instruction = parametric.instructions[index]
            guard let first = try? ISA.resolve(instruction, registers: least, index: index),
                let last = try? ISA.resolve(instruction, registers: greatest, index: index)
            else { return false }
            return scratchpads(first) == scratchpads(last)
        }
    }

    private struct Touched: Equatable {
        var memory: Memory
        var bytes: Range<Int>
        var isWrite: Bool
        var isDense: Bool
    }

    private func scratchpads(_ instruction: Instruction) -> [Touched] {
        var touched: [Touched] = []
        instruction.forEachSpan(engines: target.engines) { span in
            guard case .scratchpad = span.memory else { return }
            touched.append(Touched(
                memory: span.memory, bytes: span.bounds, isWrite: span.isWrite, isDense: span.access.bytes.isDense))
        }
        return touched
    }
}
