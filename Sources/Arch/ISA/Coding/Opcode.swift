/// Operation codes. Zero is left free so that cleared memory is not a program.
public enum Opcode: UInt8, Hashable, Sendable, CaseIterable {
    case load = 1
    case gather, fill, store, mma, lmma, buildTables, elementwise, reduce

    public var mnemonic: String {
        switch self {
        case .load: "load"
        case .gather: "gather"
        case .fill: "fill"
        case .store: "store"
        case .mma: "mma"
        case .lmma: "lmma"
        case .buildTables: "build_tables"
        case .elementwise: "elementwise"
        case .reduce: "reduce"
        }
    }

    public init?(mnemonic: some StringProtocol) {
        guard let opcode = Self.allCases.first(where: { $0.mnemonic == mnemonic }) else { return nil }
        self = opcode
    }
}

/// The instruction format as a whole.
public enum ISA {
    /// Raised when the meaning of any bit changes.
    public static let version = 2
    /// Every instruction has this width.
    public static let instructionBytes = 96
    public static let instructionBits = instructionBytes * 8

    /// Fields that all instructions share, from bit 0.
    public static let header: [FieldDescription] = {
        let units = Unit.allCases.map(\.name).joined(separator: ", ")
        var fields = [
            FieldDescription(
                "opcode", .unsigned, bits: 8, range: 1...Opcode.allCases.count, "operation"),
            FieldDescription(
                "waits", .unsigned, bits: 8, range: 0...allUnits,
                "one token is taken from each of these units before the start; from bit 0: \(units)"),
            FieldDescription(
                "signals", .unsigned, bits: 8, range: 0...allUnits,
                "one token is sent to each of these units on completion; bits as in waits"),
            FieldDescription("node", .unsigned, bits: 24, "index in the node table of the program, for reports only"),
        ]
        var position = 0
        for index in fields.indices {
            fields[index].position = position
            position += fields[index].bits
        }
        return fields
    }()
    public static let headerBits = 48
    private static let allUnits = (1 << Unit.allCases.count) - 1
}
