import Arch
import Formats

/// The slice itself, in the configuration of the chains and in random ones, over random steps of legal operations.
extension DSP48E2 {
    static var blocks: [RTLBlock] {
        var random = SplitMix64(seed: 0x48E2)
        let drawn = (1...7).map { (variant: "random\($0)", configuration: Configuration(drawnFrom: &random)) }
        return ([("chain", ClockedChain.configuration)] + drawn).map(block)
    }

    private static func block(variant: String, _ configuration: Configuration) -> RTLBlock {
        RTLBlock(
            "dsp-chain", RTLBinding(top: "dsp_slice", parameters: configuration.rtlParameters), variant: variant,
            .vectors(
                VectorCheck(
                    inputs: [
                        .signed("a_i", bits: Width.a), .signed("b_i", bits: Width.b), .signed("c_i", bits: Width.p),
                        .signed("d_i", bits: Width.d), .signed("acin_i", bits: Width.a), .signed("bcin_i", bits: Width.b),
                        .signed("pcin_i", bits: Width.p), RTLPort("carry_i", bits: 1), RTLPort("inmode_i", bits: 5),
                        RTLPort("opmode_i", bits: 9), RTLPort("alumode_i", bits: 4, values: 0...3),
                    ],
                    outputs: [
                        .signed("p_o", bits: Width.p), .signed("pcout_o", bits: Width.p),
                        .signed("acout_o", bits: Width.a), .signed("bcout_o", bits: Width.b),
                    ], latency: 0, constrain: { makeLegal(&$0, configuration) }, model: { SliceModel(DSP48E2(configuration)) })))
    }

    /// Half products become whole ones, operations that the configuration does not have become P = 0.
    private static func makeLegal(_ vector: inout [Int], _ configuration: Configuration) {
        vector[8] &= 31
        vector[9] &= 511
        vector[10] &= 3
        if vector[9] & 3 == 1 || vector[9] >> 2 & 3 == 1 { vector[9] = vector[9] & ~15 | 0b0101 }
        if vector[9] >> 4 & 7 == 4 { vector[9] &= ~0x70 }
        if let operation = SliceModel.operation(vector), broken(configuration, operation).isEmpty { return }
        (vector[8], vector[9]) = (0, 0)
    }
}

/// A slice whose outputs are looked at before every edge.
private struct SliceModel: VectorModel {
    var slice: DSP48E2

    init(_ slice: DSP48E2) { self.slice = slice }

    static func operation(_ vector: [Int]) -> DSP48E2.Operation? {
        guard let opMode = DSP48E2.OpMode(bits: UInt16(vector[9])), let aluMode = DSP48E2.ALUMode(rawValue: UInt8(vector[10]))
        else { return nil }
        return DSP48E2.Operation(inMode: DSP48E2.InMode(bits: UInt8(vector[8])), opMode: opMode, aluMode: aluMode)
    }

    mutating func step(_ vector: [Int]) -> [Int] {
        guard let operation = Self.operation(vector) else { return [] }
        var inputs = DSP48E2.Inputs(a: vector[0], b: vector[1], c: vector[2], d: vector[3])
        (inputs.acin, inputs.bcin, inputs.pcin, inputs.carryIn) = (vector[4], vector[5], vector[6], vector[7] == 1)
        let outputs = slice.outputs(inputs, operation)
        slice.clock(inputs, operation)
        return [outputs.p, outputs.p, outputs.acout, outputs.bcout]
    }
}

extension DSP48E2.Configuration {
    /// A legal one.
    init(drawnFrom random: inout SplitMix64) {
        func flag() -> Bool { random.below(2) == 1 }
        func registers() -> OperandRegisters { OperandRegisters(rawValue: Int(random.below(3))) ?? .one }
        self.init()
        (aRegisters, bRegisters) = (registers(), registers())
        aCascadeRegisters = aRegisters == .two && flag() ? .one : aRegisters
        bCascadeRegisters = bRegisters == .two && flag() ? .one : bRegisters
        (aFromCascade, bFromCascade) = (flag(), flag())
        (registersC, registersD, registersAD, registersP) = (flag(), flag(), flag(), flag())
        preadderOperand = flag() ? .a : .b
        (aMultipliesAD, bMultipliesAD) = (flag(), flag())
        usesMultiplier = random.below(8) != 0
        registersM = usesMultiplier && flag()
        roundingConstant = Int(random.below(1 << 31))
    }

    /// As `dsp_slice` spells them.
    var rtlParameters: [String: Int] {
        func number(_ flag: Bool) -> Int { flag ? 1 : 0 }
        return [
            "AMultipliesAD": number(aMultipliesAD), "BMultipliesAD": number(bMultipliesAD),
            "AFromCascade": number(aFromCascade), "BFromCascade": number(bFromCascade),
            "PreaddsB": number(preadderOperand == .b), "UsesMultiplier": number(usesMultiplier),
            "ARegisters": aRegisters.rawValue, "BRegisters": bRegisters.rawValue,
            "ACascadeRegisters": aCascadeRegisters.rawValue, "BCascadeRegisters": bCascadeRegisters.rawValue,
            "CRegisters": number(registersC), "DRegisters": number(registersD), "ADRegisters": number(registersAD),
            "MRegisters": number(registersM), "PRegisters": number(registersP), "RoundingConstant": roundingConstant,
        ]
    }
}
