import Arch

/// One completed instruction, as the RTL core reports it too.
public struct Retirement: Hashable, Sendable {
    public var cycle: Int
    public var unit: Unit
    /// Index into `Program.instructions`.
    public var instruction: Int

    public init(cycle: Int, unit: Unit, instruction: Int) {
        self.cycle = cycle
        self.unit = unit
        self.instruction = instruction
    }
}

/// The retire trace. Every unit retires in program order, at most one instruction per cycle, so merging the units' own
/// sequences gives a total order.
public struct Retirements: Sequence, IteratorProtocol, Sendable {
    private let spans: [Timing.Span]
    private let units: [Unit]
    /// For each unit the index of its next instruction.
    private var heads: [Int]

    init(_ timing: Timing) {
        spans = timing.spans
        units = timing.spanUnits
        heads = [Int](repeating: -1, count: Unit.allCases.count)
        for unit in Unit.allCases { step(unit) }
    }

    private mutating func step(_ unit: Unit) {
        var index = heads[Int(unit.rawValue)] + 1
        while index < units.count, units[index] != unit { index += 1 }
        heads[Int(unit.rawValue)] = index
    }

    public mutating func next() -> Retirement? {
        var first: Retirement?
        for unit in Unit.allCases {
            let index = heads[Int(unit.rawValue)]
            guard index < spans.count else { continue }
            let cycle = spans[index].completion
            if first.map({ cycle < $0.cycle }) ?? true {
                first = Retirement(cycle: cycle, unit: unit, instruction: index)
            }
        }
        if let first { step(first.unit) }
        return first
    }
}
