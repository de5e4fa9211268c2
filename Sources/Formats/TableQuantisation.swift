/// The numeric contract of INT8-quantised lookup tables: activations of one table, and over how many one scale is shared.
/// (arXiv 2408.06003 quantises each table; the T-MAC kernels share a scale over 64 activations.)
public enum TableQuantisation: Hashable, Sendable {
    /// One scale for each table of `length` activations.
    case perTable(length: Int)
    /// One scale for the tables of 64 activations, which `length` divides.
    case per64Activations(length: Int)

    /// Activations of one table, along K.
    public var length: Int {
        switch self {
        case .perTable(let length), .per64Activations(let length): length
        }
    }

    /// Activations per scale, along K.
    public var activations: Int {
        switch self {
        case .perTable(let length): length
        case .per64Activations: 64
        }
    }
}
