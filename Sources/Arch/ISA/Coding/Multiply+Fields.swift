import Formats

/// A product as `mma` and `lmma` hold it; `mma` leaves the shape alone.
struct CodedProduct: Hashable, Sendable {
    var multiply: Multiply
    var shape = LookupShape(m: 1, n: 1, k: 1, arraysAlongColumns: 1)

    /// Every field at its smallest.
    static func blank(_ format: Multiply.Activations) -> CodedProduct {
        CodedProduct(
            multiply: Multiply(
                engine: 0, activations: LocalAddress(.activations, 0), activationFormat: format, innerRows: .init(),
                run: 1, weights: 0, weightBits: 1, codes: .offset, zero: .immediate(0), columns: 1, accumulators: 0,
                accumulatorPitch: 0, accumulate: false, output: .integer))
    }
}

/// The values of a product as its fields hold them.
extension Multiply {
    /// Setting it clears what the other form has.
    var zeroForm: Int {
        get {
            switch zero {
            case .immediate: ZeroForm.immediate.code
            case .table: ZeroForm.table.code
            case .centroids: ZeroForm.centroids.code
            }
        }
        set {
            switch ZeroForm.allCases.first(where: { $0.code == newValue }) {
            case .table?: zero = .table(offset: 0)
            case .centroids?: zero = .centroids(offset: 0)
            case .immediate?, nil: zero = .immediate(0)
            }
        }
    }
    var zeroOffset: Int {
        get { if case .table(let offset) = zero { offset } else { 0 } }
        set { if case .table = zero { zero = .table(offset: newValue) } }
    }
    var centroidOffset: Int {
        get { centroids ?? 0 }
        set { if case .centroids = zero { zero = .centroids(offset: newValue) } }
    }
    var zeroImmediate: Int {
        get { if case .immediate(let value) = zero { value } else { 0 } }
        set { if case .immediate = zero { zero = .immediate(newValue) } }
    }

    /// Setting it clears what another form has.
    var weightForm: Int {
        get {
            switch structure {
            case .dense: WeightForm.dense.code
            case .nOfM: WeightForm.nOfM.code
            case .outliers: WeightForm.outliers.code
            case .mixed: WeightForm.mixed.code
            }
        }
        set {
            switch WeightForm.allCases.first(where: { $0.code == newValue }) {
            case .nOfM?: if let first = NOfM.all.first { structure = .nOfM(first, positions: 0) }
            case .outliers?: structure = .outliers(Outliers(offset: 0, count: 0))
            case .mixed?: structure = .mixed(MixedBlocks(positions: 0))
            case .dense?, nil: structure = .dense
            }
        }
    }
    /// Index in `NOfM.all`.
    var pattern: Int {
        get { structure.pattern.flatMap(NOfM.all.firstIndex(of:)) ?? 0 }
        set {
            guard case .nOfM(_, let positions) = structure, NOfM.all.indices.contains(newValue) else { return }
            structure = .nOfM(NOfM.all[newValue], positions: positions)
        }
    }
    var positionOffset: Int {
        get { if case .nOfM(_, let positions) = structure { positions } else { 0 } }
        set { if let pattern = structure.pattern { structure = .nOfM(pattern, positions: newValue) } }
    }

    var mixedPositions: Int {
        get { structure.mixed?.positions ?? 0 }
        set { changeMixed { $0.positions = newValue } }
    }
    var blockOffset: Int {
        get { structure.mixed?.blocks ?? 0 }
        set { changeMixed { $0.blocks = newValue } }
    }
    var blockTable: Int {
        get { structure.mixed?.table ?? 0 }
        set { changeMixed { $0.table = newValue } }
    }
    private mutating func changeMixed(_ change: (inout MixedBlocks) -> Void) {
        guard var mixed = structure.mixed else { return }
        change(&mixed)
        structure = .mixed(mixed)
    }

    var outlierOffset: Int {
        get { outliers?.offset ?? 0 }
        set { changeOutliers { $0.offset = newValue } }
    }
    var outlierCount: Int {
        get { outliers?.count ?? 0 }
        set { changeOutliers { $0.count = newValue } }
    }
    var outlierFirstPlace: Int {
        get { outliers?.firstPlace ?? 0 }
        set { changeOutliers { $0.firstPlace = newValue } }
    }
    var outliersAreAssumed: Int {
        get { outliers?.isAssumed == true ? 1 : 0 }
        set { changeOutliers { $0.isAssumed = newValue != 0 } }
    }
    var outlierParts: Int {
        get { outliers?.parts ?? 0 }
        set { changeOutliers { $0.parts = newValue } }
    }
    var outlierTable: Int {
        get { outliers?.table ?? 0 }
        set { changeOutliers { $0.table = newValue } }
    }
    private mutating func changeOutliers(_ change: (inout Outliers) -> Void) {
        guard var list = outliers else { return }
        change(&list)
        structure = .outliers(list)
    }

    var isScaled: Int {
        get { output == .integer ? 0 : 1 }
        set { output = newValue == 0 ? .integer : .scaled(weights: weightScales, activations: activationScales) }
    }
    private var weightScales: WeightScales? {
        get { if case .scaled(let scales, _) = output { scales } else { nil } }
        set { if case .scaled(_, let other) = output { output = .scaled(weights: newValue, activations: other) } }
    }
    private var activationScales: ActivationScales? {
        get { if case .scaled(_, let scales) = output { scales } else { nil } }
        set { if case .scaled(let other, _) = output { output = .scaled(weights: other, activations: newValue) } }
    }

    var hasWeightScales: Int {
        get { weightScales == nil ? 0 : 1 }
        set {
            if newValue != 0, weightScales == nil { weightScales = WeightScales(group: 0, format: .float32, offset: 0) }
        }
    }
    var weightGroup: Int {
        get { weightScales?.group ?? 0 }
        set { weightScales?.group = newValue }
    }
    var weightScaleFormat: Int {
        get { weightScales?.format.code ?? 0 }
        set { weightScales?.format.code = newValue }
    }
    var weightScaleOffset: Int {
        get { weightScales?.offset ?? 0 }
        set { weightScales?.offset = newValue }
    }

    var scalesWeights: Int {
        get { weightScales?.scalesWeights == true ? 1 : 0 }
        set { weightScales?.scalesWeights = newValue != 0 }
    }

    var hasActivationScales: Int {
        get { activationScales == nil ? 0 : 1 }
        set {
            if newValue != 0, activationScales == nil {
                activationScales = ActivationScales(group: 0, local: LocalAddress(.activations, 0), rowPitch: 0)
            }
        }
    }
    var activationGroup: Int {
        get { activationScales?.group ?? 0 }
        set { activationScales?.group = newValue }
    }
    var activationScaleSpace: Int {
        get { activationScales?.local.space.code ?? 0 }
        set { activationScales?.local.space.code = newValue }
    }
    var activationScaleOffset: Int {
        get { activationScales?.local.offset ?? 0 }
        set { activationScales?.local.offset = newValue }
    }
    var activationScalePitch: Int {
        get { activationScales?.rowPitch ?? 0 }
        set { activationScales?.rowPitch = newValue }
    }
}
