import Arch
import Formats

/// The fast path of a float array: operands are decoded to f32 once, then summed as the contract says, eight columns at a
/// time. Tasks own disjoint columns, so the bits do not depend on the number of threads.
struct FloatDot: Sendable {
    private let multiply: Multiply
    private let memory: CoreMemory
    private let schedule: StationarySchedule
    private let parameters: GroupParameters
    private let accumulators: AccumulatorFile
    private let sums: ArraySums
    private let layout: DenseLayout
    /// Significant bits that integer codes are rounded to.
    private let significandBits: Int
    private let rounding: DotContract.Products

    private typealias Lanes = SIMD8<Float>
    private typealias Bits = SIMD8<UInt32>

    /// - Parameters:
    ///   - layout: of the weights of one column block.
    ///   - significandBits: of the array's ports for integer codes; 24 where they are exact.
    ///   - contract: how products are rounded before they are summed.
    init(
        _ multiply: Multiply, memory: CoreMemory, schedule: StationarySchedule, sums: ArraySums, layout: DenseLayout,
        significandBits: Int, contract: DotContract = .blocked16
    ) {
        self.multiply = multiply
        self.memory = memory
        self.schedule = schedule
        self.sums = sums
        self.layout = layout
        self.significandBits = significandBits
        rounding = contract.products
        parameters = GroupParameters(
            multiply, memory: memory, columnBlock: layout.columnBlock, weightGroups: schedule.cut.weightGroups)
        accumulators = AccumulatorFile(multiply: multiply, memory: memory)
    }

    func run() {
        let depth = schedule.cut.depth
        guard multiply.rows > 0, multiply.columns > 0 else { return }
        let blocks = schedule.kBlocks.map { block in
            stride(from: block.range.lowerBound, to: block.range.upperBound, by: DotContract.blocked16.lanes).map {
                $0..<min(block.range.upperBound, $0 + DotContract.blocked16.lanes)
            }
        }
        let rows = NumberBlock<Float>(rows: multiply.rows, length: depth)
        defer { rows.deallocate() }
        for row in 0..<multiply.rows { writeRow(row, to: rows.row(row)) }
        let tasks = ceilDivide(multiply.columns, Lanes.scalarCount)
        let work = { @Sendable (task: Int) in
            let first = task * Lanes.scalarCount
            let columns = first..<min(multiply.columns, first + Lanes.scalarCount)
            runColumns(columns, rows: rows, blocks: blocks, depth: depth)
        }
        if multiply.rows * multiply.columns * depth >= 1_000_000 {
            memory.spread(tasks, work)
        } else {
            for task in 0..<tasks { work(task) }
        }
    }

    private func runColumns(_ columns: Range<Int>, rows: NumberBlock<Float>, blocks: [[Range<Int>]], depth: Int) {
        withUnsafeTemporaryAllocation(of: Lanes.self, capacity: max(1, depth)) { weights in
            weights.initialize(repeating: .zero)
            for (lane, column) in columns.enumerated() { writeColumn(column, lane: lane, to: weights) }
            for row in 0..<multiply.rows { runRow(row, columns, rows.row(row), UnsafeBufferPointer(weights), blocks) }
        }
    }

    private func runRow(
        _ row: Int, _ columns: Range<Int>, _ activations: UnsafeMutablePointer<Float>,
        _ weights: UnsafeBufferPointer<Lanes>, _ blocks: [[Range<Int>]]
    ) {
        var totals = Lanes.zero
        if multiply.accumulate, sums != .converted {
            for (lane, column) in columns.enumerated() { totals[lane] = accumulators.float(row: row, column: column) }
        }
        var sum = sums == .direct ? totals : .zero
        for (kBlock, parts) in zip(schedule.kBlocks, blocks) {
            for part in parts { sum += tree(activations, weights, part) }
            guard kBlock.endsSegment, sums == .scaled else { continue }
            var scales = Lanes.zero
            for (lane, column) in columns.enumerated() {
                scales[lane] = parameters.scale(row: row, column: column, segment: kBlock.segment)
            }
            let terms = sum * scales
            totals += terms
            sum = .zero
        }
        for (lane, column) in columns.enumerated() {
            switch sums {
            case .converted, .integer:
                accumulators.add(
                    ArraySums.converted(sum[lane]), row: row, column: column, fresh: !multiply.accumulate)
            case .direct: accumulators.store(sum[lane], row: row, column: column)
            case .scaled, .scaledInParts: accumulators.store(totals[lane], row: row, column: column)
            }
        }
    }

    /// The tree over products, each rounded as the contract says.
    @inline(__always)
    private func tree(_ a: UnsafeMutablePointer<Float>, _ w: UnsafeBufferPointer<Lanes>, _ part: Range<Int>) -> Lanes {
        switch rounding {
        case .single: Self.tree(part) { w[$0] * a[$0] }
        case .half: Self.tree(part) { Self.half(w[$0] * a[$0]) }
        case .halfTerms: Self.tree(part) { Self.sumOfTerms(a[$0], w[$0]) }
        }
    }

    /// The pairwise tree of up to 16 products, in pairs as they come.
    @inline(__always)
    private static func tree(_ part: Range<Int>, _ productAt: (Int) -> Lanes) -> Lanes {
        let start = part.lowerBound
        let end = part.upperBound
        @inline(__always) func product(_ k: Int) -> Lanes { k < end ? productAt(k) : .zero }
        @inline(__always) func four(_ k: Int) -> Lanes {
            (product(k) + product(k + 1)) + (product(k + 2) + product(k + 3))
        }
        return (four(start) + four(start + 4)) + (four(start + 8) + four(start + 12))
    }

    /// Rounded to binary16, all lanes at once: 13 fraction bits are dropped, ties to even; below 2^-14 the sum with 0.5, whose
    /// unit in the last place is 2^-24, rounds to multiples of it; from 65520 on infinity.
    @inline(__always)
    private static func half(_ x: Lanes) -> Lanes {
        let bits = unsafeBitCast(x, to: Bits.self)
        let magnitude: Bits = bits & Bits(repeating: 0x7FFF_FFFF)
        let isOdd: Bits = (magnitude &>> Bits(repeating: 13)) & Bits(repeating: 1)
        let carried: Bits = magnitude &+ Bits(repeating: 0xFFF) &+ isOdd
        var rounded: Bits = carried & Bits(repeating: 0xFFFF_E000)
        let half = Lanes(repeating: 0.5)
        let small: Lanes = (unsafeBitCast(magnitude, to: Lanes.self) + half) - half
        rounded.replace(with: unsafeBitCast(small, to: Bits.self), where: magnitude .< Bits(repeating: 0x3880_0000))
        rounded.replace(with: Bits(repeating: 0x7F80_0000), where: magnitude .>= Bits(repeating: 0x477F_F000))
        rounded.replace(with: Bits(repeating: 0x7FC0_0000), where: magnitude .> Bits(repeating: 0x7F80_0000))
        return unsafeBitCast(rounded | (bits ^ magnitude), to: Lanes.self)
    }

    /// Copies of the activation for the bits of the weights' magnitudes, all lanes bit by bit.
    @inline(__always)
    private static func sumOfTerms(_ a: Float, _ w: Lanes) -> Lanes {
        // No finite copies; 0 times infinity is NaN.
        guard a.isFinite else { return w * a }
        var magnitudes = Bits.zero
        var present: UInt32 = 0
        for lane in 0..<Lanes.scalarCount {
            magnitudes[lane] = UInt32(w[lane].magnitude)
            present |= magnitudes[lane]
        }
        var sum = Lanes.zero
        var copy = a
        while present != 0 {
            let added = unsafeBitCast(half(sum + Lanes(repeating: copy)), to: Bits.self)
            let taken: Bits = Bits.zero &- (magnitudes & Bits(repeating: 1))
            let kept: Bits = unsafeBitCast(sum, to: Bits.self) & ~taken
            sum = unsafeBitCast((added & taken) | kept, to: Lanes.self)
            copy = Binary16.widened(Binary16.narrowed(copy + copy))
            magnitudes = magnitudes &>> Bits(repeating: 1)
            present >>= 1
        }
        let signs: Bits = unsafeBitCast(w, to: Bits.self) & Bits(repeating: 0x8000_0000)
        return unsafeBitCast(unsafeBitCast(sum, to: Bits.self) ^ signs, to: Lanes.self)
    }

    // MARK: - Operands as f32

    /// An integer rounded to the ports' significant bits, ties to even.
    private func port(_ integer: Int) -> Float {
        guard integer != 0, significandBits < 24 else { return Float(integer) }
        let drop = UInt32(24 - significandBits)
        let pattern = Float(integer).bitPattern
        let rounded = pattern &+ (1 << (drop - 1) - 1) &+ (pattern >> drop & 1)
        return Float(bitPattern: rounded & ~(1 << drop - 1))
    }

    /// A weight less its zero point as it is, or scaled and rounded to f16.
    private func operand(_ integer: Int, _ scale: Float?) -> Float {
        guard let scale else { return port(integer) }
        return Codec.float16.float(ofCode: Codec.float16.code(ofFloat: Float(integer) * scale))
    }

    private func writeRow(_ row: Int, to numbers: UnsafeMutablePointer<Float>) {
        let bytes = UnsafeRawBufferPointer(memory[multiply.activations.space])
        let nest = ActivationNest(multiply: multiply)
        let base = nest.row(row)
        let codec = multiply.activationFormat.codec ?? .int8
        let width = multiply.activationFormat.elementBytes
        var next = numbers
        nest.forEachRun { offset in
            for k in 0..<multiply.run {
                let place = base + offset + k * width
                let code = width == 2
                    ? UInt32(bytes.loadUnaligned(fromByteOffset: place, as: UInt16.self)) : UInt32(bytes[place])
                next[k] = codec.isFloat
                    ? codec.float(ofCode: code) : port(Int(multiply.activation(UInt8(truncatingIfNeeded: code))))
            }
            next += multiply.run
        }
    }

    private func writeColumn(_ column: Int, lane: Int, to weights: UnsafeMutableBufferPointer<Lanes>) {
        let bytes = UnsafeRawBufferPointer(memory.weights)
        let depth = schedule.cut.depth
        for group in 0..<schedule.cut.weightGroups {
            let start = group * schedule.cut.weightGroup
            let end = min(schedule.cut.depth, start + schedule.cut.weightGroup)
            let zero = multiply.codes.readsZeros ? parameters.zero(column: column, group: group) : 0
            let scale = parameters.operandScale(column: column, group: group)
            for k in start..<end {
                let code = layout.code(bytes, base: multiply.weights, depth: depth, column: column, k: k)
                weights[k][lane] = number(code, zero: zero, scale: scale)
            }
        }
    }

    private func number(_ code: UInt16, zero: Int, scale: Float?) -> Float {
        switch multiply.codes {
        case .offset: operand(Int(code) - zero, scale)
        case .bipolar: operand(Int(Codec.bipolar(bits: multiply.weightBits).value(ofCode: UInt32(code))), scale)
        case .twosComplement: operand(Int(Codec.int8.value(ofCode: UInt32(code))) - zero, scale)
        case .float16, .bfloat16, .float8e4m3, .float8e5m2, .float6e2m3, .float6e3m2, .float4e2m1, .pairsInt4,
            .pairsFlint4, .pairsInt8, .pairsInt8E2M5, .flint4, .uflint4, .dictionary:
            multiply.codes.floatCodec?.float(ofCode: UInt32(code)) ?? 0
        }
    }
}
