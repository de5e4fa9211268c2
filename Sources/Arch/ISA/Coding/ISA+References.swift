import Diagnostics

extension ISA {
    /// References that an instruction has room for: the longest instruction leaves space for three.
    public static let maximumReferences = 3

    /// Reference fields, which end an instruction of any operation.
    public static let references: [FieldDescription] = {
        var fields: [FieldDescription] = []
        for slot in 0..<maximumReferences {
            fields += [
                FieldDescription(
                    "reference_\(slot)_field", .unsigned, bits: 6,
                    "0 for none; n for the n-th field of the instruction's table, which then holds the immediate"),
                FieldDescription(
                    "reference_\(slot)_register", .unsigned, bits: 4, "parameter register p0...p15"),
                FieldDescription(
                    "reference_\(slot)_multiplier", .signed, bits: 24, "value = immediate + multiplier * register"),
            ]
        }
        var position = instructionBits - fields.reduce(0) { $0 + $1.bits }
        for index in fields.indices {
            fields[index].position = position
            position += fields[index].bits
        }
        return fields
    }()
    /// First bit of the reference fields: the fields of every instruction end before it.
    public static var referencePosition: Int { references[0].position }

    static func encode(_ references: [ParameterReference], into bits: inout BitString) {
        for (slot, reference) in references.enumerated() {
            let values = [reference.field + 1, reference.register, reference.multiplier]
            for (field, value) in zip(self.references[(3 * slot)...], values) { bits.set(value, field) }
        }
    }

    /// What is wrong with single references is found with the instruction's table, which knows the fields.
    static func decodeReferences(_ bits: BitString, problems: inout [FieldProblem]) -> [ParameterReference] {
        if bits.isClear(from: referencePosition, to: instructionBits) { return [] }
        var found: [ParameterReference] = []
        for slot in 0..<maximumReferences {
            let values = (0..<3).map { bits.get(references[3 * slot + $0]) }
            if values[0] == 0 {
                if values != [0, 0, 0] {
                    let field = references[3 * slot].name
                    problems.append(FieldProblem(field: field, message: "a reference to no field should be all zero"))
                }
                continue
            }
            if found.count < slot {
                let field = references[3 * slot].name
                problems.append(FieldProblem(field: field, message: "follows a reference that is left out"))
            }
            found.append(ParameterReference(field: values[0] - 1, register: values[1], multiplier: values[2]))
        }
        return found
    }

    /// The instruction with its references replaced by their values: `Program.resolved` for one instruction.
    ///
    /// - Parameter registers: values of `p0` on; `nil` for a register that is not declared.
    public static func resolve(
        _ instruction: Instruction, registers: [Int?], index: Int
    ) throws(Diagnostics) -> Instruction {
        guard !instruction.references.isEmpty else { return instruction }
        var problems: [FieldProblem] = []
        let resolved = resolve(instruction, registers: registers, problems: &problems)
        guard problems.isEmpty else { throw diagnostics(problems, index: index) }
        return resolved
    }

    private static func resolve(
        _ instruction: Instruction, registers: [Int?], problems: inout [FieldProblem]
    ) -> Instruction {
        var resolved = instruction
        let code = ReferringBody(body: instruction.body, references: Array(instruction.references))
        resolved.body = table(instruction.body.opcode).resolve(code, registers: registers, problems: &problems)
        resolved.references = []
        return resolved
    }
}
