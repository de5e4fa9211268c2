import BigInt
import Engines
import Testing

struct DSP48E2Tests {
    static let paired = ClockedChain.configuration

    static func operation(_ opMode: UInt16, inMode: UInt8 = 0b00100) throws -> DSP48E2.Operation {
        DSP48E2.Operation(
            inMode: DSP48E2.InMode(bits: inMode), opMode: try #require(DSP48E2.OpMode(bits: opMode)))
    }

    static func hex(_ p: Int) -> String {
        let digits = String(UInt64(truncatingIfNeeded: p) & 0xFFFF_FFFF_FFFF, radix: 16)
        return String(repeating: "0", count: 12 - digits.count) + digits
    }

    /// P[47:0] of single products of a pair, and both lanes.
    static let pairs: [(a: Int, d: Int, w: Int, p: String, upper: Int, lower: Int)] = [
        (127, -128, -128, "ffff02004000", -16256, 16384), (-128, -128, -128, "000100004000", 16384, 16384),
        (5, -3, 7, "0000008bffeb", 35, -21), (-77, 45, -101, "00007983ee3f", 7777, -4545),
        (0, -1, 1, "ffffffffffff", 0, -1), (-1, 127, 127, "fffffe043f01", -127, 16129),
    ]

    @Test func aPairOfProductsTakesFourEdges() throws {
        let product = try Self.operation(0b0_0000_0101)
        for pair in Self.pairs {
            var slice = DSP48E2(Self.paired)
            var inputs = DSP48E2.Inputs(a: pair.a << 18, b: pair.w, d: pair.d)
            for edge in 1...4 {
                #expect(slice.outputs(inputs, product).p == 0, "before edge \(edge)")
                slice.clock(inputs, product)
                inputs = DSP48E2.Inputs()
            }
            let p = slice.outputs(inputs, product).p
            #expect(Self.hex(p) == pair.p)
            #expect(ActivationPair.lanes(p) == (pair.upper, pair.lower))
        }
    }

    @Test func aCascadedSliceAddsOneEdge() throws {
        let (first, second) = (try Self.operation(0b0_0000_0101), try Self.operation(0b0_0001_0101))
        var slices = [DSP48E2(Self.paired), DSP48E2(Self.paired)]
        var seen: [[String]] = []
        for edge in 1...5 {
            var inputs = DSP48E2.Inputs(a: 5 << 18, b: 7, d: -3)
            if edge != 2 { inputs = DSP48E2.Inputs() }
            inputs.pcin = slices[0].outputs(DSP48E2.Inputs(), first).p
            slices[1].clock(inputs, second)
            slices[0].clock(edge == 1 ? DSP48E2.Inputs(a: -128 << 18, b: -128, d: -128) : DSP48E2.Inputs(), first)
            seen.append(slices.map { Self.hex($0.outputs(DSP48E2.Inputs(), first).p) })
        }
        #expect(seen[2] == ["000000000000", "000000000000"])
        #expect(seen[3][0] == "000100004000")
        #expect(seen[4][1] == "0001008c3feb")
    }

    static func random(_ random: inout SeededGenerator) -> DSP48E2.Configuration {
        var use = DSP48E2.Configuration()
        func pick<Case: CaseIterable>(_ type: Case.Type) -> Case {
            type.allCases.randomElement(using: &random) ?? type.allCases[type.allCases.startIndex]
        }
        use.aRegisters = pick(DSP48E2.Configuration.OperandRegisters.self)
        use.bRegisters = pick(DSP48E2.Configuration.OperandRegisters.self)
        use.aCascadeRegisters = use.aRegisters == .two && .random(using: &random) ? .one : use.aRegisters
        use.bCascadeRegisters = use.bRegisters == .two && .random(using: &random) ? .one : use.bRegisters
        use.aFromCascade = .random(using: &random)
        use.bFromCascade = .random(using: &random)
        use.registersC = .random(using: &random)
        use.registersD = .random(using: &random)
        use.registersAD = .random(using: &random)
        use.registersM = .random(using: &random)
        use.registersP = Int.random(in: 0..<4, using: &random) > 0
        use.preadderOperand = pick(DSP48E2.Configuration.Port.self)
        use.aMultipliesAD = .random(using: &random)
        use.bMultipliesAD = .random(using: &random)
        use.roundingConstant = .random(in: -(1 << 47)..<(1 << 47), using: &random)
        return use
    }

    static func ports(_ random: inout SeededGenerator) -> WideSlice.Ports {
        func port(_ bits: Int) -> Int {
            let limit = 1 << (bits - 1)
            return Int.random(in: 0..<4, using: &random) == 0
                ? [-limit, limit - 1, -1, 0].randomElement(using: &random) ?? 0
                : .random(in: -limit..<limit, using: &random)
        }
        var inputs = DSP48E2.Inputs(a: port(30), b: port(18), c: port(48), d: port(27))
        (inputs.acin, inputs.bcin, inputs.pcin) = (port(30), port(18), port(48))
        inputs.carryIn = .random(using: &random)
        return WideSlice.Ports(
            inputs: inputs, inMode: .random(in: 0..<32, using: &random), opMode: .random(in: 0..<512, using: &random),
            aluMode: .random(in: 0..<4, using: &random))
    }

    /// Any configuration and any legal sequence of operations against integers of any size.
    @Test func everyRegisterAndMultiplexerEqualsTheWideModel() throws {
        var random = SeededGenerator(48)
        var compared = 0
        for _ in 0..<1500 {
            let use = Self.random(&random)
            var slice = DSP48E2(use)
            var wide = WideSlice(use)
            while wide.ports.count < 20 {
                let ports = Self.ports(&random)
                guard let opMode = DSP48E2.OpMode(bits: ports.opMode) else { continue }
                let aluMode = try #require(DSP48E2.ALUMode(rawValue: ports.aluMode))
                let operation = DSP48E2.Operation(
                    inMode: DSP48E2.InMode(bits: ports.inMode), opMode: opMode, aluMode: aluMode)
                guard DSP48E2.broken(use, operation).isEmpty else { continue }
                let outputs = slice.outputs(ports.inputs, operation)
                try #require(BigInt(outputs.p) == wide.p(ports))
                #expect((BigInt(outputs.acout), BigInt(outputs.bcout)) == wide.cascades)
                slice.clock(ports.inputs, operation)
                compared += 1
            }
        }
        #expect(compared == 30_000)
    }

    /// 4 * 8 * 16 settings, without Z = 100 and with X and Y taking the product together or not at all.
    @Test func halfAProductIsNoOperation() {
        let bits = (0..<UInt16(1024)).filter { DSP48E2.OpMode(bits: $0) != nil }
        #expect(bits.count == 4 * 7 * (3 * 3 + 1))
        for value in bits {
            #expect((value & 3 == 1) == (value >> 2 & 3 == 1))
            #expect(value >> 4 & 7 != 4)
            // Z = 111 is another name of 110.
            let named = value >> 4 & 7 == 7 ? value & ~0x10 : value
            #expect(DSP48E2.OpMode(bits: value)?.bits == named)
        }
    }

    @Test func illegalUseNamesTheRule() throws {
        let product = try Self.operation(0b0_0000_0101)
        func broken(_ change: (inout DSP48E2.Configuration) -> Void, _ operation: DSP48E2.Operation) -> [DSP48E2.Rule] {
            var use = Self.paired
            change(&use)
            return DSP48E2.broken(use, operation)
        }
        #expect(broken({ _ in }, product) == [])
        #expect(broken({ $0.aCascadeRegisters = .two }, product) == [.cascadeRegistersFollowOperandRegisters])
        #expect(broken({ $0.bCascadeRegisters = .none }, product) == [.cascadeRegistersFollowOperandRegisters])
        #expect(broken({ _ in }, try Self.operation(0b0_0000_0101, inMode: 0b00101)) == [.firstRegisterNeedsTwo])
        #expect(broken({ _ in }, try Self.operation(0b0_0000_0101, inMode: 0b10100)) == [])
        for opMode: UInt16 in [0b0_1000_0101 | 0, 0b0_0010_0101, 0b0_0000_0010, 0b0_0110_0000] {
            let feedback = broken({ $0.registersP = false }, try Self.operation(opMode))
            #expect(feedback == [.feedbackNeedsRegister])
        }
        #expect(broken({ $0.usesMultiplier = false; $0.registersM = false }, product) == [.productNeedsMultiplier])
        #expect(broken({ $0.usesMultiplier = false }, try Self.operation(0b0_0000_1111)) == [.idleMultiplierHasNoRegister])
    }
}
