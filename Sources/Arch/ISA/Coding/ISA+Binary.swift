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
        let code = ReferringBody(body: instruction.body, references: Array(instruction.references))
        problems += table(instruction.body.opcode).encode(code, into: &bits)
        if problems.isEmpty { encode(Array(instruction.references), into: &bits) }
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
        let references = decodeReferences(bits, problems: &problems)
        let body = table.decode(bits, references: references, problems: &problems)
        let end = table.descriptions.map { $0.position + $0.bits }.max() ?? headerBits
        if !bits.isClear(from: end, to: referencePosition) {
            problems.append(FieldProblem(field: "reserved", message: "bits after the last field should be zero"))
        }
        if !problems.isEmpty { throw diagnostics(problems, index: index) }
        return Instruction(
            node: values[3], waits: UnitSet(rawValue: UInt8(values[1])), signals: UnitSet(rawValue: UInt8(values[2])),
            body: body, references: ParameterReferences(references))
    }

    static func diagnostics(_ problems: [FieldProblem], index: Int) -> Diagnostics {
        Diagnostics(problems.map { Diagnostic(node: "instruction \(index)", field: $0.field, $0.message) })
    }
}

extension BitString {
    /// All bits of `start..<end` are zero.
    func isClear(from start: Int, to end: Int) -> Bool {
        words.indices.allSatisfy { word in
            let first = min(max(start - word * 64, 0), 64)
            let last = min(max(end - word * 64, 0), 64)
            guard first < last else { return true }
            return (words[word] << UInt64(64 - last)) >> UInt64(64 - last + first) == 0
        }
    }
}
