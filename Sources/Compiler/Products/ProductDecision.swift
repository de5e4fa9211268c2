import Arch
import Formats

/// Which engine computes a product, and from what it reads the activations.
struct ProductDecision: Hashable {
    var engine: Int
    /// What the engine reads: codes, or tables made of them.
    var activations: Multiply.Activations
}

extension Multiply.Activations {
    /// The table entries that the vector unit builds for it.
    var entries: BuildTables.Entries? {
        switch self {
        case .int8, .uint8: nil
        case .exactTables: .exact
        case .tablesPerTable: .int8PerTable
        case .tablesPer64: .int8Per64
        }
    }
}
