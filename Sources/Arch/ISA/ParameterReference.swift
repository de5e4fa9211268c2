/// A field of an instruction that depends on a parameter register: its value is immediate + multiplier * register.
///
/// A machine has `registers` parameter registers, `p0` on, of 64 bits, two's complement. The host sets them before the
/// program starts; nothing in the program writes them. (Scalar loads into them are to come.)
public struct ParameterReference: Hashable, Sendable {
    /// Of the machine, for all cores.
    public static let registers = 16
    /// What the multiplier's field can hold.
    public static let multipliers = -(1 << 23)...(1 << 23) - 1

    /// Index in `ISA.fields(of:)`.
    @Narrow public private(set) var field: Int
    @Narrow public private(set) var register: Int
    /// Not zero; in units of the field (bytes, steps).
    @Narrow public private(set) var multiplier: Int

    public init(field: Int, register: Int, multiplier: Int) {
        self.field = field
        self.register = register
        self.multiplier = multiplier
    }

    /// Refers from the field of this name; `nil` when the instruction has no such field.
    public init?(_ name: String, of opcode: Opcode, register: Int, multiplier: Int) {
        guard let field = ISA.fields(of: opcode).firstIndex(where: { $0.name == name }) else { return nil }
        self.init(field: field, register: register, multiplier: multiplier)
    }

    /// What cannot be coded.
    var problem: FieldProblem? {
        if !(0..<Self.registers).contains(register) {
            return FieldProblem(field: "references", message: "p\(register) is not one of \(Self.registers) registers")
        }
        if multiplier == 0 || !Self.multipliers.contains(multiplier) {
            let range = "\(Self.multipliers.lowerBound)...\(Self.multipliers.upperBound)"
            return FieldProblem(field: "references", message: "multiplier \(multiplier) is 0 or outside \(range)")
        }
        return nil
    }

    /// As text after the immediate: `+p3*4096`, `-p0`.
    var text: String {
        let factor = multiplier.magnitude == 1 ? "" : "*\(multiplier.magnitude)"
        return (multiplier < 0 ? "-" : "+") + "p\(register)" + factor
    }
}
