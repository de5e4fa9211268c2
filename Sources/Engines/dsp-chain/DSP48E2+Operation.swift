extension DSP48E2 {
    /// What the ports INMODE, OPMODE and ALUMODE ask of the slice in one cycle.
    public struct Operation: Hashable, Sendable {
        public var inMode: InMode
        public var opMode: OpMode
        public var aluMode: ALUMode

        public init(inMode: InMode = InMode(), opMode: OpMode, aluMode: ALUMode = .add) {
            self.inMode = inMode
            self.opMode = opMode
            self.aluMode = aluMode
        }
    }

    /// INMODE[4:0].
    public struct InMode: Hashable, Sendable {
        /// Bit 0: register A1 instead of A2.
        public var usesA1 = false
        /// Bit 1: the operand that the pre-adder takes, A or B, is 0.
        public var zeroesPreadderOperand = false
        /// Bit 2: D takes part in the pre-adder.
        public var usesD = false
        /// Bit 3: D minus the operand instead of D plus the operand.
        public var subtracts = false
        /// Bit 4: register B1 instead of B2.
        public var usesB1 = false

        public init(bits: UInt8 = 0) {
            usesA1 = bits & 1 != 0
            zeroesPreadderOperand = bits & 2 != 0
            usesD = bits & 4 != 0
            subtracts = bits & 8 != 0
            usesB1 = bits & 16 != 0
        }
    }

    /// OPMODE[8:0], the operands of the ALU. The multiplier's two partial products pass X and Y together or not at all, so
    /// other combinations cannot be written.
    public struct OpMode: Hashable, Sendable {
        /// Bits 8:7.
        public enum W: UInt16, Hashable, Sendable, CaseIterable { case zero, p, constant, c }
        /// Bits 6:4.
        public enum Z: UInt16, Hashable, Sendable, CaseIterable {
            case zero = 0, pcin = 1, p = 2, c = 3, pcinShifted = 5, pShifted = 6
        }
        /// Bits 3:2 and 1:0.
        public enum XY: Hashable, Sendable {
            case product
            case separate(X, Y)
        }
        /// Bits 1:0 without the multiplier; `ab` is A and B side by side.
        public enum X: UInt16, Hashable, Sendable, CaseIterable { case zero = 0, p = 2, ab = 3 }
        /// Bits 3:2 without the multiplier; `ones` is 48 one bits.
        public enum Y: UInt16, Hashable, Sendable, CaseIterable { case zero = 0, ones = 2, c = 3 }

        public var w: W
        public var z: Z
        public var xy: XY

        public init(w: W = .zero, z: Z = .zero, xy: XY) {
            (self.w, self.z, self.xy) = (w, z, xy)
        }

        /// `nil` where half a product is selected, where Z is 100 (the multiply extension, not modelled) and above bit 8.
        /// Z = 11x is P >> 17.
        public init?(bits: UInt16) {
            let zBits = bits >> 4 & 7
            guard bits < 1 << 9, let w = W(rawValue: bits >> 7), let z = Z(rawValue: zBits == 7 ? 6 : zBits) else { return nil }
            (self.w, self.z) = (w, z)
            if bits & 15 == 0b0101 {
                xy = .product
            } else {
                guard let x = X(rawValue: bits & 3), let y = Y(rawValue: bits >> 2 & 3) else { return nil }
                xy = .separate(x, y)
            }
        }

        public var bits: UInt16 {
            switch xy {
            case .product: w.rawValue << 7 | z.rawValue << 4 | 0b0101
            case .separate(let x, let y): w.rawValue << 7 | z.rawValue << 4 | y.rawValue << 2 | x.rawValue
            }
        }
    }

    /// ALUMODE[3:0] of arithmetic, with s = W + X + Y + carry.
    public enum ALUMode: UInt8, Hashable, Sendable, CaseIterable {
        /// Z + s.
        case add = 0b0000
        /// -Z + s - 1.
        case subtractZ = 0b0001
        /// -(Z + s) - 1.
        case invertedAdd = 0b0010
        /// Z - s.
        case subtract = 0b0011

        func combine(z: Int, sum: Int) -> Int {
            switch self {
            case .add: z + sum
            case .subtractZ: sum - z - 1
            case .invertedAdd: -(z + sum) - 1
            case .subtract: z - sum
            }
        }
    }
}
