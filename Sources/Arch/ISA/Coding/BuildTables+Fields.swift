import Formats

/// The selection of a table build as its fields hold it.
extension BuildTables {
    var hasSelection: Int {
        get { selection == nil ? 0 : 1 }
        set {
            if newValue != 0, selection == nil, let first = NOfM.all.first {
                selection = Selection(first, positions: LocalAddress(.activations, 0), period: 1)
            }
        }
    }
    /// Index in `NOfM.all`.
    var pattern: Int {
        get { selection.flatMap { NOfM.all.firstIndex(of: $0.pattern) } ?? 0 }
        set { if NOfM.all.indices.contains(newValue) { selection?.pattern = NOfM.all[newValue] } }
    }
    var positionSpace: Int {
        get { selection?.positions.space.code ?? 0 }
        set { selection?.positions.space.code = newValue }
    }
    var period: Int {
        get { selection?.period ?? 1 }
        set { selection?.period = newValue }
    }
    var positionOffset: Int {
        get { selection?.positions.offset ?? 0 }
        set { selection?.positions.offset = newValue }
    }
}
