extension ISA {
    /// `isa_pkg.sv`: where every field lies, for the RTL.
    public static var systemVerilogPackage: String {
        var text = """
            // Generated from the field tables in Sources/Arch/ISA/Coding; do not edit.
            package isa_pkg;

              parameter int unsigned IsaVersion = \(version);
              parameter int unsigned InstructionBytes = \(instructionBytes);
              parameter int unsigned InstructionWidth = \(instructionBits);

              typedef enum logic [7:0] {

            """
        text += Opcode.allCases.map { "    Op\(camel($0.mnemonic)) = 8'd\($0.rawValue)" }.joined(separator: ",\n")
        text += "\n  } opcode_e;\n"
        text += parameters(header, prefix: "Header")
        text += parameters(references, prefix: "")
        for opcode in Opcode.allCases { text += parameters(fields(of: opcode), prefix: camel(opcode.mnemonic)) }
        return text + "\nendpackage\n"
    }

    private static func parameters(_ fields: [FieldDescription], prefix: String) -> String {
        var text = "\n"
        for field in fields {
            let name = prefix + camel(field.name)
            text += "  parameter int unsigned \(name)Lsb = \(field.position);\n"
            text += "  parameter int unsigned \(name)Width = \(field.bits);\n"
            if case .choice(let names) = field.kind {
                for (code, value) in names.enumerated() where !value.isEmpty {
                    text += "  parameter logic [\(field.bits - 1):0] \(name)\(camel(value)) = \(field.bits)'d\(code);\n"
                }
            }
        }
        return text
    }

    /// `table_pitch` as `TablePitch`.
    private static func camel(_ name: String) -> String {
        name.split(separator: "_").map { $0.prefix(1).uppercased() + $0.dropFirst() }.joined()
    }
}
