import Diagnostics

extension ISA {
    /// The bytes of an instruction; `index` names it in diagnostics.
    public static func encode(_ instruction: Instruction, index: Int = 0) throws(Diagnostics) -> [UInt8] {
        var bits = BitString(bits: instructionBits)
        var problems: [FieldProblem] = []
        let values = [
            Int(instruction.body.opcode.rawValue), Int(instruction.waits.rawValue), Int(instruction.signals.rawValue),
            instruction.node,
        ]
        for (field, value) in zip(header, values) {
            if let violation = field.violation(value) {
                problems.append(FieldProblem(field: field.name, message: violation))
            } else {
                bits.set(value, field)
            }
        }
        problems += table(instruction.body.opcode).encode(instruction.body, into: &bits)
        if !problems.isEmpty { throw diagnostics(problems, index: index) }
        return bits.bytes
    }

    /// The instruction that `instructionBytes` bytes stand for.
    public static func decode(_ bytes: ArraySlice<UInt8>, index: Int = 0) throws(Diagnostics) -> Instruction {
        guard bytes.count == instructionBytes else {
            throw diagnostics(
                [
                    FieldProblem(
                        field: "opcode", message: "\(bytes.count) bytes, an instruction has \(instructionBytes)")
                ],
                index: index)
        }
        let bits = BitString(bytes: bytes)
        let values = header.map { bits.get($0) }
        guard let opcode = Opcode(rawValue: UInt8(values[0])) else {
            throw diagnostics([FieldProblem(field: "opcode", message: "\(values[0]) is not known")], index: index)
        }
        var problems = zip(header, values).compactMap { field, value in
            field.violation(value).map { FieldProblem(field: field.name, message: $0) }
        }
        let table = table(opcode)
        let body = table.decode(bits, problems: &problems)
        if !bits.isClear(from: table.descriptions.map { $0.position + $0.bits }.max() ?? headerBits) {
            problems.append(FieldProblem(field: "reserved", message: "bits after the last field should be zero"))
        }
        if !problems.isEmpty { throw diagnostics(problems, index: index) }
        return Instruction(
            node: values[3], waits: UnitSet(rawValue: UInt8(values[1])), signals: UnitSet(rawValue: UInt8(values[2])),
            body: body)
    }

    private static func diagnostics(_ problems: [FieldProblem], index: Int) -> Diagnostics {
        Diagnostics(problems.map { Diagnostic(node: "instruction \(index)", field: $0.field, $0.message) })
    }
}

extension BitString {
    /// All bits at `position` and after are zero.
    func isClear(from position: Int) -> Bool {
        words.indices.allSatisfy { word in
            let skipped = min(max(position - word * 64, 0), 64)
            return skipped == 64 || words[word] >> UInt64(skipped) == 0
        }
    }
}
