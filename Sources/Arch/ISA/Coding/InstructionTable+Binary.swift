extension InstructionTable {
    func encode(_ body: Instruction.Body, into bits: inout BitString) -> [FieldProblem] {
        guard let payload = payload(body) else {
            return [FieldProblem(field: "opcode", message: "is of another instruction")]
        }
        var problems: [FieldProblem] = []
        for field in fields {
            let value = payload[keyPath: field.value]
            if let violation = field.description.violation(value) {
                problems.append(FieldProblem(field: field.description.name, message: violation))
            } else {
                bits.set(value, field.description)
            }
        }
        if problems.isEmpty, let broken = rule(payload) {
            problems.append(FieldProblem(field: broken.field, message: broken.message))
        }
        return problems
    }

    func decode(_ bits: BitString, problems: inout [FieldProblem]) -> Instruction.Body {
        var payload = blank
        let before = problems.count
        for field in fields {
            let value = bits.get(field.description)
            if let violation = field.description.violation(value) {
                problems.append(FieldProblem(field: field.description.name, message: violation))
            } else {
                payload[keyPath: field.value] = value
            }
        }
        if problems.count == before { check(payload, against: { bits.get($0) }, problems: &problems) }
        return body(payload)
    }

    /// Fields that the other fields switch off must be zero, and rules between fields must hold.
    func check(_ payload: Payload, against given: (FieldDescription) -> Int, problems: inout [FieldProblem]) {
        for field in fields where payload[keyPath: field.value] != given(field.description) {
            let value = given(field.description)
            problems.append(
                FieldProblem(field: field.description.name, message: "\(value) has no meaning beside the other fields"))
        }
        if let broken = rule(payload) { problems.append(FieldProblem(field: broken.field, message: broken.message)) }
    }
}
