/// One DSP48E2 slice of UltraScale+ FPGAs, bit for bit and register by register, as the `DSP48E2` model of the Xilinx
/// Unisim library defines it (Apache-2.0, Vivado 2020.1).
///
/// Modelled: ports A, B, C, D and the cascades ACIN, BCIN, PCIN, the pre-adder, the 27 x 18 multiplier, the W, X, Y and Z
/// multiplexers, the arithmetic modes of the 48-bit ALU (`USE_SIMD` ONE48), CARRYIN and all operand registers. The ports
/// INMODE, OPMODE, ALUMODE and CARRYIN are unregistered (INMODEREG and so on are 0); clock enables are high, resets low.
/// Not modelled: logic modes, SIMD, pattern detection, CARRYOUT, and the carries other than the CARRYIN port.
///
/// Numbers are two's complement, wrapped to the width of their port.
public struct DSP48E2: Hashable, Sendable {
    /// Widths of the ports in bits.
    public enum Width {
        public static let a = 30
        public static let b = 18
        public static let d = 27
        public static let p = 48
        /// The pre-adder and the multiplier's A port.
        public static let preadder = 27
    }

    /// What stands at the slice's ports before a clock edge.
    public struct Inputs: Hashable, Sendable {
        public var a = 0
        public var b = 0
        public var c = 0
        public var d = 0
        public var acin = 0
        public var bcin = 0
        public var pcin = 0
        public var carryIn = false
        public init(a: Int = 0, b: Int = 0, c: Int = 0, d: Int = 0) {
            (self.a, self.b, self.c, self.d) = (a, b, c, d)
        }
    }

    /// P is PCOUT too.
    public struct Outputs: Hashable, Sendable {
        public var p: Int
        public var acout: Int
        public var bcout: Int
    }

    public let configuration: Configuration
    private var registers = Registers()

    public init(_ configuration: Configuration) { self.configuration = configuration }

    /// What the slice puts out before the next clock edge. Only registers of 0 stages let inputs through.
    public func outputs(_ inputs: Inputs, _ operation: Operation) -> Outputs {
        let signals = signals(inputs, operation)
        return Outputs(p: signals.p, acout: signals.acout, bcout: signals.bcout)
    }

    /// One rising edge.
    public mutating func clock(_ inputs: Inputs, _ operation: Operation) {
        let signals = signals(inputs, operation)
        registers = Registers(
            a1: signals.aIn, a2: configuration.aRegisters == .two ? registers.a1 : signals.aIn,
            b1: signals.bIn, b2: configuration.bRegisters == .two ? registers.b1 : signals.bIn,
            c: inputs.c.wrapped(to: Width.p), d: inputs.d.wrapped(to: Width.d), ad: signals.preadderSum,
            m: signals.product, p: signals.sum)
    }

    private struct Registers: Hashable, Sendable {
        var a1 = 0
        var a2 = 0
        var b1 = 0
        var b2 = 0
        var c = 0
        var d = 0
        var ad = 0
        var m = 0
        var p = 0
    }

    private struct Signals {
        var aIn: Int
        var bIn: Int
        var preadderSum: Int
        var product: Int
        var sum: Int
        var p: Int
        var acout: Int
        var bcout: Int
    }

    private func signals(_ inputs: Inputs, _ operation: Operation) -> Signals {
        let use = configuration
        let aIn = (use.aFromCascade ? inputs.acin : inputs.a).wrapped(to: Width.a)
        let bIn = (use.bFromCascade ? inputs.bcin : inputs.b).wrapped(to: Width.b)
        let a1 = use.aRegisters == .two ? registers.a1 : aIn
        let b1 = use.bRegisters == .two ? registers.b1 : bIn
        let a2 = use.aRegisters == .none ? aIn : registers.a2
        let b2 = use.bRegisters == .none ? bIn : registers.b2
        let mode = operation.inMode
        let a = mode.zeroesPreadderOperand && use.preadderOperand == .a ? 0 : (mode.usesA1 ? a1 : a2)
        let b = mode.zeroesPreadderOperand && use.preadderOperand == .b ? 0 : (mode.usesB1 ? b1 : b2)
        let d = mode.usesD ? (use.registersD ? registers.d : inputs.d.wrapped(to: Width.d)) : 0
        let operand = use.preadderOperand == .a ? a : b
        let preadderSum = (mode.subtracts ? d - operand : d + operand).wrapped(to: Width.preadder)
        let ad = use.registersAD ? registers.ad : preadderSum
        let product = (use.aMultipliesAD ? ad : a.wrapped(to: Width.preadder))
            * (use.bMultipliesAD ? ad.wrapped(to: Width.b) : b)
        let c = use.registersC ? registers.c : inputs.c.wrapped(to: Width.p)
        let sum = alu(
            operation, inputs: inputs, m: use.registersM ? registers.m : product, c: c,
            ab: (a2 << Width.b | b2 & (1 << Width.b - 1)).wrapped(to: Width.p))
        return Signals(
            aIn: aIn, bIn: bIn, preadderSum: preadderSum, product: product, sum: sum,
            p: use.registersP ? registers.p : sum, acout: use.aCascadeRegisters == use.aRegisters ? a2 : a1,
            bcout: use.bCascadeRegisters == use.bRegisters ? b2 : b1)
    }

    private func alu(_ operation: Operation, inputs: Inputs, m: Int, c: Int, ab: Int) -> Int {
        let pcin = inputs.pcin.wrapped(to: Width.p)
        var sum = inputs.carryIn ? 1 : 0
        switch operation.opMode.w {
        case .zero: break
        case .p: sum += registers.p
        case .constant: sum += configuration.roundingConstant.wrapped(to: Width.p)
        case .c: sum += c
        }
        switch operation.opMode.xy {
        case .product: sum += m
        case .separate(let x, let y):
            switch x {
            case .zero: break
            case .p: sum += registers.p
            case .ab: sum += ab
            }
            switch y {
            case .zero: break
            case .ones: sum -= 1
            case .c: sum += c
            }
        }
        let z =
            switch operation.opMode.z {
            case .zero: 0
            case .pcin: pcin
            case .p: registers.p
            case .c: c
            case .pcinShifted: pcin >> 17
            case .pShifted: registers.p >> 17
            }
        return operation.aluMode.combine(z: z, sum: sum).wrapped(to: Width.p)
    }
}
