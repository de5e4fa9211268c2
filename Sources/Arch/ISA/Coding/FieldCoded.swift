/// A closed set whose raw value is its code in an instruction.
protocol FieldCoded: CaseIterable, RawRepresentable<UInt8> {}

extension FieldCoded {
    /// The code as a field sees it. A code that is no case is refused before it gets here and changes nothing.
    var code: Int {
        get { Int(rawValue) }
        set { self = UInt8(exactly: newValue).flatMap(Self.init(rawValue:)) ?? self }
    }
}

extension Space: FieldCoded {}
extension GlobalMemory: FieldCoded {}
extension Traffic: FieldCoded {}
extension ElementType: FieldCoded {}
extension RoundingRuleCode: FieldCoded {}
extension Reduce.Function: FieldCoded {}
extension BuildTables.Entries: FieldCoded {}
extension Multiply.Activations: FieldCoded {}
extension Multiply.Codes: FieldCoded {}
extension Multiply.ScaleFormat: FieldCoded {}

extension RoundingRuleCode {
    var name: String {
        switch self {
        case .halfToEven: "half_to_even"
        case .halfUp: "half_up"
        case .halfAwayFromZero: "half_away_from_zero"
        }
    }
}

extension Reduce.Function {
    public var name: String {
        switch self {
        case .sumFloat: "sum_float"
        case .maxFloat: "max_float"
        case .absoluteMaxFloat: "absolute_max_float"
        case .sumInteger: "sum_integer"
        case .maxInteger: "max_integer"
        }
    }
}

extension BuildTables.Entries {
    public var name: String {
        switch self {
        case .exact: "exact"
        case .int8PerTable: "int8_per_table"
        case .int8Per64: "int8_per_64"
        case .exactFull: "exact_full"
        case .int8PerTableFull: "int8_per_table_full"
        case .int8Per64Full: "int8_per_64_full"
        }
    }
}

extension Multiply.Activations {
    /// The A type of an `lmma` or `mma` mnemonic. Exact tables hold sums of 8-bit codes, so their type is that of the
    /// codes.
    public var name: String {
        switch self {
        case .int8, .uint8, .float16, .bfloat16, .float8e4m3, .float8e5m2, .float6e2m3, .float6e3m2, .float4e2m1,
            .pairsInt4, .pairsFlint4, .pairsInt8, .pairsInt8E2M5, .flint4, .uflint4:
            codec?.name ?? ""
        case .exactTables: "int8"
        case .tablesPerTable: "table8each"
        case .tablesPer64: "table8per64"
        case .exactFullTables: "int8full"
        case .fullTablesPerTable: "table8eachfull"
        case .fullTablesPer64: "table8per64full"
        }
    }
}

extension Multiply.ScaleFormat {
    public var name: String {
        switch self {
        case .float32: "f32"
        case .float16: "f16"
        }
    }
}

extension Bool {
    var code: Int {
        get { self ? 1 : 0 }
        set { self = newValue != 0 }
    }
}

extension Multiply.Codes {
    /// Letters of the weight type in a mnemonic (`int2`, `bipolar2`, `run8`, `fp16`, `e4m3fp8`).
    var name: String {
        switch self {
        case .offset: "int"
        case .bipolar: "bipolar"
        case .twosComplement: "run"
        case .float16: "fp"
        case .bfloat16: "bf"
        case .float8e4m3: "e4m3fp"
        case .float8e5m2: "e5m2fp"
        case .float6e2m3: "e2m3fp"
        case .float6e3m2: "e3m2fp"
        case .float4e2m1: "e2m1fp"
        case .pairsInt4: "ovpi"
        case .pairsFlint4: "ovpf"
        case .pairsInt8: "e4m3ovpi"
        case .pairsInt8E2M5: "e2m5ovpi"
        case .flint4: "flint"
        case .uflint4: "uflint"
        case .dictionary: "dict"
        }
    }
}
