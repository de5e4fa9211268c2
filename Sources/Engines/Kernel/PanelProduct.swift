import Arch
import CKernels

/// All of an instruction but its weights: reads activations and their scales, and multiplies them with panels. Tasks own
/// disjoint columns and every output is summed in ascending k, so the bits do not depend on the number of threads.
struct PanelProduct<Rows: ActivationReader>: @unchecked Sendable {
    typealias Number = Rows.Number

    let shape: PanelShape
    let kernel: PanelKernel
    let isScaled: Bool
    let columns: Int
    /// Bytes of memory that `rows` takes.
    let scratchBytes: Int
    /// Whether threads may gain more than they cost.
    private let isLarge: Bool
    /// The same where each weight is decoded before it is multiplied.
    private let isLargeToDecode: Bool
    private let reader: Rows
    private let scales: RowScales
    private let rows: Int
    private let accumulators: Int
    private let accumulatorPitch: Int
    private let accumulate: Bool
    private let sumsInHalves: Bool

    /// Multiply-accumulates from which on an instruction is spread over threads.
    private static var parallelThreshold: Int { 8_000_000 }

    /// Multiply-accumulates in the time of which one weight is decoded, roughly.
    private static var decodingWork: Int { 256 }

    init(
        _ multiply: Multiply, _ reader: Rows, cut: KCut, shape: PanelShape, sumsInHalves: Bool, kernel: PanelKernel
    ) {
        self.reader = reader
        self.shape = shape
        self.kernel = kernel
        self.sumsInHalves = sumsInHalves
        isScaled = multiply.isScaled
        scales = RowScales(multiply, cut: cut)
        rows = multiply.rows
        columns = multiply.columns
        let weights = multiply.columns * shape.depth
        isLarge = multiply.rows * weights >= Self.parallelThreshold
        isLargeToDecode = (multiply.rows + Self.decodingWork) * weights >= Self.parallelThreshold
        scratchBytes = ActivationRows<Number>.bytes(multiply.rows, shape)
        accumulators = multiply.accumulators
        accumulatorPitch = multiply.accumulatorPitch
        accumulate = multiply.accumulate
    }

    var panels: Int { ceilDivide(columns, PanelShape.columns) }

    /// The activations as they are now in the memory of a core.
    ///
    /// - Parameter scratch: `scratchBytes` of them.
    @inline(__always)
    func activations(_ memory: CoreMemory, scratch: UnsafeMutableRawPointer) -> ActivationRows<Number> {
        let result = ActivationRows<Number>(rows, shape, memory: scratch)
        let rowsPerTask = 64
        perform(ceilDivide(rows, rowsPerTask), memory) { task in
            for row in task * rowsPerTask..<min(rows, (task + 1) * rowsPerTask) {
                reader.writeRow(row, of: memory, to: result.linear + row * shape.depth)
            }
        }
        if isScaled { scales.write(rows: rows, of: memory, to: result.scales) }
        return result
    }

    /// Over threads, where that gains anything.
    @inline(__always)
    func perform(_ tasks: Int, _ memory: CoreMemory, decodes: Bool = false, _ body: @Sendable (Int) -> Void) {
        if decodes ? isLargeToDecode : isLarge {
            memory.spread(tasks, body)
        } else {
            for task in 0..<tasks { body(task) }
        }
    }

    /// With all panels of the instruction.
    func multiply(
        _ packed: ActivationRows<Number>.Packed, _ scales: UnsafePointer<Float>, _ block: PanelBlock<Number>,
        to memory: CoreMemory
    ) {
        guard isLarge else { return multiply(packed, scales, block, 0..<block.panels, first: 0, to: memory) }
        nonisolated(unsafe) let scales = scales
        perform(block.panels, memory) { multiply(packed, scales, block, $0..<$0 + 1, first: 0, to: memory) }
    }

    /// - Parameters:
    ///   - packed: for the format of the block.
    ///   - range: of the block's panels.
    ///   - first: panel of the instruction that is the block's first.
    func multiply(
        _ packed: ActivationRows<Number>.Packed, _ scales: UnsafePointer<Float>, _ block: PanelBlock<Number>,
        _ range: Range<Int>, first: Int, to memory: CoreMemory
    ) {
        let column = PanelShape.columns * (first + range.lowerBound)
        var panel = accelsim_panel()
        panel.activations = packed.base
        panel.activation_pitch = packed.pitch
        panel.rows = rows
        panel.weights = UnsafeRawPointer(block.panel(range.lowerBound))
        panel.panels = range.count
        panel.panel_pitch = block.pitch
        panel.segment_ends = block.ends
        panel.segments = shape.segments.count
        panel.corrections = UnsafePointer(packed.corrections)
        panel.row_scales = isScaled ? scales : nil
        panel.halves = sumsInHalves ? 1 : 0
        panel.accumulators = memory.accumulators.baseAddress.map { $0 + (accumulators + 4 * column) }
        panel.accumulator_pitch = accumulatorPitch
        panel.columns = min(columns - column, PanelShape.columns * range.count)
        panel.accumulate = accumulate ? 1 : 0
        kernel.run(block.format, Number.self, panel)
    }
}
