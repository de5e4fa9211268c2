import Arch
import Diagnostics
import Formats
import Testing

/// Fields that exclude one another and share bits.
@Suite struct AlternativeTests {
    private static let head = "mma.int8.int4.int32.int32 acc:0x0 <- act:0x0, weights wgt:0x0, columns 1, run 32, pitch 4"

    private static func fields(_ error: Diagnostics) -> [String?] { error.all.map(\.field) }

    private static func field(_ name: String, of opcode: Opcode = .mma) throws -> FieldDescription {
        try #require(ISA.fields(of: opcode).first { $0.name == name })
    }

    private static func set(_ value: Int, _ field: FieldDescription, _ bytes: inout [UInt8]) {
        for bit in 0..<field.bits {
            let (byte, shift) = ((field.position + bit) / 8, (field.position + bit) % 8)
            bytes[byte] = bytes[byte] & ~(1 << shift) | UInt8(value >> bit & 1) << shift
        }
    }

    private static func get(_ field: FieldDescription, _ bytes: [UInt8]) -> Int {
        (0..<field.bits).reduce(0) { value, bit in
            let (byte, shift) = ((field.position + bit) / 8, (field.position + bit) % 8)
            return value | Int(bytes[byte] >> shift & 1) << bit
        }
    }

    /// What is written, the values of the tags, and the value of one field.
    @Test(arguments: [
        ("", 0, 0, "zero", 0), (", zero -3", 0, 0, "zero", 0xFFFD), (", zeros wgt:0xabcdef", 0, 1, "zero_table", 0xABCDEF),
        (", structure 2of16 wgt:0x40", 1, 0, "positions", 0x40), (", structure 1of4 wgt:0x0", 1, 0, "structure", 0),
        (", structure 4of8 wgt:0x80, zeros wgt:0x0", 1, 1, "structure", 4),
        (", outliers wgt:0x20 5 7 counted 0 0", 2, 0, "outlier_count", 5),
        (", outliers wgt:0x0 0 0 assumed 0 0, zero 8", 2, 0, "outlier_source", 1),
        (", mixed wgt:0x40 wgt:0x80 1073741823, zeros wgt:0x10", 3, 1, "block_counts", 1_073_741_823),
        (", mixed wgt:0xffffff wgt:0x0 0", 3, 0, "mixed_positions", 0xFFFFFF),
        (", outliers wgt:0x20 2097151 65535 counted 0 0, zeros wgt:0x10", 2, 1, "outlier_place", 65535),
        (", outliers wgt:0x20 9 0 counted 8191 16777215", 2, 0, "outlier_parts", 8191),
        (", outliers wgt:0x20 9 0 counted 2 16777215, zero 5", 2, 0, "outlier_counts", 16_777_215),
    ])
    func everyFormSurvivesBothFiles(_ clauses: String, _ weights: Int, _ zeros: Int, _ name: String, _ value: Int) throws {
        let line = Self.head + clauses + ", engine 0 @0"
        let bytes = try ISA.encode(try ISA.parse(line))
        #expect(ISA.text(try ISA.decode(bytes[...])) == line)
        #expect(Self.get(try Self.field("weight_form"), bytes) == weights)
        #expect(Self.get(try Self.field("zero_form"), bytes) == zeros)
        #expect(Self.get(try Self.field(name), bytes) == value)
    }

    @Test(arguments: [
        (", structure 2of4 wgt:0x0, outliers wgt:0x0 1 0 counted 0 0", "outliers"),
        (", outliers wgt:0x0 0 0 counted 0 0, structure 1of4 wgt:0x0", "structure"),
        (", mixed wgt:0x0 wgt:0x0 0, structure 2of4 wgt:0x0", "structure"),
        (", outliers wgt:0x0 1 0 counted 0 0, mixed wgt:0x0 wgt:0x0 0", "mixed"),
        (", zero 0, zeros wgt:0x0", "zeros"), (", zeros wgt:0x10, zero 3", "zero"), (", zero 1, zero 1", "zero"),
        (", outliers wgt:0x0 1 0 counted 0 0, outliers wgt:0x0 1 0 counted 0 0", "outliers"),
    ])
    func textWithTwoAlternativesIsRefused(_ clauses: String, _ field: String) {
        let error = #expect(throws: Diagnostic.self) { try ISA.parse(Self.head + clauses + ", engine 0 @0") }
        #expect(error?.field == field, "\(error.map(String.init(describing:)) ?? "")")
    }

    @Test func tablesHaveNoListOfOutliers() throws {
        let line = "lmma.m2n64k4.int8.int2.int32.int32 acc:0x0 <- tab:0x0, weights wgt:0x0, columns 1, run 4, pitch 4, engine 0, arrays 1"
        let error = #expect(throws: Diagnostic.self) { try ISA.parse(line + ", outliers wgt:0x0 1 0 counted 0 0 @0") }
        #expect(error?.field == "lmma")
        guard case .lmma(var work, let shape) = try ISA.parse(line + " @0").body else { return #expect(Bool(false)) }
        work.structure = .outliers(.init(offset: 0, count: 1))
        let refusal = #expect(throws: Diagnostics.self) { try ISA.encode(Instruction(node: 0, body: .lmma(work, shape))) }
        #expect(refusal.map(Self.fields) == ["weight_form"])
    }

    /// Bits of a form that the instruction does not have are refused, as bits of no field are.
    @Test func bitsOfOtherAlternativesMustBeZero() throws {
        let dense = try ISA.encode(try ISA.parse(Self.head + ", engine 0 @0"))
        func problems(_ name: String, _ form: Int, _ value: Int) throws -> [String?] {
            var bytes = dense
            Self.set(form, try Self.field("weight_form"), &bytes)
            Self.set(value, try Self.field(name), &bytes)
            do {
                _ = try ISA.decode(bytes[...])
                return []
            } catch { return Self.fields(error) }
        }
        #expect(try problems("outlier_place", 2, 1 << 15) == [])
        #expect(try problems("outlier_place", 1, 1 << 15) == ["weight_form"])
        #expect(try problems("outlier_place", 0, 1) == ["weight_form"])
        #expect(try problems("positions", 1, 1 << 23) == [])
        #expect(try problems("positions", 0, 1 << 23) == ["weight_form"])
        #expect(try problems("block_counts", 3, 1 << 29) == [])
        #expect(try problems("outlier_counts", 2, 1 << 23) == [])
        #expect(try problems("outlier_counts", 3, 1 << 23) == ["weight_form"])
        #expect(try problems("weight_form", 7, 7) == ["weight_form"])
    }

    @Test func parametersOfOtherAlternativesAreRefused() throws {
        func problem(_ clauses: String) -> Diagnostic? {
            do {
                _ = try ISA.parse(Self.head + clauses + ", engine 0 @0")
                return nil
            } catch { return error }
        }
        #expect(problem(", structure 2of4 wgt:0x0+p1*64") == nil)
        #expect(problem(", outliers wgt:0x0+p1*64 3 0 counted 0 0") == nil)
        #expect(problem(", outliers wgt:0x0 3+p1 0 counted 0 0")?.field == "outlier_count")
        let work = try ISA.parse(Self.head + ", engine 0 @0").body
        let reference = try #require(ParameterReference("positions", of: .mma, register: 1, multiplier: 64))
        let refusal = #expect(throws: Diagnostics.self) { try ISA.encode(Instruction(node: 0, body: work, references: [reference])) }
        #expect(refusal.map(Self.fields) == ["positions"])
    }

    /// The page names the condition of every alternative.
    @Test func documentSaysWhichFieldsExistTogether() {
        let document = ISA.document
        #expect(document.contains("`positions` | weight_form = n_of_m |"))
        #expect(document.contains("`outliers` | weight_form = outliers |"))
        #expect(document.contains("`zero_table` | zero_form = table |"))
        #expect(document.contains("[, structure STRUCTURE wgt:POSITIONS | outliers wgt:OUTLIERS OUTLIER_COUNT OUTLIER_PLACE OUTLIER_SOURCE OUTLIER_PARTS OUTLIER_COUNTS | mixed wgt:MIXED_POSITIONS wgt:BLOCKS BLOCK_COUNTS]"))
        #expect(document.contains("[, zeros wgt:ZERO_TABLE | centroids wgt:CENTROIDS | zero ZERO]"))
    }
}
