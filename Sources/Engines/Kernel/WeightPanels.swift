import Arch

/// The decoded weights of an instruction, for as long as they are the same.
final class WeightPanels<Number: DotNumber>: Sendable {
    private let panels: [WeightPanel<Number>]
    /// Holds their memory.
    private let store: DecodedStore

    init(_ panels: [WeightPanel<Number>], _ store: DecodedStore) {
        self.panels = panels
        self.store = store
    }

    subscript(index: Int) -> WeightPanel<Number> { panels[index] }
}

extension WeightPanel {
    /// The same panel in memory of a store, which nobody is to deallocate; `nil` where the store has no room.
    func copied(to store: DecodedStore, _ shape: PanelShape) -> WeightPanel? {
        let scaleCount = scales == nil ? 0 : PanelShape.columns * shape.segments.count
        let (source, count): (UnsafeRawPointer, Int) =
            switch words {
            case .numbers(let numbers): (UnsafeRawPointer(numbers), 4 * PanelShape.columns * shape.words(of: Number.self))
            case .bytes(let bytes): (UnsafeRawPointer(bytes), 4 * PanelShape.columns * shape.words(of: Int8.self))
            }
        guard let copy = store.allocate(count + 4 * scaleCount) else { return nil }
        copy.copyMemory(from: source, byteCount: count)
        let copiedScales = scales.map { scales in
            let start = (copy + count).bindMemory(to: Float.self, capacity: max(1, scaleCount))
            start.initialize(from: scales, count: scaleCount)
            return start
        }
        switch words {
        case .numbers:
            return WeightPanel(words: .numbers(copy.bindMemory(to: Number.self, capacity: max(1, count))), scales: copiedScales)
        case .bytes:
            return WeightPanel(words: .bytes(copy.bindMemory(to: UInt8.self, capacity: max(1, count))), scales: copiedScales)
        }
    }
}
