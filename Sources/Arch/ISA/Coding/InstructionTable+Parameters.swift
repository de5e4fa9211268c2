extension InstructionTable {
    /// Why a parameter cannot be added to this field of this payload; `nil` when it can.
    func parameterProblem(_ index: Int, _ payload: Payload) -> FieldProblem? {
        guard fields.indices.contains(index) else {
            return FieldProblem(field: "references", message: "there is no field \(index) of \(opcode.mnemonic)")
        }
        let description = fields[index].description
        guard description.takesParameter, description.kind != .pattern || isLength(description, payload) else {
            return FieldProblem(
                field: description.name, message: "takes no parameter: it is no address, count, stride or length")
        }
        // A field that another one switches off keeps nothing that is written into it.
        var probe = payload
        let other = payload[keyPath: fields[index].value] == 0 ? 1 : 0
        probe[keyPath: fields[index].value] = other
        guard probe[keyPath: fields[index].value] == other else {
            return FieldProblem(field: description.name, message: "has no meaning beside the other fields")
        }
        return nil
    }

    /// Whether the function that the payload codes reads this field as a number of rows or columns.
    private func isLength(_ description: FieldDescription, _ payload: Payload) -> Bool {
        for clause in clauses {
            guard case .parameters = clause.form else { continue }
            for (parameter, field) in zip(parameters(payload), clause.fields)
            where field.description.name == description.name { return parameter.isLength }
        }
        return false
    }

    /// References are in ascending order of fields, one for a field, and each can be coded.
    func wrongReferences(_ references: [ParameterReference], _ payload: Payload) -> [FieldProblem] {
        guard references.count <= ISA.maximumReferences else {
            let message = "\(references.count) parameters, at most \(ISA.maximumReferences) in an instruction"
            return [FieldProblem(field: "references", message: message)]
        }
        var problems: [FieldProblem] = []
        var last = -1
        for reference in references {
            if let problem = parameterProblem(reference.field, payload) ?? reference.problem {
                problems.append(problem)
            }
            if reference.field <= last {
                problems.append(FieldProblem(field: "references", message: "fields are not in ascending order"))
            }
            last = reference.field
        }
        return problems
    }

    func resolve(_ code: ReferringBody, registers: [Int?], problems: inout [FieldProblem]) -> Instruction.Body {
        guard var payload = payload(code.body) else { return code.body }
        let wrong = wrongReferences(code.references, payload)
        guard wrong.isEmpty else {
            problems += wrong
            return code.body
        }
        let before = problems.count
        for reference in code.references {
            let field = fields[reference.field]
            do throws(FieldProblem) {
                let immediate = payload[keyPath: field.value]
                payload[keyPath: field.value] = try field.description.resolved(
                    reference, immediate: immediate, registers: registers)
            } catch { problems.append(error) }
        }
        if problems.count == before, let broken = rule(payload) {
            problems.append(FieldProblem(field: broken.field, message: broken.message))
        }
        return body(payload)
    }
}

extension FieldDescription {
    /// immediate + multiplier * register, as the field holds it. Patterns are parameters of vector functions: int32.
    fileprivate func resolved(
        _ reference: ParameterReference, immediate: Int, registers: [Int?]
    ) throws(FieldProblem) -> Int {
        guard registers.indices.contains(reference.register), let register = registers[reference.register] else {
            throw FieldProblem(field: name, message: "register p\(reference.register) is not declared by the program")
        }
        let isPattern = kind == .pattern
        let base = isPattern ? Int(Int32(truncatingIfNeeded: immediate)) : immediate
        let (product, productOverflow) = reference.multiplier.multipliedReportingOverflow(by: register)
        let (sum, sumOverflow) = base.addingReportingOverflow(product)
        let expression = "\(text(immediate))\(reference.text) with p\(reference.register) = \(register)"
        guard !productOverflow, !sumOverflow else {
            throw FieldProblem(field: name, message: "\(expression) overflows 64 bits")
        }
        if isPattern {
            guard let value = Int32(exactly: sum) else {
                throw FieldProblem(field: name, message: "\(expression) is \(sum), outside 32 bits")
            }
            return Int(UInt32(bitPattern: value))
        }
        if let violation = violation(sum) { throw FieldProblem(field: name, message: "\(expression): \(violation)") }
        return sum
    }
}
