extension ISA {
    /// `docs/isa.md`, made from the field tables.
    public static var document: String {
        let spaces = Space.allCases.enumerated().map { "\($0.offset) (`\($0.element.name)`)" }.joined(separator: ", ")
        var text = """
            # The instruction set, version \(version)

            Generated from the field tables in `Sources/Arch/ISA/Coding` by `accelsim docs isa`; do not edit.

            An instruction has \(instructionBytes) bytes (\(instructionBits) bits). Bit 0 is the lowest bit of the first byte; a
            field's first bit is its lowest. Bits that no field names are zero, and so are fields that the other fields
            switch off. Fields that exclude one another share bits: where the column *if* names a value of another field, the
            field exists beside that value alone, and the bits that its alternatives do not use are zero. A space is \(spaces): a scratchpad of the core, with byte addresses of 24 bits. Loops are nested, loop 0 outermost; strides are in bytes.

            In text, an instruction is one line: its mnemonic, its operands as listed under *Text*, then
            `; waits UNITS signals UNITS` where there are any, then `@NODE`. Square brackets mark what may be left out, a bar what excludes one another, and `#` starts a comment.
            A number of a field that is marked with + may end in a parameter: `dram:0x1000+p3*4096`, `-p0`.

            ## Every instruction


            """
        text += fieldTable(header)
        text += "\n| opcode | instruction | unit |\n| --- | --- | --- |\n"
        for opcode in Opcode.allCases {
            text += "| \(opcode.rawValue) | [\(opcode.mnemonic)](#\(opcode.mnemonic)) | \(unit(of: opcode)) |\n"
        }
        text += parameterSection
        for opcode in Opcode.allCases { text += section(opcode) }
        return text + functionSection
    }

    private static var parameterSection: String {
        """

        ## Parameter registers

        A machine has \(ParameterReference.registers) parameter registers of 64 bits, two's complement. The host sets
        them before the program starts; nothing in a program writes them (scalar loads into them are to come). The program
        file gives each register that it uses a name, a default and the least and greatest value that it may have.

        A field that is marked with + in the tables below is an address, a count, a stride or a length. An instruction
        may refer from up to \(maximumReferences) of them, in ascending order, to a register: the value of the field is
        then its immediate plus multiplier * register. The front end resolves references when it sends the instruction
        to its unit, which takes no cycle of its own. The immediate is then two's complement of the field's width; the
        value must lie in the field's range, or the program is refused before it starts. Of the parameters of vector
        functions, those that count rows or columns (`diagonal` and `window` of `mask`) can refer.


        """ + fieldTable(references)
    }

    private static func unit(of opcode: Opcode) -> String {
        switch opcode {
        case .load, .gather, .fill: "load"
        case .store: "store"
        case .mma, .lmma: "engine0 or engine1, by its field engine"
        case .buildTables, .elementwise, .reduce: "vector"
        }
    }

    private static func section(_ opcode: Opcode) -> String {
        let table = table(opcode)
        return """

            ## \(opcode.mnemonic)

            **Text** `\(table.syntax)`

            **Action**

            ```
            \(table.action)
            ```


            """ + fieldTable(table.descriptions)
    }

    private static func fieldTable(_ fields: [FieldDescription]) -> String {
        let hasAlternatives = fields.contains { $0.alternative != nil }
        var text = "| bits | field |\(hasAlternatives ? " if |" : "") type | values | unit | meaning |\n"
        text += "| --- | --- |\(hasAlternatives ? " --- |" : "") --- | --- | --- | --- |\n"
        for field in fields {
            let bits = field.bits == 1 ? "\(field.position)" : "\(field.position + field.bits - 1):\(field.position)"
            let condition = hasAlternatives ? " \(condition(field, among: fields)) |" : ""
            text +=
                "| \(bits) | `\(field.name)` |\(condition) \(field.typeName) | \(field.values) | \(field.unit) | \(field.meaning) |\n"
        }
        return text
    }

    /// `zero_form = table`, or nothing.
    private static func condition(_ field: FieldDescription, among fields: [FieldDescription]) -> String {
        guard let alternative = field.alternative, let tag = fields.first(where: { $0.name == alternative.tag }) else { return "" }
        return "\(tag.name) = \(tag.text(alternative.value))"
    }

    private static var functionSection: String {
        var text = """

            ## Elementwise functions

            b of `requantise_dyadic` is a record of three int32. docs/numerics.md defines the functions of one argument.

            | code | function | parameters 0, 1, 2 | result |
            | --- | --- | --- | --- |

            """
        for code in ElementwiseCode.allCases {
            let parameters = code.parameters.map { $0.isFloat ? "\($0.name) (f32)" : $0.name }.joined(separator: ", ")
            let meaning = code.meaning.split(separator: "|", omittingEmptySubsequences: false).joined(separator: "\\|")
            text += "| \(code.rawValue) | `\(code.name)` | \(parameters) | \(meaning) |\n"
        }
        return text
    }
}

extension FieldDescription {
    fileprivate var typeName: String { baseName + (takesParameter ? " +" : "") }

    private var baseName: String {
        switch kind {
        case .unsigned, .pattern: "u\(bits)"
        case .signed: "s\(bits)"
        case .flag: "flag"
        case .choice, .space, .memory: "code"
        case .offset(let space): space.map { "\($0.name) address" } ?? "address"
        case .global: "address"
        }
    }

    fileprivate var values: String {
        switch kind {
        case .choice(let names):
            names.enumerated().filter { !$0.element.isEmpty }.map { "\($0.offset) \($0.element)" }.joined(
                separator: ", ")
        case .space: "space"
        case .memory: GlobalMemory.allCases.map { "\($0.rawValue) \($0.name)" }.joined(separator: ", ")
        case .flag: "0, 1"
        case .unsigned, .pattern, .signed, .offset, .global: "\(range.lowerBound)...\(range.upperBound)"
        }
    }
}
