import Arch
import Dispatch
import Formats

/// The fast path of a float array: operands are decoded to f32 once, then summed as the contract says, eight columns at a
/// time. Tasks own disjoint columns, so the bits do not depend on the number of threads.
struct MACFloatDot: Sendable {
    private let engine: MACArray
    private let multiply: Multiply
    private let memory: CoreMemory
    private let schedule: StationarySchedule
    private let parameters: GroupParameters
    private let accumulators: AccumulatorFile
    private let sums: MACSums

    private typealias Lanes = SIMD8<Float>

    init(_ engine: MACArray, _ multiply: Multiply, memory: CoreMemory) {
        self.engine = engine
        self.multiply = multiply
        self.memory = memory
        schedule = engine.schedule(multiply)
        parameters = GroupParameters(
            multiply, memory: memory, columnBlock: engine.columns, weightGroups: schedule.cut.weightGroups)
        accumulators = AccumulatorFile(multiply: multiply, memory: memory)
        sums = engine.sums(multiply)
    }

    /// Whether the sums are exact integers whatever the codes: then the integer kernel gives the same bits.
    static func isExactInteger(_ multiply: Multiply, _ engine: MACArray, _ memory: CoreMemory) -> Bool {
        guard engine.operands.significandBits == 11, !multiply.activationFormat.isFloat, multiply.codes.floatCodec == nil,
            engine.sums(multiply).leaveBySegment
        else { return false }
        let cut = KCut(multiply, granule: 1)
        let parameters = GroupParameters(
            multiply, memory: memory, columnBlock: engine.columns, weightGroups: cut.weightGroups)
        let weight = greatestWeight(multiply, parameters, groups: cut.weightGroups)
        // Integers up to 2^11 pass the multiplier's ports unrounded.
        guard weight <= 1 << 11 else { return false }
        let activation = multiply.activationFormat == .uint8 ? 255 : 128
        let longest = cut.segments.map(\.range.count).max() ?? 0
        return longest <= (1 << 24) / (activation * max(1, weight))
    }

    /// Bound of |w - z| by the width of the codes and the zero points in use.
    private static func greatestWeight(_ multiply: Multiply, _ parameters: GroupParameters, groups: Int) -> Int {
        let codes =
            switch multiply.codes {
            case .bipolar: -((1 << multiply.weightBits) - 1)...(1 << multiply.weightBits) - 1
            case .twosComplement: -128...127
            default: 0...(1 << multiply.weightBits) - 1
            }
        let zeros: [Int]
        if case .table = multiply.zero, multiply.codes.readsZeros {
            zeros = (0..<multiply.columns).flatMap { column in
                (0..<groups).map { parameters.zero(column: column, group: $0) }
            }
        } else {
            zeros = [parameters.zero(column: 0, group: 0)]
        }
        return zeros.reduce(0) { max($0, abs(codes.lowerBound - $1), abs(codes.upperBound - $1)) }
    }

    func run() {
        let depth = schedule.cut.depth
        guard multiply.rows > 0, multiply.columns > 0 else { return }
        let blocks = schedule.kBlocks.map { block in
            stride(from: block.range.lowerBound, to: block.range.upperBound, by: DotContract.blocked16.lanes).map {
                $0..<min(block.range.upperBound, $0 + DotContract.blocked16.lanes)
            }
        }
        let rows = FloatMatrix(rows: multiply.rows, length: depth)
        defer { rows.deallocate() }
        for row in 0..<multiply.rows { writeRow(row, to: rows.row(row)) }
        let tasks = ceilDivide(multiply.columns, Lanes.scalarCount)
        let work = { @Sendable (task: Int) in
            let first = task * Lanes.scalarCount
            let columns = first..<min(multiply.columns, first + Lanes.scalarCount)
            runColumns(columns, rows: rows, blocks: blocks, depth: depth)
        }
        if multiply.rows * multiply.columns * depth >= 1_000_000 {
            DispatchQueue.concurrentPerform(iterations: tasks, execute: work)
        } else {
            for task in 0..<tasks { work(task) }
        }
    }

    private func runColumns(_ columns: Range<Int>, rows: FloatMatrix, blocks: [[Range<Int>]], depth: Int) {
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
            for part in parts { sum += Self.tree(activations, weights, part) }
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
                    MACArray.converted(sum[lane]), row: row, column: column, fresh: !multiply.accumulate)
            case .direct: accumulators.store(sum[lane], row: row, column: column)
            case .scaled: accumulators.store(totals[lane], row: row, column: column)
            }
        }
    }

    /// The pairwise tree of up to 16 products, in pairs as they come.
    @inline(__always)
    private static func tree(
        _ a: UnsafeMutablePointer<Float>, _ w: UnsafeBufferPointer<Lanes>, _ part: Range<Int>
    ) -> Lanes {
        let start = part.lowerBound
        let end = part.upperBound
        @inline(__always) func product(_ k: Int) -> Lanes { k < end ? w[k] * a[k] : .zero }
        @inline(__always) func four(_ k: Int) -> Lanes {
            (product(k) + product(k + 1)) + (product(k + 2) + product(k + 3))
        }
        return (four(start) + four(start + 4)) + (four(start + 8) + four(start + 12))
    }

    // MARK: - Operands as f32

    /// An integer rounded to the multiplier's significant bits, ties to even.
    private func port(_ integer: Int) -> Float {
        guard let bits = engine.operands.significandBits, integer != 0 else { return Float(integer) }
        let drop = UInt32(24 - bits)
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
        let layout = engine.layout(multiply.weightBits)
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
        case .float16, .bfloat16, .float8e4m3, .float8e5m2, .float6e2m3, .float6e3m2, .float4e2m1:
            multiply.codes.floatCodec?.float(ofCode: UInt32(code)) ?? 0
        }
    }
}

/// Rows of f32. Owned by the caller, who deallocates it.
struct FloatMatrix: @unchecked Sendable {
    private let base: UnsafeMutablePointer<Float>
    private let length: Int

    init(rows: Int, length: Int) {
        self.length = length
        base = .allocate(capacity: max(1, rows * length))
        base.initialize(repeating: 0, count: rows * length)
    }

    @inline(__always)
    func row(_ index: Int) -> UnsafeMutablePointer<Float> { base + index * length }

    func deallocate() { base.deallocate() }
}
