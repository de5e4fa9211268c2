import Arch

/// What an instruction costs on its unit, wherever its operands lie.
struct InstructionCost {
    var timing: UnitTiming
    var events: [Event: Int]
    var moved: [ScratchpadBytes]
    var unit: Unit
    var row: Int
    /// Instructions that cost this.
    var uses = 0
    let duration: Work.Duration

    init(timing: UnitTiming, events: [Event: Int], moved: [ScratchpadBytes], unit: Unit, row: Int) {
        self.timing = timing
        self.events = events
        self.moved = moved
        self.unit = unit
        self.row = row
        duration = .fixed(occupancy: timing.occupancy, latency: timing.latency)
    }
}

/// Costs of instructions, each kind computed once: a node repeats the same few instructions at many addresses, on which
/// neither `Engine.timing` nor the vector unit's depends.
struct CostTable {
    /// In order of first appearance.
    private(set) var all: [InstructionCost] = []
    private let target: Target
    private let fixed: FixedTiming
    /// For each node the kinds of instructions that it used last.
    private var recent: [Recent]

    private struct Recent {
        /// With indices into `all`.
        var kinds: [(body: Instruction.Body, cost: Int)] = []
        /// Where to look first: kinds follow one another in the same order, tile by tile.
        var next = 0
        /// A program may have a kind of its own for every instruction: then a short memory costs least.
        static let limit = 16

        mutating func find(_ body: Instruction.Body) -> Int? {
            for step in kinds.indices {
                let place = (next + step) % kinds.count
                guard kinds[place].body == body else { continue }
                next = place + 1
                return kinds[place].cost
            }
            return nil
        }

        mutating func remember(_ body: Instruction.Body, cost: Int) {
            if kinds.count == Self.limit { kinds.removeFirst() }
            kinds.append((body, cost))
            next = kinds.count
        }
    }

    init(target: Target, nodes: Int) {
        self.target = target
        fixed = FixedTiming(target: target)
        recent = Array(repeating: Recent(), count: nodes)
    }

    /// Counts one more use.
    mutating func duration(of instruction: Instruction, row: Int) -> Work.Duration {
        switch instruction.body {
        case .load(let transfer) where transfer.bytes > 0, .store(let transfer) where transfer.bytes > 0: return .transfer
        default: break
        }
        let kind = instruction.body.withoutAddresses
        if let found = recent[instruction.node].find(kind) {
            all[found].uses += 1
            return all[found].duration
        }
        guard let timing = fixed.timing(of: kind) else { return .transfer }
        let events = events(of: kind)
        var cost = InstructionCost(
            timing: timing, events: events, moved: instruction.scratchpadBytes(events), unit: instruction.unit, row: row)
        cost.uses = 1
        recent[instruction.node].remember(kind, cost: all.count)
        all.append(cost)
        return cost.duration
    }

    private func events(of body: Instruction.Body) -> [Event: Int] {
        switch body {
        case .load, .gather, .fill, .store: [:]
        case .mma(let multiply): target.engines[multiply.engine].activity(multiply, shape: nil)
        case .lmma(let multiply, let shape): target.engines[multiply.engine].activity(multiply, shape: shape)
        case .buildTables(let build): build.activity
        case .elementwise(let elementwise): [.vectorOperation: elementwise.elements]
        case .reduce(let reduce): [.vectorOperation: reduce.outputs * reduce.elementsPerOutput]
        }
    }
}

extension Instruction.Body {
    /// The same work at address 0 of each scratchpad; a mask's diagonal moves with its rows and goes too.
    fileprivate var withoutAddresses: Instruction.Body {
        switch self {
        case .load, .store, .gather: return self
        case .fill(var fill):
            fill.local.offset = 0
            return .fill(fill)
        case .mma(let multiply): return .mma(multiply.withoutAddresses)
        case .lmma(let multiply, let shape): return .lmma(multiply.withoutAddresses, shape)
        case .buildTables(var build):
            build.source.address.offset = 0
            build.tables = 0
            build.scales.offset = 0
            build.selection?.positions.offset = 0
            return .buildTables(build)
        case .elementwise(var elementwise):
            elementwise.destination.address.offset = 0
            elementwise.a.address.offset = 0
            if case .memory(var operand) = elementwise.b {
                operand.address.offset = 0
                elementwise.b = .memory(operand)
            }
            if case .mask(_, let window) = elementwise.function { elementwise.function = .mask(diagonal: 0, window: window) }
            return .elementwise(elementwise)
        case .reduce(var reduce):
            reduce.destination.address.offset = 0
            reduce.a.address.offset = 0
            return .reduce(reduce)
        }
    }
}

extension BuildTables {
    /// Selectors read the positions again for every row.
    fileprivate var activity: [Event: Int] {
        let entries = rows * tablesPerRow * format.count
        guard selection != nil else { return [.tableEntry: entries] }
        return [.tableEntry: entries, .selection: rows * selectedPerRow, .metadataRead: rows * positionBytes]
    }
}

extension Multiply.Structure {
    fileprivate var withoutAddresses: Self {
        switch self {
        case .dense: .dense
        case .nOfM(let pattern, _): .nOfM(pattern, positions: 0)
        case .mixed(let mixed): .mixed(MixedBlocks(counts: mixed.counts, positions: 0))
        case .outliers(let list):
            .outliers(Multiply.Outliers(offset: 0, count: list.count, isAssumed: list.isAssumed, counts: list.counts))
        }
    }
}

extension Multiply {
    fileprivate var withoutAddresses: Multiply {
        var result = self
        result.activations.offset = 0
        result.weights = 0
        result.accumulators = 0
        result.structure = structure.withoutAddresses
        switch zero {
        case .immediate: break
        case .table: result.zero = .table(offset: 0)
        case .centroids: result.zero = .centroids(offset: 0)
        }
        if case .scaled(var weights, var activations) = output {
            weights?.offset = 0
            activations?.local.offset = 0
            result.output = .scaled(weights: weights, activations: activations)
        }
        return result
    }
}
