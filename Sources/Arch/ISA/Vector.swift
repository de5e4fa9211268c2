import Formats

/// Type of a vector operand in memory. Floats are widened to f32, integers to int32, before anything is computed; an f32
/// result is rounded to its destination.
public enum ElementType: UInt8, Hashable, Sendable, CaseIterable {
    case int8, uint8, int16, uint16, int32, float32, float16
    case bfloat16, float8e4m3, float8e5m2, float6e2m3, float6e3m2, float4e2m1
    /// Flint, which the vector unit reads and writes as it does floats.
    case flint4, uflint4

    public var bytes: Int {
        switch self {
        case .int8, .uint8, .float8e4m3, .float8e5m2, .float6e2m3, .float6e3m2, .float4e2m1, .flint4, .uflint4: 1
        case .int16, .uint16, .float16, .bfloat16: 2
        case .int32, .float32: 4
        }
    }
    public var isInteger: Bool { floatCodec == nil }

    /// The codec of a type that is widened to f32; `nil` for integers.
    public var floatCodec: Codec? {
        switch self {
        case .int8, .uint8, .int16, .uint16, .int32: nil
        case .float32: .float32
        case .float16: .float16
        case .bfloat16: .bfloat16
        case .float8e4m3: .minifloat(.e4m3)
        case .float8e5m2: .minifloat(.e5m2)
        case .float6e2m3: .minifloat(.e2m3)
        case .float6e3m2: .minifloat(.e3m2)
        case .float4e2m1: .minifloat(.e2m1)
        case .flint4: .flint(.signed)
        case .uflint4: .flint(.unsigned)
        }
    }

    public var name: String {
        switch self {
        case .int8: "i8"
        case .uint8: "u8"
        case .int16: "i16"
        case .uint16: "u16"
        case .int32: "i32"
        case .float32, .float16, .bfloat16, .float8e4m3, .float8e5m2, .float6e2m3, .float6e3m2, .float4e2m1, .flint4,
            .uflint4:
            floatCodec?.name ?? ""
        }
    }
}

/// Where a vector operand lies and of what type it is.
public struct Operand: Hashable, Sendable {
    public var address: LocalAddress
    public var type: ElementType
    public init(_ address: LocalAddress, _ type: ElementType) {
        self.address = address
        self.type = type
    }
}

/// One level of the nest of an elementwise instruction; strides in bytes, zero repeats an operand.
public struct VectorLoop: InstructionLoop {
    @Narrow public var count: Int
    @Narrow public var destination: Int
    @Narrow public var a: Int
    @Narrow public var b: Int
    @inlinable
    public init() { self.init(count: 1) }
    @inlinable
    public init(count: Int, destination: Int = 0, a: Int = 0, b: Int = 0) {
        self.count = count
        self.destination = destination
        self.a = a
        self.b = b
    }
}

/// destination[i] = function(a[i], b[i]) over a nest of four loops, `loops[3]` innermost.
/// Integer destinations saturate, float destinations are rounded (`Codec.code(ofFloat:)`); an f32 NaN is written as 0x7FC00000. docs/numerics.md defines the functions.
public struct Elementwise: Hashable, Sendable {
    /// The second operand: memory, a constant, or none.
    public enum Second: Hashable, Sendable {
        case none
        case memory(Operand)
        /// Bit pattern: int32 for integer functions, f32 for the others.
        case immediate(UInt32)
    }
    public var function: ElementwiseFunction
    public var destination: Operand
    public var a: Operand
    public var b: Second
    public var loops: FixedLoops<4, VectorLoop>

    public init(_ function: ElementwiseFunction, destination: Operand, a: Operand, b: Second = .none, loops: [VectorLoop]) {
        self.function = function
        self.destination = destination
        self.a = a
        self.b = b
        self.loops = FixedLoops(loops)
    }

    public var elements: Int { loops.steps }
}

public enum ElementwiseFunction: Hashable, Sendable {
    /// Moves bits; a and destination have one type.
    case copy
    // f32 op f32
    case addFloat, subtractFloat, multiplyFloat, divideFloat, maxFloat
    /// Scale of a dynamic quantiser: a = 0 ? 1 : f32(a / b).
    case dynamicScale
    // int32 op int32, exact then saturated to the destination
    case addInteger, subtractInteger, multiplyInteger, maxInteger
    /// destination (int32) += a * b, exact, wrapping modulo 2^32 (the compiler proves that it does not).
    case multiplyAccumulate
    /// f32 -> f32
    case float(FloatFunction)
    /// x < low ? low : (x > high ? high : x)
    case clampFloat(low: Float, high: Float)
    case clampInteger(low: Int32, high: Int32)
    /// f32 a -> integer: clamp(round(f32(a / b)), low - zero, high - zero) + zero; b f32.
    case quantise(zero: Int32, low: Int32, high: Int32)
    /// integer a -> f32: f32(f32(a - zero) * b); b f32.
    case dequantise(zero: Int32)
    /// int32 a -> integer: clamp(round(f32(f32(a) * b)) + zero, low, high); b f32.
    case requantiseFloat(zero: Int32, low: Int32, high: Int32)
    /// int32 a -> integer: clamp(round(saturate32(a + bias) * multiplier / 2^shift) + zero, low, high).
    /// b is a record of three int32: bias, multiplier (as uint32, up to 2^31), shift.
    case requantiseDyadic(RoundingRuleCode, zero: Int32, low: Int32, high: Int32)
    /// f32 a -> slots (u8): two neighbours of `loops[3]`, from its first step on, make the pair of f32(a / b); b f32. Both are
    /// read before either is written. A last step without a neighbour makes a normal value.
    case quantisePairs(OutlierVictimPair, PairRules)
    /// f32 -> f32: keeps a where column <= row + diagonal (and column > row + diagonal - window when window > 0), else -infinity;
    /// row is the index of `loops[2]`, column that of `loops[3]`.
    case mask(diagonal: Int32, window: Int32)
}

/// `Formats.RoundingRule` as the ISA codes it.
public enum RoundingRuleCode: UInt8, Hashable, Sendable, CaseIterable {
    case halfToEven, halfUp, halfAwayFromZero
}

/// f32 functions of one argument (Formats.Elementary and docs/numerics.md).
public enum FloatFunction: UInt8, Hashable, Sendable, CaseIterable {
    case relu, exp, rsqrt, reciprocal, gelu, geluTanh, silu, sigmoid, tanh, hardSwish, hardSigmoid, log, erf, sin, cos
}

/// Reduces two inner loops (visited in ascending order) for each step of two outer loops.
public struct Reduce: Hashable, Sendable {
    public struct Loop: InstructionLoop {
        @Narrow public var count: Int
        @Narrow public var destination: Int
        @Narrow public var a: Int
        @inlinable
        public init() { self.init(count: 1) }
        @inlinable
        public init(count: Int, destination: Int = 0, a: Int = 0) {
            self.count = count
            self.destination = destination
            self.a = a
        }
    }
    public enum Function: UInt8, Hashable, Sendable, CaseIterable {
        /// Blocked sum of docs/numerics.md.
        case sumFloat
        case maxFloat
        /// Greatest |x|.
        case absoluteMaxFloat
        /// Exact, saturated to int32.
        case sumInteger
        case maxInteger
    }
    public var function: Function
    public var destination: Operand
    public var a: Operand
    /// Two loops, `outer[0]` outermost.
    public var outer: FixedLoops<2, Loop>
    /// Two loops; `destination` strides are not used.
    public var inner: FixedLoops<2, Loop>

    public init(_ function: Function, destination: Operand, a: Operand, outer: [Loop], inner: [Loop]) {
        self.function = function
        self.destination = destination
        self.a = a
        self.outer = FixedLoops(outer)
        self.inner = FixedLoops(inner)
    }

    public var outputs: Int { outer.steps }
    public var elementsPerOutput: Int { inner.steps }
}
