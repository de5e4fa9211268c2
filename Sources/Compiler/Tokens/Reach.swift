import Arch
import Diagnostics

/// Everything that an instruction may touch, whatever its parameter registers hold.
struct Reach {
    private let engines: [any Engine]
    private let least: [Int?]
    private let greatest: [Int?]

    init(engines: [any Engine], parameters: [ProgramParameter]) {
        self.engines = engines
        var least: [Int?] = Array(repeating: nil, count: ParameterReference.registers)
        var greatest = least
        for parameter in parameters {
            least[parameter.register] = parameter.range.lowerBound
            greatest[parameter.register] = parameter.range.upperBound
        }
        self.least = least
        self.greatest = greatest
    }

    /// The compiler refers from addresses only, and from one register, so its accesses move along a line: they lie
    /// between those for the least and for the greatest value.
    func accesses(_ instruction: Instruction, index: Int) throws(Diagnostics) -> Accesses {
        guard !instruction.references.isEmpty else { return instruction.accesses(engines: engines) }
        let first = try ISA.resolve(instruction, registers: least, index: index).accesses(engines: engines)
        let last = try ISA.resolve(instruction, registers: greatest, index: index).accesses(engines: engines)
        return Accesses(
            reads: zip(first.reads, last.reads).map(Self.hull), writes: zip(first.writes, last.writes).map(Self.hull))
    }

    private static func hull(_ first: Access, _ last: Access) -> Access {
        let (a, b) = (first.bytes.bounds, last.bytes.bounds)
        let start = min(a.lowerBound, b.lowerBound)
        return Access(first.memory, ByteNest(base: start, run: max(a.upperBound, b.upperBound) - start))
    }
}
