import Arch
import Sim

/// Multiply-accumulates of a program and the time that they would take at the peak of their engines.
struct Utilisation {
    /// Cycles at peak by node: multiply-accumulates / peak of the engine at the width of the stored codes. Of N:M
    /// structured weights only what is kept is work. Zero for nodes that no engine computes.
    private var cyclesAtPeak: [Double]
    private let nodes: [NodeRecord]

    init(program: Program, target: Target) {
        nodes = program.nodes
        cyclesAtPeak = Array(repeating: 0, count: program.nodes.count)
        var work = Array(repeating: 0.0, count: nodes.count)
        var kept = Array(repeating: (stored: 0, all: 0), count: nodes.count)
        for index in program.instructions.indices where program.instructions[index].body.isProduct {
            let node = program.instructions[index].node
            guard let multiply = program.instructions[index].body.multiply,
                target.engines.indices.contains(multiply.engine)
            else { continue }
            // Activations that were gathered for N:M weights are fewer than those of the node; open lengths count in full.
            let isOpen = !program.instructions[index].references.isEmpty
            let macs = Double(nodes[node].macs)
            work[node] += isOpen ? macs : Double(multiply.rows) * Double(multiply.columns) * Double(multiply.depth)
            let share = multiply.structure.kept
            kept[node].stored += share.stored
            kept[node].all += share.all
            let peak = target.engines[multiply.engine].peak(
                weightBits: multiply.weightBits, activationBits: multiply.activationBits)
            guard peak > 0, kept[node].all > 0 else { continue }
            cyclesAtPeak[node] = min(work[node], macs) * (Double(kept[node].stored) / Double(kept[node].all)) / peak
        }
    }

    func macs(_ row: Timing.Row) -> Int { row.nodes.reduce(0) { $0 + nodes[$1].macs } }
    var macs: Int { nodes.reduce(0) { $0 + $1.macs } }

    /// Share of the row's cycles that its products need at peak; `nil` for a row without engine products.
    func share(_ row: Timing.Row) -> Double? { share(row.nodes.reduce(0) { $0 + cyclesAtPeak[$1] }, row.cycles) }

    func share(of timing: Timing) -> Double? { share(cyclesAtPeak.reduce(0, +), timing.cycles) }

    private func share(_ atPeak: Double, _ cycles: Int) -> Double? {
        atPeak == 0 || cycles == 0 ? nil : atPeak / Double(cycles)
    }
}

extension Multiply.Structure {
    /// Of so many weights so many are stored.
    fileprivate var kept: (stored: Int, all: Int) {
        switch self {
        case .dense, .outliers: (1, 1)
        case .nOfM(let pattern, _): (pattern.n, pattern.m)
        case .mixed(let mixed): (mixed.keptRows, mixed.counts.count * MixedBlocks.side)
        }
    }
}

extension Instruction.Body {
    fileprivate var isProduct: Bool {
        switch self {
        case .mma, .lmma: true
        case .load, .gather, .fill, .store, .buildTables, .elementwise, .reduce: false
        }
    }

    fileprivate var multiply: Multiply? {
        switch self {
        case .mma(let multiply), .lmma(let multiply, _): multiply
        case .load, .gather, .fill, .store, .buildTables, .elementwise, .reduce: nil
        }
    }
}
