import Diagnostics

/// Two accesses to the same bytes that nothing orders.
struct Conflict: Hashable {
    /// By program order.
    var first: Int
    var second: Int
    var firstUnit: Unit
    var secondUnit: Unit
    var firstWrites: Bool
    var secondWrites: Bool
    var memory: Memory
    var bytes: Range<Int>

    /// Named by what the program order intends.
    var hazard: String {
        switch (firstWrites, secondWrites) {
        case (true, true): "write after write"
        case (true, false): "read after write"
        case (false, _): "write after read"
        }
    }

    var diagnostic: Diagnostic {
        func place(_ address: Int) -> String { FieldDescription.hexadecimal(address) }
        return Diagnostic(
            node: "instruction \(second)", field: memory.name,
            "\(hazard): \(secondUnit.name) \(secondWrites ? "writes" : "reads") what instruction \(first) (\(firstUnit.name)) "
                + "\(firstWrites ? "writes" : "reads") within \(place(bytes.lowerBound))..<\(place(bytes.upperBound)), "
                + "and no token orders them")
    }
}

/// Compares every instruction with those that its clock does not put before it. They are few in a program with tokens:
/// of each unit, the accesses since the last one that the instruction waited for.
struct ConflictScan {
    /// An access that was made, kept in the order of its unit's queue.
    private struct Record {
        var instruction: Int
        var position: Int32
        var bytes: ByteNest
    }

    let order: ExecutionOrder
    let engines: [any Engine]
    private(set) var conflicts: [Conflict] = []
    private(set) var count = 0
    /// Accesses of one kind by one unit to one memory; see `log`.
    private var logs: [[Record]]

    private static let memories: [Memory] = GlobalMemory.allCases.map { .global($0) } + Space.allCases.map { .scratchpad($0) }

    init(order: ExecutionOrder, engines: [any Engine]) {
        self.order = order
        self.engines = engines
        logs = Array(repeating: [], count: Self.memories.count * ExecutionOrder.units * 2)
    }

    mutating func run() {
        for index in order.order {
            let accesses = order.instructions[index].accesses(engines: engines)
            for access in accesses.writes {
                compare(index, access, writes: true, withWrites: true)
                compare(index, access, writes: true, withWrites: false)
            }
            for access in accesses.reads { compare(index, access, writes: false, withWrites: true) }
            for access in accesses.writes { record(index, access, writes: true) }
            for access in accesses.reads { record(index, access, writes: false) }
        }
        conflicts.sort { ($0.second, $0.first) < ($1.second, $1.first) }
    }

    private static func log(_ memory: Memory, _ unit: Unit, writes: Bool) -> Int {
        let place: Int =
            switch memory {
            case .global(let memory): Int(memory.rawValue)
            case .scratchpad(let space): GlobalMemory.allCases.count + Int(space.rawValue)
            }
        return (place * ExecutionOrder.units + Int(unit.rawValue)) * 2 + (writes ? 1 : 0)
    }

    private mutating func record(_ index: Int, _ access: Access, writes: Bool) {
        guard !access.bytes.isEmpty else { return }
        logs[Self.log(access.memory, order.instructions[index].unit, writes: writes)].append(
            Record(instruction: index, position: order.position[index], bytes: access.bytes))
    }

    private mutating func compare(_ index: Int, _ access: Access, writes: Bool, withWrites: Bool) {
        let unit = order.instructions[index].unit
        for other in Unit.allCases where other != unit {
            let known = order.clocks[index * ExecutionOrder.units + Int(other.rawValue)]
            let log = Self.log(access.memory, other, writes: withWrites)
            for place in logs[log].indices.reversed() {
                guard logs[log][place].position >= known else { break }
                guard access.bytes.overlaps(logs[log][place].bytes) else { continue }
                report(index, access, writes, logs[log][place], withWrites)
            }
        }
    }

    private mutating func report(_ index: Int, _ access: Access, _ writes: Bool, _ other: Record, _ otherWrites: Bool) {
        count += 1
        guard conflicts.count < OrderingChecker.listed else { return }
        let isFirst = index < other.instruction
        let (first, second) = isFirst ? (index, other.instruction) : (other.instruction, index)
        conflicts.append(
            Conflict(
                first: first, second: second, firstUnit: order.instructions[first].unit,
                secondUnit: order.instructions[second].unit, firstWrites: isFirst ? writes : otherWrites,
                secondWrites: isFirst ? otherWrites : writes, memory: access.memory,
                bytes: access.bytes.bounds.clamped(to: other.bytes.bounds)))
    }
}
