import Arch
import Cost
import Sim

extension Activity {
    init(_ row: Timing.Row, of target: Target) {
        func events(_ unit: Unit) -> [Event: Int] {
            let tally = row.work[Int(unit.rawValue)]
            return Dictionary(uniqueKeysWithValues: tally.nonzero.map { ($0.key, $0.count) })
        }
        func bytes(_ tally: Tally<Space>) -> [Space: Int] {
            Dictionary(uniqueKeysWithValues: tally.nonzero.map { ($0.key, $0.count) })
        }
        let engines = target.engines.indices
        let (dram, shared) = (row.traffic[.dram], row.traffic[.shared])
        self.init(
            cycles: row.cycles, busyCycles: engines.map { row[.engine($0)].busy.total },
            engineEvents: engines.map { events(.engine($0)) }, vectorEvents: events(.vector),
            readBytes: bytes(row.scratchpads.readBytes), writtenBytes: bytes(row.scratchpads.writtenBytes),
            sharedReadBytes: shared.readBytes.total, sharedWrittenBytes: shared.writtenBytes.total,
            dramBytes: (dram.readBursts + dram.writtenBursts) * target.machine.memory.burstBytes,
            instructionBytes: dram.readBytes[.instructions])
    }
}
