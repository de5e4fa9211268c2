import Arch
import Synchronization

/// Executes an instruction as integer dot products: rows and columns are decoded once, then multiplied.
final class DotProduct<Operands: DotOperands>: Sendable {
    typealias Number = Operands.Number

    private let multiply: Multiply
    private let operands: Operands
    private let parameters: GroupParameters
    private let cut: KCut
    private let product: PanelProduct<Operands.Rows>
    private let memory: CoreMemory

    init(
        multiply: Multiply, operands: Operands, cut: KCut, parameters: GroupParameters, memory: CoreMemory,
        kernel: PanelKernel = .best
    ) {
        self.multiply = multiply
        self.operands = operands
        self.memory = memory
        self.cut = cut
        self.parameters = parameters
        let shape = PanelShape(cut, granule: operands.granule, numbersPerGranule: operands.numbersPerGranule)
        product = PanelProduct(
            multiply, operands.rows, cut: cut, shape: shape, sumsInHalves: operands.sumsInHalves,
            kernel: kernel)
    }

    /// The same for any operands.
    var instruction: DotInstruction {
        DotInstruction(
            run: { self.run() },
            decoded: { store in
                guard let kept = self.kept(store) else { return nil }
                return DecodedMultiply { kept.run(on: $0, scratch: $1) }
            })
    }

    private var shape: PanelShape { product.shape }

    private func run() {
        guard multiply.rows > 0, multiply.columns > 0 else { return }
        let scratch = UnsafeMutableRawPointer.allocate(byteCount: product.scratchBytes, alignment: 64)
        defer { scratch.deallocate() }
        let rows = product.activations(memory, scratch: scratch)
        let takesBytes = rows.fitBytes(shape)
        let bytes = takesBytes ? rows.packed(for: .bytes, shape) : nil
        let numbers = rows.packed(for: .numbers, shape)
        product.perform(product.panels, memory, decodes: true) { panel in
            withPanel(panel, takesBytes: takesBytes) { block in
                let packed = block.format == .bytes ? bytes ?? numbers : numbers
                product.multiply(packed, rows.scales, block, 0..<1, first: panel, to: memory)
            }
        }
    }

    private func columns(_ panel: Int) -> Range<Int> {
        let first = panel * PanelShape.columns
        return first..<min(multiply.columns, first + PanelShape.columns)
    }

    /// One panel that is needed once.
    private func withPanel(_ panel: Int, takesBytes: Bool, _ body: (PanelBlock<Number>) -> Void) {
        let columns = columns(panel)
        if takesBytes {
            let isWritten = withBlock(.bytes) { block in
                guard operands.writeBytes(columns, shape, to: block) else { return false }
                writeScales(columns, to: block, panel: 0)
                body(block)
                return true
            }
            if isWritten { return }
        }
        let linear = NumberBlock<Number>(rows: PanelShape.columns, length: shape.depth)
        defer { linear.deallocate() }
        write(columns, to: linear)
        let fits = takesBytes && PanelFormat(of: linear.base, count: PanelShape.columns * shape.depth) != .numbers
        withBlock(fits ? .bytes : .numbers) { block in
            block.write(linear.base, shape, to: 0)
            writeScales(columns, to: block, panel: 0)
            body(block)
        }
    }

    private func withBlock<Result>(_ format: PanelFormat, _ body: (PanelBlock<Number>) -> Result) -> Result {
        let bytes = PanelBlock<Number>.bytes(1, format, shape, isScaled: product.isScaled)
        return withUnsafeTemporaryAllocation(byteCount: max(1, bytes), alignment: 64) { memory in
            body(PanelBlock(1, format, shape, isScaled: product.isScaled, memory: memory.baseAddress.unsafelyUnwrapped))
        }
    }

    /// - Parameter linear: zero at first; a row for each of the columns.
    private func write(_ columns: Range<Int>, to linear: NumberBlock<Number>) {
        for column in columns { operands.writeColumn(column, to: linear.row(column - columns.lowerBound)) }
    }

    private func writeScales(_ columns: Range<Int>, to block: PanelBlock<Number>, panel: Int) {
        guard product.isScaled else { return }
        for (index, segment) in cut.segments.enumerated() {
            guard let scales = block.scales(panel, segment: index) else { return }
            scales.initialize(repeating: 0, count: PanelShape.columns)
            for (lane, column) in columns.enumerated() { scales[lane] = parameters.columnScale(column, segment) }
        }
    }

    /// All panels, in the narrowest format that holds their weights and that the activations allow.
    private func kept(_ store: DecodedStore) -> KeptProduct<Operands.Rows>? {
        let linear = NumberBlock<Number>(rows: PanelShape.columns * product.panels, length: shape.depth)
        defer { linear.deallocate() }
        let narrowest = Mutex(activationFormat)
        memory.spread(product.panels) { panel in
            let row = linear.row(PanelShape.columns * panel)
            for (lane, column) in columns(panel).enumerated() { operands.writeColumn(column, to: row + lane * shape.depth) }
            let format = PanelFormat(of: row, count: PanelShape.columns * shape.depth)
            narrowest.withLock { $0 = $0.holding(format) }
        }
        let format = narrowest.withLock { $0 }
        let bytes = PanelBlock<Number>.bytes(product.panels, format, shape, isScaled: product.isScaled)
        guard let allocated = store.allocate(bytes) else { return nil }
        let block = PanelBlock<Number>(product.panels, format, shape, isScaled: product.isScaled, memory: allocated)
        memory.spread(product.panels) { panel in
            block.write(linear.row(PanelShape.columns * panel), shape, to: panel)
            writeScales(columns(panel), to: block, panel: panel)
        }
        return KeptProduct(product, block, store)
    }

    /// What the activations allow.
    private var activationFormat: PanelFormat {
        let scratch = UnsafeMutableRawPointer.allocate(byteCount: product.scratchBytes, alignment: 64)
        defer { scratch.deallocate() }
        return product.activations(memory, scratch: scratch).fitBytes(shape) ? .nibbles : .numbers
    }
}
