import Arch
import Diagnostics
import Testing

@Suite struct CodingErrorTests {
    private static let transfer = Transfer(
        dram: 0, local: LocalAddress(.activations, 0), rowBytes: 64, traffic: .weights)

    private static func encodeErrors(_ instruction: Instruction) -> [Diagnostic] {
        do {
            _ = try ISA.encode(instruction, index: 7)
            return []
        } catch { return error.all }
    }

    @Test func valuesOutsideTheirFieldNameInstructionAndField() {
        var transfer = Self.transfer
        transfer.global.offset = 1 << 40
        transfer.local.offset = -1
        transfer.loops[2].localStride = 1 << 23
        let errors = Self.encodeErrors(Instruction(node: 1 << 24, body: .load(transfer)))
        #expect(errors.map(\.field) == ["node", "local", "global", "local_stride_2"])
        #expect(errors.allSatisfy { $0.node == "instruction 7" })
    }

    @Test func unitsThatDoNotExistAreRefused() {
        let instruction = Instruction(node: 0, waits: UnitSet(rawValue: 32), body: .load(Self.transfer))
        #expect(Self.encodeErrors(instruction).map(\.field) == ["waits"])
    }

    private static func decodeErrors(_ change: (inout [UInt8]) -> Void) throws -> [String?] {
        var bytes = try ISA.encode(Instruction(node: 0, body: .load(transfer)))
        change(&bytes)
        do {
            _ = try ISA.decode(bytes[...], index: 3)
            return []
        } catch { return error.all.map(\.field) }
    }

    @Test func brokenBytesNameTheirField() throws {
        #expect(try Self.decodeErrors { $0[0] = 0 } == ["opcode"])
        #expect(try Self.decodeErrors { $0[0] = 200 } == ["opcode"])
        #expect(try Self.decodeErrors { $0[1] = 0x20 } == ["waits"])
        // The bit before the reference fields, and a multiplier without a field.
        #expect(try Self.decodeErrors { $0[665 / 8] |= 1 << (665 % 8) } == ["reserved"])
        #expect(try Self.decodeErrors { $0[95] = 0x80 } == ["reference_2_field"])
        #expect(try Self.decodeErrors { $0.removeLast() } == ["opcode"])
        let row = try #require(ISA.fields(of: .load).first { $0.name == "row" })
        #expect(
            try Self.decodeErrors {
                $0[row.position / 8] = 0
                $0[row.position / 8 + 1] = 0
            }.contains("row"))
    }

    @Test func fieldsThatAreSwitchedOffMustBeZero() throws {
        let elementwise = Elementwise(
            .addFloat, destination: Operand(LocalAddress(.activations, 0), .float32),
            a: Operand(LocalAddress(.activations, 0), .float32), b: .none, loops: [])
        var bytes = try ISA.encode(Instruction(node: 0, body: .elementwise(elementwise)))
        let immediate = try #require(ISA.fields(of: .elementwise).first { $0.name == "immediate" })
        bytes[immediate.position / 8 + 1] |= 1
        do {
            _ = try ISA.decode(bytes[...])
            Issue.record("an immediate without its flag was accepted")
        } catch { #expect(error.all.map(\.field) == ["immediate"]) }
    }

    @Test(arguments: [
        ("", "mnemonic"),
        ("lod act:0x0 <- dram:0x0, row 1, kind weights @0", "mnemonic"),
        ("load act:0x0 <- dram:0x0, row 1, kind weights", "node"),
        ("load act:0x0 <- dram:0x0, row 1, kind weights @x", "node"),
        ("load act:0x0 <- dram:0x0, row 1, kind weights @16777216", "node"),
        ("load act:0x0 <- dram:0x0, row 1, kind weights @1 2", "node"),
        ("load act:0x0 <- dram:0x0, kind weights @0", "row"),
        ("load act:0x0 <- dram:0x0, row 0, kind weights @0", "row"),
        ("load act:0x0 <- dram:0x0, row 1, row 2, kind weights @0", "row"),
        ("load act:0x0 <- dram:0x0, row 1, kind heavy @0", "traffic"),
        ("load abc:0x0 <- dram:0x0, row 1, kind weights @0", "local_space"),
        ("load act:zz <- dram:0x0, row 1, kind weights @0", "local"),
        ("load act:0x0 <- 0x0, row 1, kind weights @0", "memory"),
        ("load act:0x0 <- flash:0x0, row 1, kind weights @0", "memory"),
        ("load act:0x0 <- shared:zz, row 1, kind weights @0", "global"),
        ("load act:0x0 dram:0x0, row 1, kind weights @0", "<-"),
        ("load act:0x0 <- dram:0x0, rows 1, kind weights @0", "load"),
        ("load act:0x0 <- dram:0x0, row 1, loop 4 (1), kind weights @0", "loop"),
        ("load act:0x0 <- dram:0x0, row 1, loop 0 (1, 1), kind weights @0", "count_2"),
        (
            "load act:0x0 <- dram:0x0, row 1, loop 1 (1, 1), loop 1 (1, 1), loop 1 (1, 1), loop 1 (1, 1), kind kv @0",
            "loop"
        ),
        ("load act:0x0 <- dram:0x0, row 1, kind weights ; waits @0", "waits"),
        ("load act:0x0 <- dram:0x0, row 1, kind weights ; waits engine9 @0", "waits"),
        ("load act:0x0 <- dram:0x0, row 1, kind weights ; signals load load @0", "signals"),
        ("load.fast act:0x0 <- dram:0x0, row 1, kind weights @0", "mnemonic"),
        ("elementwise.plus act:0x0 f32 <- act:0x0 f32 @0", "mnemonic"),
        ("elementwise.add_float act:0x0 f99 <- act:0x0 f32 @0", "destination_type"),
        ("elementwise.add_float act:0x0 f32 <- act:0x0 f32, low 3 @0", "elementwise"),
        ("elementwise.add_float act:0x0 f32 <- act:0x0 f32, rounding half_up @0", "rounding"),
        ("elementwise.clamp_float act:0x0 f32 <- act:0x0 f32, low x @0", "low"),
        ("elementwise.clamp_integer act:0x0 i8 <- act:0x0 i8, low 4294967296 @0", "low"),
        ("elementwise.clamp_integer act:0x0 i8 <- act:0x0 i8, low 1, low 1 @0", "low"),
        ("fill act:0x0 <- 0x0, element 3, row 3 @0", "element_bytes"),
        ("fill act:0x0 <- 0x0, element 4, row 6 @0", "row"),
        (
            "mma.int8.int9.int32.int32 acc:0x0 <- act:0x0, weights wgt:0x0, columns 1, run 1, pitch 4, engine 0 @0",
            "weight_bits"
        ),
        ("mma.int8.int2.int32 acc:0x0 <- act:0x0, weights wgt:0x0, columns 1, run 1, pitch 4, engine 0 @0", "mnemonic"),
        (
            "mma.int8.int2.int16.int32 acc:0x0 <- act:0x0, weights wgt:0x0, columns 1, run 1, pitch 4, engine 0 @0",
            "mnemonic"
        ),
        (
            "mma.int8.int2.int32.int32 acc:0x0 <- act:0x0, weights wgt:0x0, columns 1, run 1, pitch 4, "
                + "weight_scales 64 f32 wgt:0x0, engine 0 @0", "has_weight_scales"
        ),
        (
            "mma.int8.int2.int32.int32 acc:0x0 <- act:0x0, weights wgt:0x0, columns 1, run 1, pitch 4, "
                + "structure 3of4 wgt:0x0, engine 0 @0", "structure"
        ),
        (
            "mma.int8.bipolar2.int32.int32 acc:0x0 <- act:0x0, weights wgt:0x0, columns 1, run 1, pitch 4, "
                + "structure 2of4 wgt:0x0, engine 0 @0", "structure"
        ),
        (
            "mma.int8.int2.int32.f32 acc:0x0 <- act:0x0, weights wgt:0x0, columns 1, run 1, pitch 4, "
                + "structure 2of4 wgt:0x0, weight_scales 6 f32 wgt:0x0, engine 0 @0", "weight_group"
        ),
        ("reduce.sum_float act:0x0 f32 <- act:0x0 f32 ; @0 extra", "node"),
    ])
    func brokenLinesNameTheirField(line: String, field: String) {
        do {
            _ = try ISA.parse(line, place: "line 4")
            Issue.record("accepted: \(line)")
        } catch {
            #expect(error.field == field, "\(error)")
            #expect(error.node == "line 4")
        }
    }
}
