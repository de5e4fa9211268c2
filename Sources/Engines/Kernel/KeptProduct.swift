import Arch

/// An instruction whose weights stay decoded, on any core. Belongs to one thread at a time.
final class KeptProduct<Rows: ActivationReader>: @unchecked Sendable {
    typealias Number = Rows.Number

    private let product: PanelProduct<Rows>
    /// Holds the memory of the block.
    private let store: DecodedStore
    private var block: PanelBlock<Number>
    /// What `widen` has made.
    private var wide: UnsafeMutableRawPointer?

    init(_ product: PanelProduct<Rows>, _ block: PanelBlock<Number>, _ store: DecodedStore) {
        self.product = product
        self.block = block
        self.store = store
    }

    func run(on memory: CoreMemory, scratch: ScratchBytes) {
        let rows = product.activations(memory, scratch: scratch.bytes(product.scratchBytes))
        if block.format != .numbers, !rows.fitBytes(product.shape) { widen() }
        product.multiply(rows.packed(for: block.format, product.shape), rows.scales, block, to: memory)
    }

    /// Activations that are no bytes take weights that are none either, from now on.
    private func widen() {
        let shape = product.shape
        let bytes = PanelBlock<Number>.bytes(block.panels, .numbers, shape, isScaled: product.isScaled)
        let memory = UnsafeMutableRawPointer.allocate(byteCount: max(1, bytes), alignment: 64)
        wide = memory
        let wide = PanelBlock<Number>(block.panels, .numbers, shape, isScaled: product.isScaled, memory: memory)
        let linear = UnsafeMutablePointer<Number>.allocate(capacity: max(1, PanelShape.columns * shape.depth))
        defer { linear.deallocate() }
        for panel in 0..<block.panels {
            block.read(panel, shape, to: linear)
            wide.write(UnsafePointer(linear), shape, to: panel)
            for segment in shape.segments.indices {
                guard let from = block.scales(panel, segment: segment) else { break }
                wide.scales(panel, segment: segment)?.update(from: from, count: PanelShape.columns)
            }
        }
        block = wide
    }

    deinit { wide?.deallocate() }
}
