import Arch
import Diagnostics
import Foundation
import Testing

@Suite struct DocumentTests {
    private static func file(_ path: String) throws -> String {
        let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent()
        return try String(contentsOf: root.appendingPathComponent(path), encoding: .utf8)
    }

    @Test func isaPageIsFresh() throws {
        #expect(try Self.file("docs/isa.md") == ISA.document, "docs/isa.md is stale: accelsim docs isa > docs/isa.md")
    }

    /// Every key that the writer emits is required by the schema (or has a default), and the other way round.
    @Test func machineSchemaNamesTheFieldsOfTheFile() throws {
        let schema = try JSONValue.parse(Self.file("schemas/machine-1.schema.json"))
        for var machine in Presets.all {
            // Fields that may be left out are there too.
            machine.sharedBuffer = SharedBuffer(bytes: 1 << 20, bytesPerCycle: 64, latency: 8)
            Self.compare(machine.json, schema, "")
        }
    }

    private static func compare(_ value: JSONValue, _ schema: JSONValue, _ place: String) {
        guard case .object(let object) = value, case .object(let description) = schema,
            case .object(let properties)? = description["properties"]
        else { return }
        #expect(Set(object.keys) == Set(properties.keys), "\(place)")
        for (key, entry) in object.entries {
            guard let property = properties[key] else { continue }
            compare(entry, property, place + "." + key)
            if case .integer(let integer) = entry { expectInRange(integer, property, place + "." + key) }
        }
    }

    private static func expectInRange(_ value: Int, _ schema: JSONValue, _ place: String) {
        guard case .object(let description) = schema else { return }
        if case .integer(let minimum)? = description["minimum"] { #expect(value >= minimum, "\(place)") }
        if case .integer(let maximum)? = description["maximum"] { #expect(value <= maximum, "\(place)") }
    }

    @Test func packageStatesEveryFieldOnce() {
        let text = ISA.systemVerilogPackage
        for opcode in Opcode.allCases {
            for field in ISA.fields(of: opcode) {
                let lsb = text.components(separatedBy: "Lsb = \(field.position);")
                #expect(lsb.count > 1, "\(opcode) \(field.name)")
            }
        }
        let names = text.split(separator: "\n").compactMap { line -> Substring? in
            guard line.hasPrefix("  parameter") else { return nil }
            return line.split(separator: " ").dropLast(2).last
        }
        #expect(Set(names).count == names.count)
        #expect(text.contains("parameter int unsigned LoadGlobalLsb = 74;"))
    }
}
