/// A chain of DSP48E2s cycle by cycle, with the registers that skew its operands and carry the most significant parts:
/// what RTL builds, and what `ChainPlan.sums` is a closed form of. A new vector of operands may enter every cycle.
public struct ClockedChain: Sendable {
    /// Operands of all DSPs of the chain, one each; missing ones are zero.
    public struct Operands: Hashable, Sendable {
        public var upper: [Int]
        public var lower: [Int]
        public var weights: [Int]
        public init(upper: [Int], lower: [Int], weights: [Int]) {
            (self.upper, self.lower, self.weights) = (upper, lower, weights)
        }
    }

    public let plan: ChainPlan
    private var slices: [DSP48E2]
    /// Operands of the last cycles, newest first: the skew registers of all DSPs.
    private var history: [Operands]
    /// Most significant parts on their way beside the chain, one place per cycle that is left to its end.
    private var mostSignificant: [Int]

    public init(_ plan: ChainPlan) {
        self.plan = plan
        slices = Array(repeating: DSP48E2(Self.configuration), count: plan.length)
        history = Array(
            repeating: Operands(upper: [], lower: [], weights: []), count: plan.skew(of: plan.length - 1) + 1)
        mostSignificant = Array(repeating: 0, count: plan.latency + 1)
    }

    /// AREG, DREG, ADREG, MREG and PREG 1, BREG 2, so that both multiplier ports see operands of the same cycle.
    public static var configuration: DSP48E2.Configuration {
        var configuration = DSP48E2.Configuration()
        configuration.bRegisters = .two
        configuration.bCascadeRegisters = .two
        configuration.aMultipliesAD = true
        return configuration
    }

    /// D + A, times B; plus what the Z multiplexer takes: nothing at the start of the chain, C behind an adjust unit,
    /// else the cascade.
    public static func operation(dsp: Int, plan: ChainPlan) -> DSP48E2.Operation {
        let z: DSP48E2.OpMode.Z = dsp == 0 ? .zero : dsp % plan.section == 0 ? .c : .pcin
        return DSP48E2.Operation(inMode: DSP48E2.InMode(bits: 0b00100), opMode: .init(z: z, xy: .product))
    }

    /// One rising edge with these operands at the ports of the first DSP.
    public mutating func clock(_ operands: Operands) {
        history.removeLast()
        history.insert(operands, at: 0)
        let outputs = slices.indices.map { p(of: $0) }
        mostSignificant.removeFirst()
        mostSignificant.append(0)
        for dsp in slices.indices {
            var inputs = self.inputs(of: dsp)
            if dsp > 0, dsp % plan.section == 0 {
                let (msp, continued) = plan.adjust.split(outputs[dsp - 1])
                inputs.c = continued
                mostSignificant[edgesLeft(behind: dsp)] += msp
            } else if dsp > 0 {
                inputs.pcin = outputs[dsp - 1]
            }
            slices[dsp].clock(inputs, Self.operation(dsp: dsp, plan: plan))
        }
    }

    /// Both lanes' sums of the operands that entered `plan.latency` edges ago.
    public var sums: (upper: Int, lower: Int) {
        let lanes = ActivationPair.lanes(p(of: plan.length - 1))
        return (lanes.upper, lanes.lower + mostSignificant[0] << plan.adjust.lspBits)
    }

    /// P of one DSP, a register.
    public func p(of dsp: Int) -> Int {
        slices[dsp].outputs(DSP48E2.Inputs(), Self.operation(dsp: dsp, plan: plan)).p
    }

    private func inputs(of dsp: Int) -> DSP48E2.Inputs {
        let operands = history[plan.skew(of: dsp)]
        func operand(_ list: [Int]) -> Int { dsp < list.count ? list[dsp] : 0 }
        let ports = ActivationPair.ports(upper: operand(operands.upper), lower: operand(operands.lower))
        return DSP48E2.Inputs(a: ports.a, b: operand(operands.weights), d: ports.d)
    }

    /// Edges between the C register of a DSP taking a sum and that sum arriving at the end of the chain.
    private func edgesLeft(behind dsp: Int) -> Int { plan.skew(of: plan.length - 1) - plan.skew(of: dsp) + 1 }
}
