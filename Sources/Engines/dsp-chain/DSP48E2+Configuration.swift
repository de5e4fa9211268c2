extension DSP48E2 {
    /// Attributes of a slice: what is fixed when the FPGA is configured.
    public struct Configuration: Hashable, Sendable {
        /// AREG and BREG. One register is A2 or B2.
        public enum OperandRegisters: Int, Hashable, Sendable, CaseIterable { case none, one, two }
        /// Ports into the pre-adder.
        public enum Port: Hashable, Sendable, CaseIterable { case a, b }

        public var aRegisters = OperandRegisters.one
        public var bRegisters = OperandRegisters.one
        /// ACASCREG and BCASCREG: registers before ACOUT and BCOUT.
        public var aCascadeRegisters = OperandRegisters.one
        public var bCascadeRegisters = OperandRegisters.one
        /// A_INPUT and B_INPUT are CASCADE.
        public var aFromCascade = false
        public var bFromCascade = false
        public var registersC = true
        public var registersD = true
        public var registersAD = true
        public var registersM = true
        public var registersP = true
        /// PREADDINSEL: what is added to D.
        public var preadderOperand = Port.a
        /// AMULTSEL and BMULTSEL are AD: the multiplier port takes the pre-adder's sum.
        public var aMultipliesAD = false
        public var bMultipliesAD = false
        /// USE_MULT other than NONE.
        public var usesMultiplier = true
        /// RND, an operand of W.
        public var roundingConstant = 0

        public init() {}
    }

    /// Conditions of the primitive that a configuration or an operation of it can break.
    public enum Rule: Hashable, Sendable, CaseIterable {
        /// With AREG 0 or 1 ACASCREG is the same, with 2 it is 1 or 2; B likewise.
        case cascadeRegistersFollowOperandRegisters
        /// INMODE selects A1 or B1 only where there are two registers.
        case firstRegisterNeedsTwo
        /// P as an operand of W, X or Z needs PREG.
        case feedbackNeedsRegister
        /// The product needs the multiplier.
        case productNeedsMultiplier
        /// Without the multiplier MREG is 0.
        case idleMultiplierHasNoRegister
    }

    /// Rules that the operation breaks on a slice so configured, in the order of the cases; empty when it is legal.
    public static func broken(_ configuration: Configuration, _ operation: Operation) -> [Rule] {
        Rule.allCases.filter { !holds($0, configuration, operation) }
    }

    private static func holds(_ rule: Rule, _ use: Configuration, _ operation: Operation) -> Bool {
        let mode = operation.opMode
        switch rule {
        case .cascadeRegistersFollowOperandRegisters:
            return follows(use.aCascadeRegisters, use.aRegisters) && follows(use.bCascadeRegisters, use.bRegisters)
        case .firstRegisterNeedsTwo:
            return (!operation.inMode.usesA1 || use.aRegisters == .two) && (!operation.inMode.usesB1 || use.bRegisters == .two)
        case .feedbackNeedsRegister:
            var readsP = mode.w == .p || mode.z == .p || mode.z == .pShifted
            if case .separate(.p, _) = mode.xy { readsP = true }
            return use.registersP || !readsP
        case .productNeedsMultiplier: return mode.xy != .product || use.usesMultiplier
        case .idleMultiplierHasNoRegister: return use.usesMultiplier || !use.registersM
        }
    }

    private static func follows(
        _ cascade: Configuration.OperandRegisters, _ operand: Configuration.OperandRegisters
    ) -> Bool {
        switch operand {
        case .none, .one: cascade == operand
        case .two: cascade != .none
        }
    }
}
