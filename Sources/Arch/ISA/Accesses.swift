/// A memory of the machine as instructions see it.
public enum Memory: Hashable, Sendable {
    case global(GlobalMemory)
    case scratchpad(Space)

    public static let dram = Memory.global(.dram)

    public var name: String {
        switch self {
        case .global(let memory): memory.name
        case .scratchpad(let space): space.name
        }
    }
}

/// Bytes of one memory that an instruction reads or writes.
public struct Access: Hashable, Sendable {
    public var memory: Memory
    public var bytes: ByteNest

    public init(_ memory: Memory, _ bytes: ByteNest) {
        self.memory = memory
        self.bytes = bytes
    }

    public func overlaps(_ other: Access) -> Bool { memory == other.memory && bytes.overlaps(other.bytes) }
}

/// Everything that one instruction touches. An access that it both reads and writes is in both lists.
public struct Accesses: Hashable, Sendable {
    public var reads: [Access]
    public var writes: [Access]
    public init(reads: [Access] = [], writes: [Access] = []) {
        self.reads = reads
        self.writes = writes
    }
}

extension Instruction {
    /// What the instruction reads and writes, on a machine with these engines (their weight layouts have sizes of their
    /// own).
    public func accesses(engines: [any Engine]) -> Accesses {
        var result = Accesses()
        forEachSpan(engines: engines) { span in
            if span.isWrite { result.writes.append(span.access) } else { result.reads.append(span.access) }
        }
        return result
    }

    /// The same, one after the other and as the fields of the instruction say it.
    public func forEachSpan(engines: [any Engine], _ visit: (AccessSpan) -> Void) {
        switch body {
        case .load(let transfer):
            visit(transfer.globalSpan(isWrite: false))
            visit(transfer.localSpan(isWrite: true))
        case .store(let transfer):
            visit(transfer.localSpan(isWrite: false))
            visit(transfer.globalSpan(isWrite: true))
        case .gather(let gather): gather.forEachSpan(visit)
        case .fill(let fill):
            var span = AccessSpan(fill.local, run: fill.rowBytes, isWrite: true)
            for index in fill.loops.indices {
                span.loops[index] = .init(count: fill.loops[index].count, stride: fill.loops[index].stride)
            }
            visit(span)
        case .mma(let multiply): multiply.forEachSpan(engines: engines, shape: nil, visit)
        case .lmma(let multiply, let shape): multiply.forEachSpan(engines: engines, shape: shape, visit)
        case .buildTables(let build): build.forEachSpan(visit)
        case .elementwise(let elementwise): elementwise.forEachSpan(visit)
        case .reduce(let reduce): reduce.forEachSpan(visit)
        }
    }
}

extension Transfer {
    fileprivate func globalSpan(isWrite: Bool) -> AccessSpan {
        var span = AccessSpan(global, run: rowBytes, isWrite: isWrite)
        for index in loops.indices {
            span.loops[index] = .init(count: loops[index].count, stride: loops[index].globalStride)
        }
        return span
    }

    fileprivate func localSpan(isWrite: Bool) -> AccessSpan {
        var span = AccessSpan(local, run: rowBytes, isWrite: isWrite)
        for index in loops.indices {
            span.loops[index] = .init(count: loops[index].count, stride: loops[index].localStride)
        }
        return span
    }
}

extension Gather {
    /// Every row of the table may be read: the indices are data.
    fileprivate func forEachSpan(_ visit: (AccessSpan) -> Void) {
        visit(AccessSpan(index, run: 4 * count, isWrite: false))
        var table = AccessSpan(global, run: rowBytes, isWrite: false)
        table.loops[0] = .init(count: rows, stride: rowPitch)
        visit(table)
        visit(AccessSpan(local, run: rowBytes, count: count, stride: localStride, isWrite: true))
    }
}

extension BuildTables {
    fileprivate func forEachSpan(_ visit: (AccessSpan) -> Void) {
        var read = AccessSpan(source.address, run: elements * source.type.bytes, isWrite: false)
        read.loops[0] = .init(count: outerRows.count, stride: outerRows.stride)
        read.loops[1] = .init(count: innerRows.count, stride: innerRows.stride)
        visit(read)
        if let selection { visit(AccessSpan(selection.positions, run: positionBytes, isWrite: false)) }
        visit(AccessSpan(
            LocalAddress(.tables, tables), run: tablesPerRow * format.tableBytes, count: rows, stride: tablePitch,
            isWrite: true))
        if !entries.isExact {
            visit(AccessSpan(scales, run: 4 * scalesPerRow, count: rows, stride: scalePitch, isWrite: true))
        }
    }
}

extension Elementwise {
    fileprivate func forEachSpan(_ visit: (AccessSpan) -> Void) {
        var (first, second, result) = (AccessSpan.Loops(), AccessSpan.Loops(), AccessSpan.Loops())
        for index in loops.indices {
            let loop = loops[index]
            first[index] = .init(count: loop.count, stride: loop.a)
            second[index] = .init(count: loop.count, stride: loop.b)
            result[index] = .init(count: loop.count, stride: loop.destination)
        }
        visit(AccessSpan(a.address, run: a.type.bytes, loops: first, isWrite: false))
        if case .memory(let operand) = b {
            visit(AccessSpan(operand.address, run: secondBytes(operand), loops: second, isWrite: false))
        }
        if function == .multiplyAccumulate {
            visit(AccessSpan(destination.address, run: destination.type.bytes, loops: result, isWrite: false))
        }
        visit(AccessSpan(destination.address, run: destination.type.bytes, loops: result, isWrite: true))
    }

    /// The dyadic record is bias, multiplier and shift, four bytes each.
    private func secondBytes(_ operand: Operand) -> Int {
        if case .requantiseDyadic = function { 12 } else { operand.type.bytes }
    }
}

extension Reduce {
    fileprivate func forEachSpan(_ visit: (AccessSpan) -> Void) {
        var read = AccessSpan(a.address, run: a.type.bytes, isWrite: false)
        var write = AccessSpan(destination.address, run: destination.type.bytes, isWrite: true)
        for index in 0..<2 {
            read.loops[index] = .init(count: outer[index].count, stride: outer[index].a)
            read.loops[2 + index] = .init(count: inner[index].count, stride: inner[index].a)
            write.loops[index] = .init(count: outer[index].count, stride: outer[index].destination)
        }
        visit(read)
        visit(write)
    }
}
