extension InstructionTable {
    func encode(_ code: ReferringBody, into bits: inout BitString) -> [FieldProblem] {
        guard let payload = payload(code.body) else {
            return [FieldProblem(field: "opcode", message: "is of another instruction")]
        }
        var problems: [FieldProblem] = []
        for (index, field) in fields.enumerated() where isPresent(field, payload) {
            let value = payload[keyPath: field.value]
            let description = description(index, code.references)
            if let violation = description.violation(value) {
                problems.append(FieldProblem(field: description.name, message: violation))
            } else {
                bits.set(value, description)
            }
        }
        if problems.isEmpty { problems = wrongReferences(code.references, payload) }
        if problems.isEmpty { checkRule(payload, code.references, &problems) }
        return problems
    }

    func decode(
        _ bits: BitString, references: [ParameterReference], problems: inout [FieldProblem]
    ) -> Instruction.Body {
        var payload = blank
        let before = problems.count
        // A tag comes before its alternatives, which exist or not as soon as it is set.
        for (index, field) in fields.enumerated() where isPresent(field, payload) {
            let description = description(index, references)
            let value = bits.get(description)
            if let violation = description.violation(value) {
                problems.append(FieldProblem(field: description.name, message: violation))
            } else {
                payload[keyPath: field.value] = value
            }
        }
        if problems.count == before { checkPresence(payload, bits, references, &problems) }
        if problems.count == before { problems += wrongReferences(references, payload) }
        if problems.count == before { checkRule(payload, references, &problems) }
        if problems.count == before { checkSharedBits(bits, &problems) }
        return body(payload)
    }

    /// Whether the field is none of an alternative that the payload does not have.
    func isPresent(_ field: Field<Payload>, _ payload: Payload) -> Bool {
        guard let tag = field.tag, let alternative = field.description.alternative else { return true }
        return payload[keyPath: tag] == alternative.value
    }

    /// Bits that only other alternatives use must be zero.
    private func checkSharedBits(_ bits: BitString, _ problems: inout [FieldProblem]) {
        for shared in sharedBits {
            let value = bits.get(shared.tag)
            let unused = shared.unused(value)
            guard !bits.isClear(from: unused.lowerBound, to: unused.upperBound) else { continue }
            let message = "bits of other alternatives than \(shared.tag.text(value)) should be zero"
            problems.append(FieldProblem(field: shared.tag.name, message: message))
        }
    }

    /// How the bits of a field are read: as an immediate when a reference names it.
    private func description(_ index: Int, _ references: [ParameterReference]) -> FieldDescription {
        let description = fields[index].description
        return references.contains { $0.field == index } ? description.asImmediate : description
    }

    /// Fields that the other fields switch off must be zero.
    private func checkPresence(
        _ payload: Payload, _ bits: BitString, _ references: [ParameterReference], _ problems: inout [FieldProblem]
    ) {
        for (index, field) in fields.enumerated() where isPresent(field, payload) {
            let given = bits.get(description(index, references))
            guard payload[keyPath: field.value] != given else { continue }
            problems.append(
                FieldProblem(field: field.description.name, message: "\(given) has no meaning beside the other fields"))
        }
    }

    /// Rules between fields hold for values, so they wait until the references are resolved.
    private func checkRule(
        _ payload: Payload, _ references: [ParameterReference], _ problems: inout [FieldProblem]
    ) {
        guard references.isEmpty, let broken = rule(payload) else { return }
        problems.append(FieldProblem(field: broken.field, message: broken.message))
    }
}
