import Arch
import Diagnostics

/// Everything that an instruction may touch, whatever its parameter registers hold.
struct Reach {
    private let engines: [any Engine]
    private let least: [Int?]
    private let greatest: [Int?]

    init(engines: [any Engine], parameters: [ProgramParameter]) {
        self.engines = engines
        least = parameters.registers(\.range.lowerBound)
        greatest = parameters.registers(\.range.upperBound)
    }

    /// The compiler refers from addresses only, and from one register, so its accesses move along a line: they lie
    /// between those for the least and for the greatest value.
    func forEachSpan(
        _ instruction: Instruction, index: Int, _ visit: (AccessSpan) -> Void
    ) throws(Diagnostics) {
        guard !instruction.references.isEmpty else { return instruction.forEachSpan(engines: engines, visit) }
        var first: [AccessSpan] = []
        try ISA.resolve(instruction, registers: least, index: index).forEachSpan(engines: engines) { first.append($0) }
        var position = 0
        try ISA.resolve(instruction, registers: greatest, index: index).forEachSpan(engines: engines) { last in
            visit(first[position].hull(last))
            position += 1
        }
    }
}
