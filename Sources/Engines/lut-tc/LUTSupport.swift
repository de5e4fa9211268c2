import Arch
import Formats

extension LUTTensorCore {
    public func support(_ format: ProductFormat) -> Support {
        if let problem = tableFormat.flatMap({ TableFormat.problem($0.entries, length: k) }) {
            return .unsupported(reason: problem)
        }
        if format.runtimeWeights { return .unsupported(reason: "weights are folded offline") }
        if let structure = format.structure, let problem = structureProblem(structure, format) {
            return .unsupported(reason: problem)
        }
        let weights = weightSupport(format.weights, name: "the lookup array")
        guard weights == .native else { return weights }
        return activationSupport(format)
    }

    /// All columns of an array look up the same tables, so none of them can select activations of its own: tables are
    /// built of the activations that all columns of a group keep.
    private func structureProblem(_ structure: NOfM, _ format: ProductFormat) -> String? {
        guard format.weights.hasZero else {
            return "weights are \(format.weights.name), without a zero for those left out of \(structure.name)"
        }
        guard format.sharedColumns > 1 else {
            return "weights are \(structure.name) structured column by column, the columns of an array share their tables"
        }
        guard format.sharedColumns.isMultiple(of: n) else {
            return "weights are \(structure.name) with positions shared by \(format.sharedColumns) columns, the \(n) "
                + "columns of an array share their tables; a multiple of \(n) expected"
        }
        return nil
    }

    /// The contract of INT8 tables; `nil` for exact ones.
    public var quantisation: TableQuantisation? {
        switch tables {
        case .exact: nil
        case .int8PerTable: .perTable(length: k)
        case .int8Per64: .per64Activations(length: k)
        }
    }

    private func activationSupport(_ format: ProductFormat) -> Support {
        switch format.activations {
        case .signed(let bits) where bits <= 8: break
        case .unsigned(let bits) where bits <= 8: break
        case .float32, .float16, .bfloat16:
            if let reason = contractProblem(format, .blocked16) { return .unsupported(reason: reason) }
            guard let quantisation else {
                return .unsupported(
                    reason: "activations are \(format.activations.name), exact tables need codes of at most 8 bits")
            }
            return .viaConversion(.quantisedTables(quantisation))
        case .signed, .unsigned, .bipolar, .ternary, .minifloat, .outlierVictim, .flint:
            return .unsupported(
                reason: "activations are \(format.activations.name), expected int or uint codes of at most 8 bits")
        }
        guard let quantisation else { return .native }
        if format.activationZero {
            return .unsupported(reason: "INT8 tables are built from symmetric activations, these have a zero point")
        }
        return .viaConversion(.quantisedTables(quantisation))
    }
}
