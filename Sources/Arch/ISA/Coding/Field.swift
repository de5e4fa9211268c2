/// How the bits of a field are read, and how the text form writes its value.
public enum FieldKind: Hashable, Sendable {
    /// Plain binary.
    case unsigned
    /// Two's complement.
    case signed
    /// Plain binary, written in hexadecimal.
    case pattern
    /// 0 or 1.
    case flag
    /// Code of a closed set, written by name; the index in `names` is the code. An empty name is a code that is not
    /// used.
    case choice([String])
    /// Which scratchpad the next field is an offset in.
    case space
    /// Byte offset in the scratchpad of the preceding `space` field, or in `fixed`.
    case offset(fixed: Space?)
    /// Which memory outside the scratchpads the next field is an address in.
    case memory
    /// Byte address in the memory of the preceding `memory` field.
    case global
}

/// When a field exists: beside it, fields of other values of the tag lie in the same bits.
public struct Alternative: Hashable, Sendable {
    /// Name of the field that decides.
    public var tag: String
    /// What that field holds where this one exists.
    public var value: Int
}

/// One field of an instruction: what `docs/isa.md`, the binary form, the text form and `isa_pkg.sv` are made from.
public struct FieldDescription: Hashable, Sendable {
    public var name: String
    public var kind: FieldKind
    public var bits: Int
    /// First bit, bit 0 being the lowest bit of the first byte.
    public var position: Int
    /// Values that are allowed; the bits may have room for more.
    public var range: ClosedRange<Int>
    public var unit: String
    public var meaning: String
    /// An address, count, stride or length: a `ParameterReference` may name it.
    public var takesParameter: Bool
    /// `nil` for a field that every instruction of its operation has.
    public internal(set) var alternative: Alternative?

    public init(
        _ name: String, _ kind: FieldKind, bits: Int, position: Int = 0, range: ClosedRange<Int>? = nil,
        unit: String = "", takesParameter: Bool = false, _ meaning: String
    ) {
        self.name = name
        self.takesParameter = takesParameter
        self.kind = kind
        self.bits = bits
        self.position = position
        self.unit = unit
        self.meaning = meaning
        self.range = range ?? Self.range(of: kind, bits: bits)
    }

    /// What the bits can hold.
    private static func range(of kind: FieldKind, bits: Int) -> ClosedRange<Int> {
        switch kind {
        case .signed: -(1 << (bits - 1))...(1 << (bits - 1)) - 1
        case .flag: 0...1
        case .choice(let names): 0...max(names.count - 1, 0)
        case .space: 0...Space.allCases.count - 1
        case .memory: 0...GlobalMemory.allCases.count - 1
        case .unsigned, .pattern, .offset, .global: 0...(1 << bits) - 1
        }
    }

    public var isSigned: Bool { kind == .signed }

    /// `nil` when the field can hold `value`, else what is wrong with it.
    public func violation(_ value: Int) -> String? {
        if case .choice(let names) = kind {
            if names.indices.contains(value), !names[value].isEmpty { return nil }
            return "\(value) is not a code of this field, expected one of \(Self.listed(names))"
        }
        return range.contains(value) ? nil : "\(value) is outside \(range.lowerBound)...\(range.upperBound)"
    }

    /// The field where it holds the immediate that a parameter is added to: two's complement, any value that fits.
    var asImmediate: FieldDescription {
        var copy = self
        if kind != .pattern { copy.kind = .signed }
        copy.range = Self.range(of: copy.kind, bits: bits)
        return copy
    }

    static func listed(_ names: [String]) -> String { names.filter { !$0.isEmpty }.joined(separator: ", ") }
}

/// A field together with where its value lies in the payload.
struct Field<Payload: Sendable>: Sendable {
    var description: FieldDescription
    var value: WritableKeyPath<Payload, Int> & Sendable
    /// Its bits, and its number among the fields, come after those of all fields that are not.
    var isPlacedLast = false
    /// Value of the tag of an alternative's field.
    var tag: (WritableKeyPath<Payload, Int> & Sendable)?
}

extension Field {
    private init(
        _ name: String, _ kind: FieldKind, _ bits: Int, _ range: ClosedRange<Int>?, _ unit: String,
        takesParameter: Bool = false, _ value: WritableKeyPath<Payload, Int> & Sendable, _ meaning: String
    ) {
        description = FieldDescription(
            name, kind, bits: bits, range: range, unit: unit, takesParameter: takesParameter, meaning)
        self.value = value
    }

    typealias Path = WritableKeyPath<Payload, Int> & Sendable

    static func unsigned(
        _ name: String, _ bits: Int, range: ClosedRange<Int>? = nil, unit: String = "", takesParameter: Bool = false,
        _ value: Path, _ meaning: String
    ) -> Field { Field(name, .unsigned, bits, range, unit, takesParameter: takesParameter, value, meaning) }

    static func signed(_ name: String, _ bits: Int, unit: String = "", _ value: Path, _ meaning: String) -> Field {
        Field(name, .signed, bits, nil, unit, value, meaning)
    }

    static func pattern(_ name: String, _ bits: Int, _ value: Path, _ meaning: String) -> Field {
        Field(name, .pattern, bits, nil, "", value, meaning)
    }

    /// A parameter of an elementwise function; `ElementwiseCode.Parameter` says which of them are lengths.
    static func parameter(_ name: String, _ value: Path, _ meaning: String) -> Field {
        Field(name, .pattern, 32, nil, "", takesParameter: true, value, meaning)
    }

    static func flag(_ name: String, _ value: Path, _ meaning: String) -> Field {
        Field(name, .flag, 1, nil, "", value, meaning)
    }

    static func choice(_ name: String, _ bits: Int, _ names: [String], _ value: Path, _ meaning: String) -> Field {
        Field(name, .choice(names), bits, nil, "", value, meaning)
    }

    static func space(_ name: String, _ value: Path, _ meaning: String) -> Field {
        Field(name, .space, 2, nil, "", value, meaning)
    }

    static func offset(_ name: String, in space: Space? = nil, _ value: Path, _ meaning: String) -> Field {
        Field(name, .offset(fixed: space), 24, nil, "bytes", takesParameter: true, value, meaning)
    }

    /// Its bit lies behind all other fields, so that programs from before there was a choice still mean DRAM.
    static func memory(_ name: String, _ value: Path, _ meaning: String) -> Field {
        var field = Field(name, .memory, 1, nil, "", value, meaning)
        field.isPlacedLast = true
        return field
    }

    static func global(_ name: String, _ value: Path, _ meaning: String) -> Field {
        Field(name, .global, 40, nil, "bytes", takesParameter: true, value, meaning)
    }

    /// Steps of a loop or elements of a run: at least one.
    static func count(_ name: String, _ value: Path, _ meaning: String) -> Field {
        Field(name, .unsigned, 24, 1...(1 << 24) - 1, "", takesParameter: true, value, meaning)
    }

    /// Contiguous bytes.
    static func bytes(_ name: String, _ value: Path, _ meaning: String) -> Field {
        Field(name, .unsigned, 24, 1...(1 << 24) - 1, "bytes", takesParameter: true, value, meaning)
    }

    static func localStride(_ name: String, _ value: Path, _ meaning: String) -> Field {
        Field(name, .signed, 24, nil, "bytes", takesParameter: true, value, meaning)
    }

    static func globalStride(_ name: String, _ value: Path, _ meaning: String) -> Field {
        Field(name, .signed, 40, nil, "bytes", takesParameter: true, value, meaning)
    }
}
