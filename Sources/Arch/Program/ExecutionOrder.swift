/// One order in which a program's instructions can execute, and what each of them is known to come after.
///
/// Units execute their queues in order and complete in order; tokens order instructions of different units. The front
/// end sends instructions in program order to queues of `queueDepth` entries. Token counters and bounded queues are
/// monotone, so either every order of execution finishes or none does, and one run finds out which.
struct ExecutionOrder {
    static let units = Unit.allCases.count

    let instructions: [Instruction]
    /// Position of each instruction in its unit's queue.
    private(set) var position: [Int32]
    /// Instructions in an order in which they can execute; shorter than the program after a deadlock.
    private(set) var order: [Int] = []
    /// clocks[units * i + u]: how many instructions of unit u have completed before instruction i completes, itself
    /// included.
    private(set) var clocks: [Int32]
    /// Signalling instructions of each ordered pair of units, in order; the k-th wait takes the k-th.
    private(set) var signals: [[Int]] = Array(repeating: [], count: units * units)
    /// Waits of each ordered pair that were served.
    private(set) var served = Array(repeating: 0, count: units * units)
    /// Instructions sent and not yet executed.
    private var queues: [[Int]] = Array(repeating: [], count: units)
    private var heads = Array(repeating: 0, count: units)
    /// Instructions sent by the front end.
    private(set) var sent = 0
    private let queueDepth: Int

    init(_ instructions: [Instruction], queueDepth: Int) {
        self.instructions = instructions
        self.queueDepth = max(queueDepth, 1)
        position = Array(repeating: 0, count: instructions.count)
        clocks = Array(repeating: 0, count: instructions.count * Self.units)
        order.reserveCapacity(instructions.count)
        while step() {}
    }

    static func pair(from: Unit, to: Unit) -> Int { Int(from.rawValue) * units + Int(to.rawValue) }

    var isComplete: Bool { order.count == instructions.count }

    /// Whether `first` has completed before `second` starts, `first` being earlier in `order`.
    func precedes(_ first: Int, _ second: Int) -> Bool {
        clocks[second * Self.units + Int(instructions[first].unit.rawValue)] > position[first]
    }

    /// The instruction that each unit is stuck at, with the first unit whose token is missing.
    var blocked: [(instruction: Int, unit: Unit, missing: Unit)] {
        Unit.allCases.compactMap { unit in
            head(unit).flatMap { head in missingToken(of: head).map { (head, unit, $0) } }
        }
    }

    private func head(_ unit: Unit) -> Int? {
        let unit = Int(unit.rawValue)
        return heads[unit] < queues[unit].count ? queues[unit][heads[unit]] : nil
    }

    private func missingToken(of instruction: Int) -> Unit? {
        let unit = instructions[instruction].unit
        return instructions[instruction].waits.units.first { from in
            let pair = Self.pair(from: from, to: unit)
            return served[pair] >= signals[pair].count
        }
    }

    /// Sends what fits and executes what can; false when nothing moved.
    private mutating func step() -> Bool {
        let before = (sent, order.count)
        while sent < instructions.count {
            let unit = Int(instructions[sent].unit.rawValue)
            guard queues[unit].count - heads[unit] < queueDepth else { break }
            position[sent] = Int32(queues[unit].count)
            queues[unit].append(sent)
            sent += 1
        }
        for unit in Unit.allCases {
            while let head = head(unit), missingToken(of: head) == nil { execute(head, unit) }
        }
        return (sent, order.count) != before
    }

    private mutating func execute(_ index: Int, _ unit: Unit) {
        let place = position[index]
        if place > 0 { join(index, queues[Int(unit.rawValue)][Int(place) - 1]) }
        for from in instructions[index].waits.units {
            let pair = Self.pair(from: from, to: unit)
            join(index, signals[pair][served[pair]])
            served[pair] += 1
        }
        clocks[index * Self.units + Int(unit.rawValue)] = place + 1
        for to in instructions[index].signals.units { signals[Self.pair(from: unit, to: to)].append(index) }
        heads[Int(unit.rawValue)] += 1
        order.append(index)
    }

    /// What came before `earlier` comes before `index`.
    private mutating func join(_ index: Int, _ earlier: Int) {
        for unit in 0..<Self.units {
            let clock = clocks[earlier * Self.units + unit]
            if clock > clocks[index * Self.units + unit] { clocks[index * Self.units + unit] = clock }
        }
    }
}
