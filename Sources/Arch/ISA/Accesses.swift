/// A memory of the machine as instructions see it.
public enum Memory: Hashable, Sendable {
    case dram
    case scratchpad(Space)

    public var name: String {
        switch self {
        case .dram: "dram"
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

    init(_ local: LocalAddress, run: Int, loops: [ByteNest.Loop] = []) {
        self.init(.scratchpad(local.space), ByteNest(base: local.offset, run: run, loops: loops))
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
        switch body {
        case .load(let transfer): Accesses(reads: [transfer.dramAccess], writes: [transfer.localAccess])
        case .store(let transfer): Accesses(reads: [transfer.localAccess], writes: [transfer.dramAccess])
        case .gather(let gather): gather.accesses
        case .fill(let fill):
            Accesses(writes: [
                Access(
                    fill.local, run: fill.rowBytes, loops: fill.loops.map { .init(count: $0.count, stride: $0.stride) })
            ])
        case .mma(let multiply): multiply.accesses(engines: engines, shape: nil)
        case .lmma(let multiply, let shape): multiply.accesses(engines: engines, shape: shape)
        case .buildTables(let build): build.accesses
        case .elementwise(let elementwise): elementwise.accesses
        case .reduce(let reduce): reduce.accesses
        }
    }
}

extension Transfer {
    var dramAccess: Access {
        Access(
            .dram,
            ByteNest(base: dram, run: rowBytes, loops: loops.map { .init(count: $0.count, stride: $0.dramStride) }))
    }
    var localAccess: Access {
        Access(local, run: rowBytes, loops: loops.map { .init(count: $0.count, stride: $0.localStride) })
    }
}

extension Gather {
    /// Every row of the table may be read: the indices are data.
    var accesses: Accesses {
        Accesses(
            reads: [
                Access(index, run: 4 * count),
                Access(.dram, ByteNest(base: dram, run: rowBytes, loops: [.init(count: rows, stride: rowPitch)])),
            ],
            writes: [Access(local, run: rowBytes, loops: [.init(count: count, stride: localStride)])])
    }
}

extension BuildTables {
    var accesses: Accesses {
        let rows = [outerRows, innerRows].map { ByteNest.Loop(count: $0.count, stride: $0.stride) }
        var result = Accesses(
            reads: [Access(source.address, run: elements * source.type.bytes, loops: rows)],
            writes: [
                Access(
                    LocalAddress(.tables, tables), run: tablesPerRow * format.tableBytes,
                    loops: [.init(count: self.rows, stride: tablePitch)])
            ])
        if !entries.isExact {
            result.writes.append(
                Access(scales, run: 4 * scalesPerRow, loops: [.init(count: self.rows, stride: scalePitch)]))
        }
        return result
    }
}

extension Elementwise {
    var accesses: Accesses {
        func nest(_ operand: Operand, bytes: Int? = nil, _ stride: KeyPath<VectorLoop, Int>) -> Access {
            Access(
                operand.address, run: bytes ?? operand.type.bytes,
                loops: loops.map { .init(count: $0.count, stride: $0[keyPath: stride]) })
        }
        var result = Accesses(reads: [nest(a, \.a)], writes: [nest(destination, \.destination)])
        if case .memory(let operand) = b { result.reads.append(nest(operand, bytes: secondBytes(operand), \.b)) }
        if function == .multiplyAccumulate { result.reads.append(nest(destination, \.destination)) }
        return result
    }

    /// The dyadic record is bias, multiplier and shift, four bytes each.
    private func secondBytes(_ operand: Operand) -> Int {
        if case .requantiseDyadic = function { 12 } else { operand.type.bytes }
    }
}

extension Reduce {
    var accesses: Accesses {
        Accesses(
            reads: [
                Access(
                    a.address, run: a.type.bytes,
                    loops: (outer + inner).map { .init(count: $0.count, stride: $0.a) })
            ],
            writes: [
                Access(
                    destination.address, run: destination.type.bytes,
                    loops: outer.map { .init(count: $0.count, stride: $0.destination) })
            ])
    }
}
