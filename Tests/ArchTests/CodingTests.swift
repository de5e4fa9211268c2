import Arch
import Diagnostics
import Testing

@Suite struct CodingTests {
    @Test func tenThousandInstructionsSurviveBinaryAndText() throws {
        var random = SplitMix(1)
        for _ in 0..<10_000 {
            let instruction = RandomInstruction.make(&random)
            let bytes = try ISA.encode(instruction)
            #expect(bytes.count == 96)
            #expect(try ISA.decode(bytes[...]) == instruction)
            let line = ISA.text(instruction)
            #expect(try ISA.parse(line) == instruction, "\(line)")
            #expect(ISA.text(try ISA.parse(line)) == line)
        }
    }

    /// Sets the bits of one field to its least, greatest and random values in many instructions; whatever decodes must
    /// encode to the same bytes and survive the text form, and every field must be reached with both extremes.
    @Test(arguments: Opcode.allCases)
    func everyFieldKeepsItsExtremes(opcode: Opcode) throws {
        var random = SplitMix(2)
        var reached: [String: Set<Int>] = [:]
        for _ in 0..<250 {
            let base = try ISA.encode(Instruction(node: 0, body: RandomInstruction.body(opcode, &random)))
            for field in ISA.fields(of: opcode) {
                let values = Self.values(field, &random)
                guard try Self.holds(base, field, of: opcode) else { continue }
                for value in values where Self.roundTrips(base, field, value) {
                    reached[field.name, default: []].insert(value)
                }
            }
        }
        for field in ISA.fields(of: opcode) {
            let values = Self.values(field, &random)
            #expect(reached[field.name]?.isSuperset(of: values.prefix(2)) == true, "\(opcode) \(field.name)")
        }
    }

    private static func values(_ field: FieldDescription, _ random: inout SplitMix) -> [Int] {
        if case .choice(let names) = field.kind {
            let codes = names.indices.filter { !names[$0].isEmpty }
            return [codes[0], codes[codes.count - 1], random.pick(codes)]
        }
        return [field.range.lowerBound, field.range.upperBound, Int.random(in: field.range, using: &random)]
    }

    private static func bits(_ bytes: [UInt8], _ field: FieldDescription) -> Int {
        (0..<field.bits).reduce(0) { value, bit in
            let (byte, shift) = ((field.position + bit) / 8, (field.position + bit) % 8)
            return value | Int(bytes[byte] >> shift & 1) << bit
        }
    }

    /// Whether the instruction has the field: of alternatives only those of the value that the tag holds.
    private static func holds(_ bytes: [UInt8], _ field: FieldDescription, of opcode: Opcode) throws -> Bool {
        guard let alternative = field.alternative else { return true }
        let tag = try #require(ISA.fields(of: opcode).first { $0.name == alternative.tag })
        return bits(bytes, tag) == alternative.value
    }

    private static func roundTrips(_ base: [UInt8], _ field: FieldDescription, _ value: Int) -> Bool {
        var bytes = base
        for bit in 0..<field.bits {
            let (byte, shift) = ((field.position + bit) / 8, (field.position + bit) % 8)
            bytes[byte] = bytes[byte] & ~(1 << shift) | UInt8(truncatingIfNeeded: (value >> bit) & 1) << shift
        }
        guard let instruction = try? ISA.decode(bytes[...]) else { return false }
        #expect((try? ISA.encode(instruction)) == bytes, "\(field.name) = \(value)")
        let line = ISA.text(instruction)
        // NaN bounds are equal in bits only.
        #expect((try? ISA.encode(ISA.parse(line))) == bytes, "\(line)")
        return true
    }

    @Test(arguments: Opcode.allCases)
    func fieldsAreDisjointAndFillTheirInstruction(opcode: Opcode) {
        let fields = ISA.header + ISA.fields(of: opcode)
        /// By bit.
        var owners: [Int: [FieldDescription]] = [:]
        for field in fields {
            #expect(field.bits > 0 && field.bits <= 40)
            for bit in field.position..<field.position + field.bits { owners[bit, default: []].append(field) }
        }
        let end = owners.keys.reduce(0) { max($0, $1 + 1) }
        #expect(owners.count == end, "no bit between fields is without one")
        for (bit, sharing) in owners where sharing.count > 1 {
            // Fields that share a bit belong to different values of one tag.
            let tags = Set(sharing.map { $0.alternative?.tag })
            #expect(tags.count == 1 && tags != [nil], "bit \(bit)")
            #expect(Set(sharing.map { $0.alternative?.value }).count == sharing.count, "bit \(bit)")
        }
        // Three references of 6 + 4 + 24 bits end every instruction.
        #expect(end <= 768 - 3 * 34)
        #expect(fields.count - ISA.header.count < 1 << 6, "a reference names a field in six bits")
        let names = ISA.fields(of: opcode).map(\.name)
        #expect(Set(names).count == names.count)
    }

    /// Bits placed by hand: opcode 1, waits engine0 (bit 3), signals vector (bit 2), node 5, then local_space at bit
    /// 48.
    @Test func loadLiesWhereTheSpecificationSays() throws {
        let transfer = Transfer(
            dram: 0x12_3456_789A, local: LocalAddress(.weights, 0xABCDEF), rowBytes: 256,
            loops: [.init(count: 64, globalStride: -2, localStride: 256)], traffic: .weights)
        let bytes = try ISA.encode(
            Instruction(node: 5, waits: UnitSet(.engine0), signals: UnitSet(.vector), body: .load(transfer)))
        #expect(Array(bytes[0..<6]) == [1, 0b01000, 0b00100, 5, 0, 0])
        // space 1 in two bits, then 24 bits of offset: 0xABCDEF << 2 | 1.
        let word = 0xABCDEF << 2 | 1 | 0x12_3456_789A << 26
        #expect((0..<8).map { Int(bytes[6 + $0]) << ($0 * 8) }.reduce(0, |) == word)
    }

    /// The bit of the memory came last: without it a program still means DRAM, and no other field moved.
    @Test(arguments: [Opcode.load, .store, .gather])
    func theMemoryIsOneBitBehindAllOtherFields(opcode: Opcode) throws {
        let fields = ISA.fields(of: opcode)
        let memory = try #require(fields.last)
        #expect(memory.name == "memory" && memory.bits == 1)
        #expect(memory.position == 48 + fields.dropLast().reduce(0) { $0 + $1.bits })
        let transfer = Transfer(dram: 64, local: LocalAddress(.weights, 0), rowBytes: 16, traffic: .kv)
        let gather = Gather(
            dram: 64, rowPitch: 16, rows: 4, index: LocalAddress(.weights, 0), local: LocalAddress(.weights, 64),
            localStride: 16, rowBytes: 16, count: 4, traffic: .kv)
        let body: Instruction.Body =
            opcode == .load ? .load(transfer) : opcode == .store ? .store(transfer) : .gather(gather)
        var bytes = try ISA.encode(Instruction(node: 0, body: body))
        #expect(ISA.text(try ISA.decode(bytes[...])).contains(" dram:0x40"))
        bytes[memory.position / 8] |= 1 << (memory.position % 8)
        let line = ISA.text(try ISA.decode(bytes[...]))
        #expect(line.contains(" shared:0x40"))
        #expect(try ISA.encode(ISA.parse(line)) == bytes)
    }

    @Test func readableLine() throws {
        let line =
            "load act:0x1000 <- dram:0x40000, row 256, loop 64 (4096, 256), kind weights ; waits engine0 signals engine0 @12"
        let instruction = try ISA.parse(line)
        #expect(instruction.node == 12)
        #expect(instruction.waits == UnitSet(.engine0) && instruction.signals == UnitSet(.engine0))
        let expected = Transfer(
            dram: 0x40000, local: LocalAddress(.activations, 0x1000), rowBytes: 256,
            loops: [.init(count: 64, globalStride: 4096, localStride: 256)], traffic: .weights)
        #expect(instruction.body == .load(expected))
        #expect(ISA.text(instruction) == line)
    }

    @Test func lookupProductsHaveThePublishedMnemonic() throws {
        let multiply = Multiply(
            engine: 0, activations: LocalAddress(.tables, 0), activationFormat: .exactTables,
            innerRows: .init(count: 2, stride: 64), run: 16, weights: 0, weightBits: 2, codes: .offset,
            zero: .immediate(2),
            columns: 64, accumulators: 0, accumulatorPitch: 256, accumulate: false, output: .integer)
        let shape = LookupShape(m: 2, n: 64, k: 4, arraysAlongColumns: 8)
        let line = ISA.text(Instruction(node: 0, body: .lmma(multiply, shape)))
        #expect(line.hasPrefix("lmma.m2n64k4.int8.int2.int32.int32 acc:0x0 <- tab:0x0, weights wgt:0x0, columns 64"))
        let five = LookupShape(m: 2, n: 64, k: 5, arraysAlongColumns: 8)
        #expect(ISA.text(Instruction(node: 0, body: .lmma(multiply, five))).hasPrefix("lmma.m2n64k5.int8.int2."))
    }

    /// Tables of one to six activations; where 64 share a scale, those that divide 64.
    @Test func tableLengthsAreCheckedInBothForms() throws {
        var build = BuildTables(
            source: Operand(LocalAddress(.activations, 0), .int8), innerRows: .init(), elements: 64,
            format: TableFormat(.exact, length: 4), tables: 0, tablePitch: 0)
        for entries in BuildTables.Entries.allCases {
            for length in 0...7 {
                (build.entries, build.length) = (entries, length)
                let isShared = entries == .int8Per64 || entries == .int8Per64Full
                let isKnown = isShared ? [1, 2, 4].contains(length) : (1...6).contains(length)
                let instruction = Instruction(node: 0, body: .buildTables(build))
                let line = ISA.text(instruction)
                #expect(line.contains(", length \(length) "), "\(line)")
                #expect(((try? ISA.parse(line)) == instruction) == isKnown)
                #expect(((try? ISA.encode(instruction)) != nil) == isKnown)
            }
        }
    }
}
