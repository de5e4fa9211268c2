import Arch

/// The bytes that an instruction touches, as bounding intervals: never too few, sometimes too many, which only
/// costs overlap. `Arch` has the exact sets that the ordering checker uses.
struct Footprint {
    enum Memory: Hashable {
        case dram
        case local(Space)
    }
    struct Access {
        var memory: Memory
        var range: Range<Int>
    }
    var reads: [Access] = []
    var writes: [Access] = []

    fileprivate mutating func read(_ address: LocalAddress, _ extent: Range<Int>) {
        reads.append(Access(memory: .local(address.space), range: extent.shifted(address.offset)))
    }
    fileprivate mutating func write(_ address: LocalAddress, _ extent: Range<Int>) {
        writes.append(Access(memory: .local(address.space), range: extent.shifted(address.offset)))
    }
}

extension Range<Int> {
    fileprivate func shifted(_ offset: Int) -> Range<Int> { (lowerBound + offset)..<(upperBound + offset) }
}

/// Bytes spanned by a nest of loops around an item of `bytes`.
private func extent(_ loops: [(count: Int, stride: Int)], bytes: Int) -> Range<Int> {
    var low = 0
    var high = bytes
    for loop in loops {
        let reach = (loop.count - 1) * loop.stride
        if reach < 0 { low += reach } else { high += reach }
    }
    return low..<high
}

extension Instruction {
    func footprint(engines: [any Engine]) -> Footprint {
        var result = Footprint()
        switch body {
        case .load(let transfer):
            result.reads.append(transfer.dramAccess)
            result.write(transfer.local, extent(transfer.loops.map { ($0.count, $0.localStride) }, bytes: transfer.rowBytes))
        case .store(let transfer):
            result.read(transfer.local, extent(transfer.loops.map { ($0.count, $0.localStride) }, bytes: transfer.rowBytes))
            result.writes.append(transfer.dramAccess)
        case .gather(let gather):
            let span = (gather.rows - 1) * gather.rowPitch + gather.rowBytes
            result.reads.append(.init(memory: .dram, range: gather.dram..<(gather.dram + span)))
            result.read(gather.index, 0..<(4 * gather.count))
            result.write(gather.local, extent([(gather.count, gather.localStride)], bytes: gather.rowBytes))
        case .fill(let fill):
            result.write(fill.local, extent(fill.loops.map { ($0.count, $0.stride) }, bytes: fill.rowBytes))
        case .mma(let multiply): result.add(multiply, engines: engines)
        case .lmma(let multiply, _): result.add(multiply, engines: engines)
        case .buildTables(let build): result.add(build)
        case .elementwise(let elementwise): result.add(elementwise)
        case .reduce(let reduce): result.add(reduce)
        }
        return result
    }
}

extension Transfer {
    fileprivate var dramAccess: Footprint.Access {
        .init(memory: .dram, range: extent(loops.map { ($0.count, $0.dramStride) }, bytes: rowBytes).shifted(dram))
    }
}

extension Footprint {
    fileprivate mutating func add(_ multiply: Multiply, engines: [any Engine]) {
        let run = multiply.activationFormat.tableBytes.map { (multiply.run + 3) / 4 * $0 } ?? multiply.run
        let nest = [multiply.outerRows, multiply.innerRows, multiply.ky, multiply.kx]
        read(multiply.activations, extent(nest.map { ($0.count, $0.stride) }, bytes: run))
        let engine = engines[multiply.engine]
        let blocks = (multiply.columns + engine.columnBlock - 1) / engine.columnBlock
        let granules = (multiply.run + engine.depthBlock - 1) / engine.depthBlock * engine.depthBlock
        let depth = multiply.ky.count * multiply.kx.count * granules
        let weightBytes = blocks * engine.weightBytes(depth: depth, weightBits: multiply.weightBits)
        read(LocalAddress(.weights, multiply.weights), 0..<weightBytes)
        let columns = blocks * engine.columnBlock
        var groups = 1
        if case .scaled(let weights, let activations) = multiply.output {
            if let weights {
                groups = (multiply.depth + weights.group - 1) / weights.group
                read(LocalAddress(.weights, weights.offset), 0..<(columns * groups * weights.format.bytes))
            }
            if let activations {
                let count = (multiply.depth + activations.group - 1) / activations.group
                read(activations.local, 0..<((multiply.rows - 1) * activations.rowPitch + 4 * count))
            }
        }
        if case .table(let offset) = multiply.zero {
            read(LocalAddress(.weights, offset), 0..<(columns * groups * 2))
        }
        let sums = 0..<((multiply.rows - 1) * multiply.accumulatorPitch + 4 * multiply.columns)
        if multiply.accumulate { read(LocalAddress(.accumulators, multiply.accumulators), sums) }
        write(LocalAddress(.accumulators, multiply.accumulators), sums)
    }

    fileprivate mutating func add(_ build: BuildTables) {
        let rows = [(build.outerRows.count, build.outerRows.stride), (build.innerRows.count, build.innerRows.stride)]
        read(build.source.address, extent(rows, bytes: build.elements * build.source.type.bytes))
        let bytes = 8 * build.entries.bytes * build.quads
        write(LocalAddress(.tables, build.tables), 0..<((build.rows - 1) * build.tablePitch + bytes))
        let scales: Int
        switch build.entries {
        case .exact: scales = 0
        case .int8PerTable: scales = build.quads
        case .int8Per64: scales = (build.quads + 15) / 16
        }
        if scales > 0 { write(build.scales, 0..<((build.rows - 1) * build.scalePitch + 4 * scales)) }
    }

    fileprivate mutating func add(_ op: Elementwise) {
        read(op.a.address, extent(op.loops.map { ($0.count, $0.a) }, bytes: op.a.type.bytes))
        if case .memory(let b) = op.b {
            let record = if case .requantiseDyadic = op.function { 12 } else { b.type.bytes }
            read(b.address, extent(op.loops.map { ($0.count, $0.b) }, bytes: record))
        }
        let span = extent(op.loops.map { ($0.count, $0.destination) }, bytes: op.destination.type.bytes)
        if op.function == .multiplyAccumulate { read(op.destination.address, span) }
        write(op.destination.address, span)
    }

    fileprivate mutating func add(_ op: Reduce) {
        read(op.a.address, extent((op.outer + op.inner).map { ($0.count, $0.a) }, bytes: op.a.type.bytes))
        write(op.destination.address, extent(op.outer.map { ($0.count, $0.destination) }, bytes: op.destination.type.bytes))
    }
}
