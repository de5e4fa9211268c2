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
    private let selection: Selection?

    init(multiply: Multiply, memory: CoreMemory, columnBlock: Int, cut: KCut, parameters: GroupParameters) {
        self.multiply = multiply
        self.memory = memory
        self.columnBlock = columnBlock
        self.cut = cut
        self.parameters = parameters
        selection = Selection(multiply, memory: memory, columnBlock: columnBlock, depth: cut.depth)
    }

    var granule: Int { 1 }
    var numbersPerGranule: Int { 1 }
    var sumsInHalves: Bool { false }

    var rows: CodeRows { CodeRows(multiply) }

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
    func writeBytes(_ columns: Range<Int>, _ shape: PanelShape, to block: PanelBlock<Int16>) -> Bool {
        guard multiply.codes == .twosComplement, multiply.weightBits == 8, multiply.structure == .dense,
            multiply.zero == .immediate(0), columnBlock.isMultiple(of: PanelShape.columns)
        else { return false }
        let (tile, lane) = columns.lowerBound.quotientAndRemainder(dividingBy: columnBlock)
        let base = UnsafeRawPointer(memory.weights.baseAddress.unsafelyUnwrapped) + multiply.weights + tile * columnBlock * cut.depth + lane
        for (index, segment) in shape.segments.enumerated() {
            var word = block.words(0, segment: index)
            for first in stride(from: segment.lowerBound, to: segment.upperBound, by: 4) {
                let rows = BiasedRows(base + first * columnBlock, pitch: columnBlock, count: min(4, segment.upperBound - first))
                word.storeBytes(of: rows.transposed, as: SIMD32<UInt16>.self)
                word += 4 * PanelShape.columns
            }
        }
        return true
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

/// Four rows of sixteen columns, plus 128; rows that are not there are zero.
private struct BiasedRows {
    private var rows: (SIMD16<UInt8>, SIMD16<UInt8>, SIMD16<UInt8>, SIMD16<UInt8>)

    @inline(__always)
    init(_ start: UnsafeRawPointer, pitch: Int, count: Int) {
        func row(_ index: Int) -> SIMD16<UInt8> {
            let codes = index < count ? (start + index * pitch).loadUnaligned(as: SIMD16<UInt8>.self) : .zero
            return codes ^ SIMD16(repeating: 0x80)
        }
        rows = (row(0), row(1), row(2), row(3))
    }

    /// Column by column.
    @inline(__always)
    var transposed: SIMD32<UInt16> {
        var pairs = (SIMD32<UInt8>(), SIMD32<UInt8>())
        pairs.0.evenHalf = rows.0
        pairs.0.oddHalf = rows.1
        pairs.1.evenHalf = rows.2
        pairs.1.oddHalf = rows.3
        var fours = SIMD32<UInt16>()
        fours.evenHalf = unsafeBitCast(pairs.0, to: SIMD16<UInt16>.self)
        fours.oddHalf = unsafeBitCast(pairs.1, to: SIMD16<UInt16>.self)
        return fours
    }
}
