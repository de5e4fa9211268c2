/// Over how many activations one scale of INT8-quantised lookup tables is shared: the numeric contract of such an engine.
/// (arXiv 2408.06003 quantises each table; the T-MAC kernels share a scale over 64 activations.)
public enum TableQuantisation: Int, Hashable, Sendable, CaseIterable {
    case perTable = 4
    case per64Activations = 64

    /// Activations per scale, along K.
    public var activations: Int { rawValue }
}
