/// Which fields say where the weights of a product are: `Multiply.Structure` without its values.
enum WeightForm: UInt8, FieldCoded {
    case dense, nOfM, outliers, mixed

    var name: String {
        switch self {
        case .dense: "dense"
        case .nOfM: "n_of_m"
        case .outliers: "outliers"
        case .mixed: "mixed"
        }
    }

    /// For the field tables of docs/isa.md.
    var meaning: String {
        switch self {
        case .dense: "every k has a code"
        case .nOfM: "n of every m k have one"
        case .outliers: "a list of other weights beside the codes"
        case .mixed: "n of every 16 k have one, n being that of their block"
        }
    }
}

/// Which field gives the zero points of a product: `Multiply.Zero` without its values.
enum ZeroForm: UInt8, FieldCoded {
    case immediate, table

    var name: String {
        switch self {
        case .immediate: "immediate"
        case .table: "table"
        }
    }
}
