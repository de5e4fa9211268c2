import Arch
import Formats

/// Plain codes in a `DenseLayout` as dot-product operands: activations as they are, weights minus their zero points, the
/// numbers of flint codes.
struct CodeOperands: DotOperands {
    let multiply: Multiply
    let memory: CoreMemory
    let columnBlock: Int
    let cut: KCut
    let parameters: GroupParameters
    /// k as laid out of one run of activations.
    private let laidOutRun: Int
    private let selection: Selection?

    init(multiply: Multiply, memory: CoreMemory, columnBlock: Int, cut: KCut, parameters: GroupParameters) {
        self.multiply = multiply
        self.memory = memory
        self.columnBlock = columnBlock
        self.cut = cut
        self.parameters = parameters
        laidOutRun = roundUp(multiply.run, to: multiply.structure.granule)
        selection = Selection(multiply, memory: memory, columnBlock: columnBlock, depth: cut.depth)
    }

    var granule: Int { 1 }
    var numbersPerGranule: Int { 1 }
    var sumsInHalves: Bool { false }

    func writeRow(_ row: Int, to numbers: UnsafeMutablePointer<Int16>) {
        let bytes = UnsafeRawBufferPointer(memory[multiply.activations.space])
        let nest = ActivationNest(multiply: multiply)
        let base = nest.row(row)
        var next = numbers
        nest.forEachRun { offset in
            for k in 0..<multiply.run { next[k] = multiply.activation(bytes[base + offset + k]) }
            next += laidOutRun
        }
    }

    func writeColumn(_ column: Int, to numbers: UnsafeMutablePointer<Int16>) {
        let bytes = UnsafeRawBufferPointer(memory.weights)
        let layout = DenseLayout(columnBlock: columnBlock, weightBits: multiply.weightBits)
        let depth = multiply.structure.stored(of: cut.depth)
        let (block, lane) = column.quotientAndRemainder(dividingBy: columnBlock)
        let bit = lane * multiply.weightBits
        let base = multiply.weights + block * layout.blockBytes(depth: depth) + (bit >> 3)
        let rowBytes = layout.rowBytes
        // Two's complement codes of run-time operands: flipping the sign bit adds half their range.
        let flip: UInt16 = multiply.codes == .twosComplement ? 1 << UInt16(multiply.weightBits - 1) : 0
        let flint = multiply.codes.flint
        // The usual case of operands made at run time.
        let isBytes = multiply.weightBits == 8 && multiply.structure == .dense && flint == nil
        var start = 0
        for group in 0..<cut.weightGroups {
            let (scale, offset) = levels(column: column, group: group)
            let end = min(cut.depth, start + cut.weightGroup)
            if isBytes {
                for k in start..<end {
                    let code = Int16(truncatingIfNeeded: UInt16(bytes[base + k * rowBytes]) ^ flip)
                    numbers[k] = scale &* code &+ offset
                }
                start = end
                continue
            }
            for stored in multiply.structure.stored(start..<end) {
                let code = layout.code(bytes, address: base + stored * rowBytes, shift: bit & 7) ^ flip
                // Kept weights go where they belong among zeros, for the dense kernel.
                let k = selection?.k(column: column, kept: stored) ?? stored
                if let flint {
                    numbers[k] = Int16(flint.value(UInt8(code)))
                    continue
                }
                numbers[k] = scale &* Int16(truncatingIfNeeded: code) &+ offset
            }
            start = end
        }
    }

    /// Two's complement bytes lie row by row, all columns of a row side by side: words are their transposition.
    func bytes(_ columns: Range<Int>, _ shape: PanelShape) -> UnsafeMutablePointer<UInt8>? {
        guard multiply.codes == .twosComplement, multiply.weightBits == 8, multiply.structure == .dense,
            multiply.zero == .immediate(0), columnBlock.isMultiple(of: PanelShape.columns)
        else { return nil }
        let (block, lane) = columns.lowerBound.quotientAndRemainder(dividingBy: columnBlock)
        let source = UnsafeRawBufferPointer(memory.weights)
        let base = multiply.weights + block * columnBlock * cut.depth + lane
        let bytes = UnsafeMutablePointer<UInt8>.allocate(capacity: max(1, 4 * PanelShape.columns * shape.words(of: Int8.self)))
        var word = bytes
        for segment in shape.segments {
            for first in stride(from: segment.lowerBound, to: segment.upperBound, by: 4) {
                for part in 0..<4 {
                    let k = first + part
                    let row = k < segment.upperBound
                        ? source.loadUnaligned(fromByteOffset: base + k * columnBlock, as: SIMD16<UInt8>.self) : .zero
                    let biased = row ^ SIMD16(repeating: 0x80)
                    for column in 0..<PanelShape.columns { word[4 * column + part] = biased[column] }
                }
                word += 4 * PanelShape.columns
            }
        }
        return bytes
    }

    /// value = scale * u + offset.
    func levels(column: Int, group: Int) -> (scale: Int16, offset: Int16) {
        let zero = Int16(truncatingIfNeeded: parameters.zero(column: column, group: group))
        switch multiply.codes {
        case .offset: return (1, 0 &- zero)
        case .bipolar: return (2, 1 - Int16(1 << multiply.weightBits))
        case .twosComplement: return (1, -Int16(1 << (multiply.weightBits - 1)) &- zero)
        // Flint is looked up; floats and pairs never come here.
        case .float16, .bfloat16, .float8e4m3, .float8e5m2, .float6e2m3, .float6e3m2, .float4e2m1, .pairsInt4,
            .pairsFlint4, .pairsInt8, .pairsInt8E2M5, .flint4, .uflint4, .dictionary: return (0, 0)
        }
    }
}

extension DotProduct<CodeOperands> {
    /// An instruction on plain codes, the weights in column blocks of `columnBlock`.
    convenience init(codes multiply: Multiply, memory: CoreMemory, columnBlock: Int) {
        let cut = KCut(multiply, granule: multiply.structure.granule)
        let parameters = GroupParameters(
            multiply, memory: memory, columnBlock: columnBlock, weightGroups: cut.weightGroups)
        self.init(
            multiply: multiply,
            operands: CodeOperands(
                multiply: multiply, memory: memory, columnBlock: columnBlock, cut: cut, parameters: parameters),
            cut: cut, parameters: parameters, memory: memory)
    }
}
