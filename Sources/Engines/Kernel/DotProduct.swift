import Arch
import CKernels
import Dispatch

/// Executes an instruction as integer dot products: rows and columns are decoded once, then multiplied. Tasks own
/// disjoint columns and every output is summed in ascending k, so the bits do not depend on the number of threads.
final class DotProduct<Operands: DotOperands>: Sendable {
    typealias Number = Operands.Number

    let multiply: Multiply
    let operands: Operands
    let parameters: GroupParameters
    let cut: KCut
    let shape: PanelShape
    private let memory: CoreMemory
    private let kernel: PanelKernel

    /// Multiply-accumulates below which threads cost more than they gain.
    private static var parallelThreshold: Int { 8_000_000 }

    init(
        multiply: Multiply, operands: Operands, cut: KCut, parameters: GroupParameters, memory: CoreMemory,
        kernel: PanelKernel = .best
    ) {
        self.multiply = multiply
        self.operands = operands
        self.cut = cut
        self.parameters = parameters
        self.memory = memory
        self.kernel = kernel
        shape = PanelShape(cut, granule: operands.granule, numbersPerGranule: operands.numbersPerGranule)
    }

    func run() {
        forEachPanel { index, body in
            let weights = panel(index)
            body(weights)
            weights.deallocate()
        }
    }

    /// The same for any operands.
    var instruction: DotInstruction {
        DotInstruction(
            run: { self.run() },
            decoded: { store in
                guard let panels = self.panels(store) else { return nil }
                return DecodedMultiply { self.run(panels) }
            })
    }

    private func panels(_ store: DecodedStore) -> WeightPanels<Number>? {
        var panels: [WeightPanel<Number>] = []
        for index in 0..<panelCount {
            let panel = panel(index)
            defer { panel.deallocate() }
            guard let stored = panel.copied(to: store, shape) else { return nil }
            panels.append(stored)
        }
        return WeightPanels(panels, store)
    }

    /// The same as `run()` with weights that were decoded before.
    private func run(_ panels: WeightPanels<Number>) {
        forEachPanel { index, body in body(panels[index]) }
    }

    private var panelCount: Int { ceilDivide(multiply.columns, PanelShape.columns) }

    private func columns(_ panel: Int) -> Range<Int> {
        let first = panel * PanelShape.columns
        return first..<min(multiply.columns, first + PanelShape.columns)
    }

    private func forEachPanel(_ weights: @Sendable (Int, (WeightPanel<Number>) -> Void) -> Void) {
        guard multiply.rows > 0, multiply.columns > 0 else { return }
        let parallel = multiply.rows * multiply.columns * shape.depth >= Self.parallelThreshold
        let rows = self.rows(parallel: parallel)
        defer { rows.deallocate() }
        perform(panelCount, parallel: parallel) { panel in
            weights(panel) { multiplyRows(rows, $0, columns(panel)) }
        }
    }

    private func rows(parallel: Bool) -> ActivationRows<Number> {
        let linear = NumberBlock<Number>(rows: multiply.rows, length: shape.depth)
        let rowsPerTask = 64
        perform(ceilDivide(multiply.rows, rowsPerTask), parallel: parallel) { task in
            for row in task * rowsPerTask..<min(multiply.rows, (task + 1) * rowsPerTask) {
                operands.writeRow(row, to: linear.row(row))
            }
        }
        return ActivationRows(
            linear, rows: multiply.rows, shape, takesBytes: kernel.takesBytes, scales: rowScales())
    }

    private func rowScales() -> [Float] {
        guard case .scaled(_, let activations) = multiply.output else { return [] }
        let count = multiply.rows * cut.segments.count
        guard let activations else { return Array(repeating: 1, count: count) }
        let bytes = memory[activations.local.space]
        return Array(unsafeUninitializedCapacity: count) { scales, written in
            for row in 0..<multiply.rows {
                let start = activations.local.offset + row * activations.rowPitch
                for segment in cut.segments {
                    let bits = bytes.loadUnaligned(fromByteOffset: start + 4 * segment.activationGroup, as: UInt32.self)
                    scales[written] = Float(bitPattern: bits)
                    written += 1
                }
            }
        }
    }

    private func panel(_ index: Int) -> WeightPanel<Number> {
        let columns = columns(index)
        if kernel.takesBytes, let bytes = operands.bytes(columns, shape) {
            return WeightPanel(words: .bytes(bytes), scales: columnScales(columns))
        }
        let linear = NumberBlock<Number>(rows: PanelShape.columns, length: shape.depth)
        defer { linear.deallocate() }
        for column in columns { operands.writeColumn(column, to: linear.row(column - columns.lowerBound)) }
        return WeightPanel(linear, shape, takesBytes: kernel.takesBytes, scales: columnScales(columns))
    }

    private func columnScales(_ columns: Range<Int>) -> UnsafeMutablePointer<Float>? {
        guard multiply.isScaled else { return nil }
        let count = PanelShape.columns * cut.segments.count
        let scales = UnsafeMutablePointer<Float>.allocate(capacity: max(1, count))
        scales.initialize(repeating: 0, count: count)
        for (index, segment) in cut.segments.enumerated() {
            for (lane, column) in columns.enumerated() {
                scales[PanelShape.columns * index + lane] = parameters.columnScale(column, segment)
            }
        }
        return scales
    }

    private func multiplyRows(_ rows: ActivationRows<Number>, _ weights: WeightPanel<Number>, _ columns: Range<Int>) {
        if case .bytes(let words) = weights.words, let bytes = rows.bytes {
            rows.corrections.withUnsafeBufferPointer { corrections in
                withPanel(rows, weights, columns) { panel in
                    panel.activations = UnsafeRawPointer(bytes.base)
                    panel.activation_pitch = bytes.length
                    panel.weights = UnsafeRawPointer(words)
                    panel.corrections = corrections.baseAddress
                    run(&panel, Int8.self) { kernel.run(bytes: $0) }
                }
            }
        } else {
            let words = weights.widened(shape)
            withPanel(rows, weights, columns) { panel in
                panel.activations = UnsafeRawPointer(rows.numbers.base)
                panel.activation_pitch = rows.numbers.length * MemoryLayout<Number>.size
                panel.weights = UnsafeRawPointer(words)
                run(&panel, Number.self) { kernel.run(Number.self, $0) }
            }
            if case .bytes = weights.words { words.deallocate() }
        }
    }

    private func run<Packed: DotNumber>(
        _ panel: inout accelsim_panel, _ type: Packed.Type, _ kernel: (accelsim_panel) -> Void
    ) {
        shape.ends(of: type).withUnsafeBufferPointer { ends in
            panel.segment_ends = ends.baseAddress
            panel.segments = ends.count
            kernel(panel)
        }
    }

    /// What does not depend on the numbers.
    private func withPanel(
        _ rows: ActivationRows<Number>, _ weights: WeightPanel<Number>, _ columns: Range<Int>,
        _ body: (inout accelsim_panel) -> Void
    ) {
        rows.scales.withUnsafeBufferPointer { scales in
            var panel = accelsim_panel()
            panel.rows = multiply.rows
            panel.column_scales = UnsafePointer(weights.scales)
            panel.row_scales = scales.baseAddress
            panel.halves = operands.sumsInHalves ? 1 : 0
            panel.accumulators = memory.accumulators.baseAddress.map {
                $0 + multiply.accumulators + 4 * columns.lowerBound
            }
            panel.accumulator_pitch = multiply.accumulatorPitch
            panel.columns = columns.count
            panel.accumulate = multiply.accumulate ? 1 : 0
            body(&panel)
        }
    }
}

private func perform(_ tasks: Int, parallel: Bool, _ body: @Sendable (Int) -> Void) {
    if parallel {
        DispatchQueue.concurrentPerform(iterations: tasks, execute: body)
    } else {
        for task in 0..<tasks { body(task) }
    }
}
