/// A scalar number format: how a stored code becomes a number.
///
/// Integer codecs decode to an exact integer; scale and zero point belong to the tensor's encoding, not to the codec.
/// A *code* is the unsigned bit pattern of `bits` bits; the *value* is the integer it stands for.
public enum Codec: Hashable, Sendable {
    /// Two's complement, 2...32 bits (`int8`): value = code, sign extended.
    case signed(bits: Int)
    /// Plain binary, 1...16 bits (`uint4`): value = code.
    case unsigned(bits: Int)
    /// Odd symmetric levels, 1...8 bits (`bipolar2`): value = 2 code - (2^bits - 1). One bit is -1, +1.
    /// (LUT Tensor Core's q' of arXiv 2408.06003 equations 1 to 3; bipolar-INT of arXiv 2409.17870.)
    case bipolar(bits: Int)
    /// Two stored bits, codes 0, 1, 2 for -1, 0, +1 (BitNet b1.58); code 3 is malformed.
    case ternary
    /// IEEE 754 binary32.
    case float32
    /// IEEE 754 binary16, a storage format: it is widened exactly before any arithmetic.
    case float16
    /// bfloat16, a storage format likewise.
    case bfloat16
    /// Floats of at most eight bits, storage formats likewise; they may have a scale.
    case minifloat(Minifloat)
    /// Slots of outlier-victim pairs: neighbours along the last axis share a pair, and only a pair has values.
    case outlierVictim(OutlierVictimPair)
    /// Whole numbers with gaps that grow; they may have a scale, and no zero point.
    case flint(FlintCodec)

    /// Bits that one code takes when packed.
    public var bits: Int {
        switch self {
        case .signed(let bits), .unsigned(let bits), .bipolar(let bits): bits
        case .ternary: 2
        case .float32: 32
        case .float16, .bfloat16: 16
        case .minifloat(let format): format.bits
        case .outlierVictim(let format): format.bits
        case .flint(let format): format.bits
        }
    }

    /// Values are whole numbers.
    public var isInteger: Bool {
        switch self {
        case .signed, .unsigned, .bipolar, .ternary, .outlierVictim, .flint: true
        case .float32, .float16, .bfloat16, .minifloat: false
        }
    }

    /// Smallest and largest value of an integer codec; `nil` for floats.
    public var range: ClosedRange<Int>? {
        switch self {
        case .signed(let bits): -(1 << (bits - 1))...(1 << (bits - 1)) - 1
        case .unsigned(let bits): 0...(1 << bits) - 1
        case .bipolar(let bits): -((1 << bits) - 1)...(1 << bits) - 1
        case .ternary: -1...1
        case .outlierVictim(let format): format.range
        case .flint(let format): format.range
        case .float32, .float16, .bfloat16, .minifloat: nil
        }
    }

    /// The format of pairs whose slots the codes are; `nil` for codes that stand for themselves.
    public var pairs: OutlierVictimPair? { if case .outlierVictim(let format) = self { format } else { nil } }

    /// The flint format of the codes; `nil` for other codecs.
    public var flint: FlintCodec? { if case .flint(let format) = self { format } else { nil } }

    /// Whole numbers that rounding to the nearest integer does not give: numbers are written as the nearest code.
    public var hasGaps: Bool { flint != nil }

    /// Whether some code can stand for zero: bipolar levels are odd.
    public var hasZero: Bool { if case .bipolar = self { false } else { true } }

    /// Bytes of one element on an activation edge: codes lie in the smallest of 1, 2 or 4 bytes, never packed below a
    /// byte.
    public var edgeBytes: Int { bits <= 8 ? 1 : bits <= 16 ? 2 : 4 }

    /// The name used in files and on the command line (`int4`, `uint8`, `bipolar1`, `ternary`, `f32`, `f16`, `bf16`,
    /// `f8e4m3`, `f8e5m2`, `f6e2m3`, `f6e3m2`, `f4e2m1`, `ovpi4`, `ovpf4`, `ovpi8`, `ovpi8e2m5`, `flint4`, `uflint4`).
    public var name: String {
        switch self {
        case .signed(let bits): "int\(bits)"
        case .unsigned(let bits): "uint\(bits)"
        case .bipolar(let bits): "bipolar\(bits)"
        case .ternary: "ternary"
        case .float32: "f32"
        case .float16: "f16"
        case .bfloat16: "bf16"
        case .minifloat(let format): "f\(format.bits)\(format.rawValue)"
        case .outlierVictim(let format): format.rawValue
        case .flint(let format): format.rawValue
        }
    }

    /// Every codec that exists, in the order in which listings print them.
    public static let all: [Codec] =
        (2...16).map { .signed(bits: $0) } + [.signed(bits: 32)] + (1...16).map { .unsigned(bits: $0) }
        + (1...8).map { .bipolar(bits: $0) } + [.ternary] + FlintCodec.allCases.map { .flint($0) }
        + OutlierVictimPair.allCases.map { .outlierVictim($0) } + Minifloat.allCases.map { .minifloat($0) } + [.bfloat16, .float16, .float32]

    private static let byName = Dictionary(uniqueKeysWithValues: all.map { ($0.name, $0) })

    public init?(name: String) {
        guard let codec = Self.byName[name] else { return nil }
        self = codec
    }
}

extension Codec {
    public static let int8 = Codec.signed(bits: 8)
    public static let uint8 = Codec.unsigned(bits: 8)
    public static let int32 = Codec.signed(bits: 32)

    /// The integer value of a code; bits above `bits` are ignored. Floats have no integer value and return 0, and so do
    /// slots, which have one in pairs only (`OutlierVictimPair`).
    @inlinable
    public func value(ofCode code: UInt32) -> Int32 {
        switch self {
        case .signed(let bits): Int32(bitPattern: code << UInt32(32 - bits)) >> Int32(32 - bits)
        case .unsigned(let bits): Int32(code & ((1 << UInt32(bits)) - 1))
        case .bipolar(let bits): 2 * Int32(code & ((1 << UInt32(bits)) - 1)) - ((1 << Int32(bits)) - 1)
        case .ternary: Int32(code & 3) - 1
        case .flint(let format): Int32(format.value(UInt8(truncatingIfNeeded: code)))
        case .float32, .float16, .bfloat16, .minifloat, .outlierVictim: 0
        }
    }

    /// Whether `code` is a pattern of this codec: no bits above `bits`, and none of the patterns that stand for
    /// nothing.
    @inlinable
    public func isWellFormed(code: UInt32) -> Bool {
        switch self {
        case .ternary: code < 3
        default: code >> UInt32(bits) == 0
        }
    }

    /// The code of an integer value, or `nil` when this codec cannot hold it.
    public func code(ofValue value: Int) -> UInt32? {
        guard let range, range.contains(value) else { return nil }
        switch self {
        case .signed(let bits): return UInt32(truncatingIfNeeded: value) & UInt32(truncatingIfNeeded: (1 << bits) - 1)
        case .unsigned: return UInt32(value)
        case .bipolar(let bits):
            let doubled = value + (1 << bits) - 1
            return doubled.isMultiple(of: 2) ? UInt32(doubled / 2) : nil
        case .ternary: return UInt32(value + 1)
        case .flint(let format): return format.code(ofValue: value).map(UInt32.init)
        case .float32, .float16, .bfloat16, .minifloat, .outlierVictim: return nil
        }
    }
}
