import Arch

/// Weights whose blocks keep an N of their own as dot-product operands: each goes where it belongs among zeros.
struct MixedOperands: DotOperands {
    private let codes: CodeOperands
    private let mixed: MixedBlocks
    private let layout: MixedLayout

    init(_ multiply: Multiply, _ mixed: MixedBlocks, memory: CoreMemory, columnBlock: Int, cut: KCut, parameters: GroupParameters) {
        codes = CodeOperands(
            multiply: multiply, memory: memory, columnBlock: columnBlock, cut: cut, parameters: parameters)
        self.mixed = mixed
        layout = MixedLayout(mixed, of: multiply, columnBlock: columnBlock)
    }

    var granule: Int { 1 }
    var numbersPerGranule: Int { 1 }
    var sumsInHalves: Bool { false }

    var rows: CodeRows { codes.rows }

    func writeColumn(_ column: Int, to numbers: UnsafeMutablePointer<Int16>) {
        let multiply = codes.multiply
        let bytes = UnsafeRawBufferPointer(codes.memory.weights)
        let side = MixedBlocks.side
        let (stripe, lane) = column.quotientAndRemainder(dividingBy: side)
        let weights = DenseLayout(columnBlock: side, weightBits: multiply.weightBits)
        let positions = DenseLayout(columnBlock: side, weightBits: 4)
        for block in 0..<layout.depthBlocks {
            let (scale, offset) = codes.levels(column: column, group: block * side / codes.cut.weightGroup)
            let start = layout.start(stripe: stripe, depthBlock: block)
            for row in start..<start + layout.count(stripe: stripe, depthBlock: block) {
                let code = weights.code(bytes, base: multiply.weights, depth: layout.rows, column: lane, k: row)
                let position = positions.code(bytes, base: mixed.positions, depth: layout.rows, column: lane, k: row)
                numbers[block * side + Int(position)] = scale &* Int16(truncatingIfNeeded: code) &+ offset
            }
        }
    }
}

extension DotProduct<MixedOperands> {
    convenience init(mixed: MixedBlocks, _ multiply: Multiply, memory: CoreMemory, columnBlock: Int) {
        let cut = KCut(multiply, granule: MixedBlocks.side)
        let parameters = GroupParameters(
            multiply, memory: memory, columnBlock: columnBlock, weightGroups: cut.weightGroups)
        self.init(
            multiply: multiply,
            operands: MixedOperands(
                multiply, mixed, memory: memory, columnBlock: columnBlock, cut: cut, parameters: parameters),
            cut: cut, parameters: parameters, memory: memory)
    }
}
