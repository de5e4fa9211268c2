import Arch

/// Elementwise instructions block by block: read and widen, compute, narrow and write.
struct StagedElementwise: @unchecked Sendable {
    private let shared: Shared<ElementwisePlan>
    let destination: UnsafeMutableRawPointer
    let a: UnsafeRawPointer
    /// `nil` when b is not in memory.
    let b: UnsafeRawPointer?
    private let rowsPerBlock: Int
    private let piecesPerRow: Int

    init(
        _ shared: Shared<ElementwisePlan>, destination: UnsafeMutableRawPointer, a: UnsafeRawPointer, b: UnsafeRawPointer?
    ) {
        self.shared = shared
        self.destination = destination
        self.a = a
        self.b = b
        rowsPerBlock = max(1, Stage.capacity / shared.value.columns)
        piecesPerRow = (shared.value.columns - 1) / Stage.capacity + 1
    }

    /// With its addresses looked up; `nil` where it is executed element by element.
    init?(_ shared: Shared<ElementwisePlan>, on scratchpads: ScratchpadMemory) {
        guard shared.value.method == .staged else { return nil }
        let (destination, a, b) = scratchpads.operands(shared.value.work)
        self.init(shared, destination: destination, a: a, b: b)
    }

    private var plan: ElementwisePlan {
        @inline(__always) _read { yield shared.value }
    }

    /// Some rows, whole or one piece of one row.
    struct Block {
        var row: Int
        var rows: Int
        var column: Int
        var columns: Int
        var elements: Int { rows * columns }
    }

    private var blocks: Int { ((plan.rows - 1) / rowsPerBlock + 1) * piecesPerRow }

    private func block(_ index: Int) -> Block {
        if index == 0 {
            return Block(
                row: 0, rows: min(rowsPerBlock, plan.rows), column: 0, columns: min(Stage.capacity, plan.columns))
        }
        let row = index / piecesPerRow * rowsPerBlock
        let column = index % piecesPerRow * Stage.capacity
        return Block(
            row: row, rows: min(rowsPerBlock, plan.rows - row), column: column,
            columns: min(Stage.capacity, plan.columns - column))
    }

    func execute(_ parallel: Parallel) {
        guard !plan.passes.isEmpty else { return executePass(parallel) }
        let counts = plan.passes.map(\.count)
        for index in 0..<counts.reduce(1, *) {
            var rest = index
            var walkA = 0
            var walkB = 0
            for loop in plan.passes.reversed() {
                walkA += rest % loop.count * loop.a
                walkB += rest % loop.count * loop.b
                rest /= loop.count
            }
            let pass = StagedElementwise(shared, destination: destination, a: a + walkA, b: b.map { $0 + walkB })
            pass.executePass(parallel)
        }
    }

    private func executePass(_ parallel: Parallel) {
        if let transposition = Transposition(plan, destination: destination, source: a) {
            return transposition.execute(parallel)
        }
        parallel.run(blocks, elements: plan.rows * plan.columns) { range, stage in
            fillImmediate(stage)
            for index in range { execute(block(index), stage) }
        }
    }

    /// An immediate b fills its block once for all.
    private func fillImmediate(_ stage: Stage) {
        guard case .immediate(let bits) = plan.work.b else { return }
        let count = min(Stage.capacity, plan.rows * plan.columns)
        if plan.work.function.kinds.b == .integer {
            stage.integer1.update(repeating: Int32(bitPattern: bits), count: count)
        } else {
            stage.float1.update(repeating: Float(bitPattern: bits), count: count)
        }
    }

    private func execute(_ block: Block, _ stage: Stage) {
        if case .copy = plan.work.function { return copy(block) }
        let work = plan.work
        let kinds = work.function.kinds
        if kinds.a == .float {
            readFloats(work.a.type, a, plan.aStrides, block, stage.float0)
        } else {
            readIntegers(work.a.type, a, plan.aStrides, block, stage.integer0)
        }
        if let b, case .memory(let operand) = work.b { readSecond(operand, b, kinds.b, block, stage) }
        if work.function == .multiplyAccumulate {
            readIntegers(.int32, destination, plan.destinationStrides, block, stage.integer2)
        }
        StagedKernels(stage: stage, count: block.elements).compute(work)
        if case .mask(let diagonal, let window) = work.function {
            mask(block, stage, diagonal: diagonal, window: window)
        }
        write(block, stage, kinds.destination)
    }

    private func readSecond(
        _ operand: Operand, _ b: UnsafeRawPointer, _ kind: OperandKind, _ block: Block, _ stage: Stage
    ) {
        switch kind {
        case .float: readFloats(operand.type, b, plan.bStrides, block, stage.float1)
        case .integer: readIntegers(operand.type, b, plan.bStrides, block, stage.integer1)
        case .record:
            readIntegers(.int32, b, plan.bStrides, block, stage.integer1)
            readIntegers(.int32, b + 4, plan.bStrides, block, stage.integer2)
            readIntegers(.int32, b + 8, plan.bStrides, block, stage.integer3)
        case .none: break
        }
    }

    @inline(__always)
    private func forEachRow(_ block: Block, _ strides: SIMD4<Int>, _ body: (_ offset: Int, _ position: Int) -> Void) {
        var cursor = RowCursor(row: block.row, counts: plan.counts, strides: strides)
        var position = 0
        for _ in 0..<block.rows {
            body(cursor.offset + block.column * strides[3], position)
            position += block.columns
            cursor.next()
        }
    }

    private func readFloats(
        _ type: ElementType, _ base: UnsafeRawPointer, _ strides: SIMD4<Int>, _ block: Block,
        _ out: UnsafeMutablePointer<Float>
    ) {
        forEachRow(block, strides) { Widen.floats(type, base + $0, strides[3], block.columns, out + $1) }
    }

    private func readIntegers(
        _ type: ElementType, _ base: UnsafeRawPointer, _ strides: SIMD4<Int>, _ block: Block,
        _ out: UnsafeMutablePointer<Int32>
    ) {
        forEachRow(block, strides) { Widen.integers(type, base + $0, strides[3], block.columns, out + $1) }
    }

    private func write(_ block: Block, _ stage: Stage, _ kind: OperandKind) {
        let strides = plan.destinationStrides
        let type = plan.work.destination.type
        if kind == .float {
            forEachRow(block, strides) { 
                Narrow.floats(stage.float0 + $1, block.columns, type, destination + $0, strides[3])
             }
        } else {
            forEachRow(block, strides) {
                Narrow.integers(stage.integer0 + $1, block.columns, type, destination + $0, strides[3])
            }
        }
    }

    private func mask(_ block: Block, _ stage: Stage, diagonal: Int32, window: Int32) {
        for row in 0..<block.rows {
            let kept = MaskRow(row: (block.row + row) % plan.counts[2], diagonal: diagonal, window: window)
            let out = stage.float0 + row * block.columns
            let low = min(max(kept.low, block.column), block.column + block.columns) - block.column
            let high = min(max(kept.high, block.column + low), block.column + block.columns) - block.column
            for column in 0..<low { out[column] = -.infinity }
            for column in high..<block.columns { out[column] = -.infinity }
        }
    }

    /// Bits move without being read as numbers.
    private func copy(_ block: Block) {
        let size = plan.work.a.type.bytes
        let (from, to) = (plan.aStrides[3], plan.destinationStrides[3])
        var source = RowCursor(row: block.row, counts: plan.counts, strides: plan.aStrides)
        forEachRow(block, plan.destinationStrides) { offset, _ in
            let out = destination + offset
            let row = a + (source.offset + block.column * from)
            switch size {
            case _ where from == size && to == size: out.copyMemory(from: row, byteCount: size * block.columns)
            case 1: Self.copy(UInt8.self, block.columns, from: row, step: from, to: out, step: to)
            case 2: Self.copy(UInt16.self, block.columns, from: row, step: from, to: out, step: to)
            default: Self.copy(UInt32.self, block.columns, from: row, step: from, to: out, step: to)
            }
            source.next()
        }
    }

    @inline(__always)
    private static func copy<Element: BitwiseCopyable>(
        _: Element.Type, _ count: Int, from: UnsafeRawPointer, step: Int, to: UnsafeMutableRawPointer, step outStep: Int
    ) {
        for i in 0..<count {
            to.storeBytes(of: from.loadUnaligned(fromByteOffset: i * step, as: Element.self), toByteOffset: i * outStep, as: Element.self)
        }
    }
}
