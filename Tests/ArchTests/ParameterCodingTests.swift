import Arch
import Diagnostics
import Testing

@Suite struct ParameterCodingTests {
    /// Fields that the specification lets refer: addresses, counts, strides, lengths, written out once more.
    private static func mayRefer(_ name: String, _ opcode: Opcode) -> Bool {
        let lengths: Set<String> = [
            "local", "global", "row", "index", "row_pitch", "rows", "count", "accumulators", "activations", "weights",
            "columns", "outer_rows", "inner_rows", "ky", "kx", "run", "accumulator_pitch", "zero_table", "centroids", "positions", "outliers",
            "mixed_positions", "blocks",
            "weight_scales",
            "activation_scales", "activation_scale_pitch", "tables", "source", "elements", "table_pitch", "scales",
            "scale_pitch", "destination", "a", "b", "period",
        ]
        return lengths.contains(name) || name.contains("stride") || name.contains("count_")
    }

    @Test(arguments: Opcode.allCases)
    func everyLengthAndNothingElseRefers(opcode: Opcode) throws {
        var random = SplitMix(31)
        var refers: Set<String> = []
        // So many until every field of every function was drawn.
        for draw in 0..<400 {
            let body = RandomInstruction.body(opcode, &random)
            for (index, field) in ISA.fields(of: opcode).enumerated() {
                let reference = ParameterReference(field: index, register: 3, multiplier: -64)
                let instruction = Instruction(node: 0, body: body, references: [reference])
                // An address in the upper half of its space is no immediate.
                guard let bytes = try? ISA.encode(instruction) else { continue }
                refers.insert(field.name)
                guard draw < 60 else { continue }
                #expect(try ISA.decode(bytes[...]) == instruction)
                let line = ISA.text(instruction)
                #expect(try ISA.parse(line) == instruction, "\(line)")
            }
        }
        var expected = Set(ISA.fields(of: opcode).map(\.name).filter { Self.mayRefer($0, opcode) })
        // Diagonal and window of a mask.
        if opcode == .elementwise { expected.formUnion(["parameter_0", "parameter_1"]) }
        #expect(refers == expected)
    }

    @Test func instructionsWithReferencesSurviveBinaryAndText() throws {
        var random = SplitMix(32)
        var survived = 0
        for _ in 0..<4_000 {
            var instruction = RandomInstruction.make(&random)
            let fields = ISA.fields(of: instruction.body.opcode).indices.filter { _ in random.next() % 8 == 0 }.prefix(
                3)
            instruction.references = ParameterReferences(
                fields.map {
                    ParameterReference(
                        field: $0, register: random.value(0...15),
                        multiplier: random.value(1...(1 << 23) - 1) * (random.flag() ? 1 : -1))
                })
            guard let bytes = try? ISA.encode(instruction) else { continue }
            survived += instruction.references.isEmpty ? 0 : 1
            #expect(try ISA.decode(bytes[...]) == instruction)
            #expect(try ISA.parse(ISA.text(instruction)) == instruction)
        }
        #expect(survived > 300)
    }

    @Test func textIsImmediatePlusMultiplierTimesRegister() throws {
        let line = "load act:0x0 <- dram:0x1000+p3*4096, row 64-p0, loop -4+p15*2 (4096, 64), kind kv @0"
        let instruction = try ISA.parse(line)
        #expect(ISA.text(instruction) == line)
        #expect(
            Array(instruction.references) == [
                ParameterReference("global", of: .load, register: 3, multiplier: 4096),
                ParameterReference("row", of: .load, register: 0, multiplier: -1),
                ParameterReference("count_2", of: .load, register: 15, multiplier: 2),
            ])
        guard case .load(let transfer) = instruction.body else { return #expect(Bool(false)) }
        #expect(transfer.global == GlobalAddress(.dram, 0x1000) && transfer.rowBytes == 64 && transfer.loops[2].count == -4)
        let mask = "elementwise.mask act:0x0 f32 <- act:0x0 f32, diagonal -2+p1, window 0, loop 8 (4, 4, 0) @0"
        #expect(ISA.text(try ISA.parse(mask)) == mask)
    }

    /// Bits placed by hand: three slots of field (6 bits), register (4) and multiplier (24) from bit 666.
    @Test func referencesLieAtTheEnd() throws {
        let instruction = try ISA.parse("load act:0x0 <- dram:0x0+p3*4096, row 64, kind kv @0")
        let bytes = try ISA.encode(instruction)
        func bits(_ position: Int, _ count: Int) -> Int {
            (0..<count).reduce(0) { $0 | Int(bytes[(position + $1) / 8] >> ((position + $1) % 8) & 1) << $1 }
        }
        // global is the third field of a load, after space and address of the scratchpad.
        #expect(bits(666, 6) == 3)
        #expect(bits(672, 4) == 3)
        #expect(bits(676, 24) == 4096)
        #expect(bits(700, 68) == 0)
    }

    @Test(arguments: [
        ("load act:0x0 <- dram:0x0+p16, row 64, kind kv @0", "references"),
        ("load act:0x0 <- dram:0x0+p0*0, row 64, kind kv @0", "references"),
        ("load act:0x0 <- dram:0x0+p0*8388608, row 64, kind kv @0", "references"),
        ("load act:0x0 <- dram:0x0+p0*-1, row 64, kind kv @0", "global"),
        ("load act:0x0 <- dram:0x0+p, row 64, kind kv @0", "global"),
        ("load act:0x0 <- dram:0x0+p1*2*3, row 64, kind kv @0", "global"),
        ("load act:0x0 <- dram:0x0+p99999999999999999999, row 64, kind kv @0", "global"),
        ("load act:0x0 <- dram:0x8000000000+p0, row 64, kind kv @0", "global"),
        ("load act:0x0 <- dram:0x0, row 64+q0, kind kv @0", "row"),
        ("load act:0x0 <- dram:0x0, row 64, kind kv+p0 @0", "traffic"),
        ("load act:0x0+p0 <- dram:0x0+p0, row 64+p0, loop 2+p0 (0, 0), kind kv @0", "references"),
        ("load act:0x0 <- dram:0x0, row 64, loop 2+r (0, 0), kind kv @0", "loop"),
        ("fill act:0x0 <- 0x0+p0, element 1, row 1 @0", "value"),
        ("fill act:0x0 <- 0x0, element 1+p0, row 1 @0", "element_bytes"),
        ("elementwise.clamp_integer act:0x0 i32 <- act:0x0 i32, low 0+p0, high 1 @0", "parameter_0"),
    ])
    func wrongReferencesNameTheirField(line: String, field: String) {
        do {
            _ = try ISA.parse(line)
            Issue.record("'\(line)' was accepted")
        } catch { #expect(error.field == field, "\(line)") }
    }

    @Test func bytesOfReferencesAreChecked() throws {
        let bytes = try ISA.encode(try ISA.parse("load act:0x0 <- dram:0x0, row 64, kind kv @0"))
        func fields(_ slots: [(field: Int, register: Int, multiplier: Int)]) -> [String?] {
            var changed = bytes
            func set(_ value: Int, _ position: Int, _ count: Int) {
                for bit in 0..<count where value >> bit & 1 == 1 {
                    changed[(position + bit) / 8] |= 1 << ((position + bit) % 8)
                }
            }
            for (slot, reference) in slots.enumerated() {
                set(reference.field, 666 + 34 * slot, 6)
                set(reference.register, 672 + 34 * slot, 4)
                set(reference.multiplier, 676 + 34 * slot, 24)
            }
            do {
                _ = try ISA.decode(changed[...])
                return []
            } catch { return error.all.map(\.field) }
        }
        #expect(fields([(3, 1, 64)]) == [])
        #expect(fields([(3, 1, 64), (4, 1, 64)]) == [])
        #expect(fields([(3, 1, 0)]) == ["references"])
        #expect(fields([(4, 1, 64), (3, 1, 64)]) == ["references"])
        #expect(fields([(3, 1, 64), (3, 1, 64)]) == ["references"])
        #expect(fields([(0, 0, 0), (3, 1, 64)]) == ["reference_1_field"])
        #expect(fields([(0, 1, 0)]) == ["reference_0_field"])
        #expect(fields([(1, 1, 1)]) == ["local_space"])
        #expect(fields([(63, 1, 1)]) == ["references"])
    }
}
