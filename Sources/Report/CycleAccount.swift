import Arch
import Sim

/// Where the cycles of one unit went, in the few columns that a table has room for. They sum to the unit's cycles.
struct CycleAccount {
    var ideal = 0
    var raggedEdges = 0
    var fillAndDrain = 0
    var epilogue = 0
    /// Outliers that outlast the dense products.
    var outliers = 0
    var tablePrecompute = 0
    /// Waiting for data from or to DRAM, or the channel itself.
    var memory = 0
    /// Waiting for the vector unit, an engine, or a result in the unit's own pipeline.
    var dependency = 0
    /// Waiting for instructions.
    var frontEnd = 0
    /// Nothing left to do.
    var drained = 0

    init(_ cycles: Timing.UnitCycles) {
        for term in BusyTerm.allCases {
            switch term {
            case .ideal: ideal += cycles.busy[term]
            case .raggedEdges: raggedEdges += cycles.busy[term]
            case .fillAndDrain: fillAndDrain += cycles.busy[term]
            case .tablePrecompute: tablePrecompute += cycles.busy[term]
            case .epilogue: epilogue += cycles.busy[term]
            case .outliers: outliers += cycles.busy[term]
            }
        }
        for cause in StallCause.allCases {
            switch cause {
            case .instructionFetch, .instructionDispatch: frontEnd += cycles.stalls[cause]
            case .waitLoad, .waitStore, .memoryContention, .memoryLatency: memory += cycles.stalls[cause]
            case .waitVector, .waitEngine0, .waitEngine1, .pipelineLatency: dependency += cycles.stalls[cause]
            case .drained: drained += cycles.stalls[cause]
            }
        }
    }
}

extension Timing.Row {
    /// The unit whose account explains the row.
    var mainUnit: Unit? { Unit.explaining { self[$0].busy.total } }
}

extension Timing {
    /// The unit whose account explains the whole run.
    var mainUnit: Unit? { Unit.explaining { self[$0].busy.total } }
}

extension Unit {
    /// The busiest engine, else the vector unit, else load or store.
    fileprivate static func explaining(busy: (Unit) -> Int) -> Unit? {
        func busiest(_ units: [Unit]) -> Unit? {
            units.max { busy($0) < busy($1) }.flatMap { busy($0) > 0 ? $0 : nil }
        }
        return busiest([.engine1, .engine0]) ?? busiest([.vector]) ?? busiest([.store, .load])
    }
}
