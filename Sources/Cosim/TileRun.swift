import Arch
import Diagnostics
import Formats

/// An array against whole instructions: every write to its accumulators, and the cycle of it. The array stalls as a whole at
/// random; stalled cycles do not count.
struct TileRun {
    let block: RTLBlock
    let library: ModelLibrary
    let effort: Effort
    private let enable: PortMap.Element
    private let reset: PortMap.Element
    private let retire: RetirePort

    init(_ block: RTLBlock, _ library: ModelLibrary, effort: Effort) throws(Diagnostics) {
        self.block = block
        self.library = library
        self.effort = effort
        enable = try PortMap([RTLPort("en_i", bits: 1)], in: library.inputs, of: block.name).elements[0]
        reset = try PortMap([RTLPort("rst_ni", bits: 1)], in: library.inputs, of: block.name).elements[0]
        retire = try RetirePort(library, of: block.name)
    }

    /// The first divergence among instructions `indices`, the clock cycles that they took, and what the engine counts for them.
    func run(
        _ check: TileCheck, indices: Range<Int>, on instance: ModelInstance
    ) throws(Diagnostics) -> (divergence: Divergence?, cycles: Int, events: [Event: Int]) {
        var cycles = 0
        var events: [Event: Int] = [:]
        for index in indices {
            let tile = check.makeCase(index, TileSource(seed: effort.seed &+ UInt64(index), layer: effort.layer))
            var session = try TileSession(
                tile, instance: instance, enable: enable, reset: reset, retire: retire, of: block.name,
                stallSeed: effort.layer != nil || index.isMultiple(of: 2) ? nil : effort.seed &+ UInt64(index))
            let mismatch = session.run()
            cycles += session.clock
            events.merge(tile.events, uniquingKeysWith: +)
            guard let mismatch else { continue }
            let command = "accelsim cosim --block \(block.name) --tile \(index) --seed \(effort.seed) --waves divergence.fst"
            return (
                Divergence(
                    block: block.name, work: "instruction \(index) (\(tile.summary))", cycle: mismatch.cycle,
                    rtl: mismatch.rtl, swift: mismatch.swift, history: session.history, command: command), cycles, events
            )
        }
        return (nil, cycles, events)
    }
}

/// The write port of an array's accumulators.
struct RetirePort {
    let valid: [PortMap.Element]
    let address: PortMap.Element
    let words: [PortMap.Element]

    init(_ library: ModelLibrary, of module: String) throws(Diagnostics) {
        let lanes = library.outputs["retire_valid_o"]?.bits ?? 1
        let addressBits = library.outputs["retire_address_o"]?.bits ?? 1
        let map = try PortMap(
            [
                RTLPort("retire_valid_o", bits: 1, count: lanes), RTLPort("retire_address_o", bits: addressBits),
                RTLPort("retire_o", bits: 32, count: lanes),
            ], in: library.outputs, of: module)
        valid = Array(map.elements[..<lanes])
        address = map.elements[lanes]
        words = Array(map.elements[(lanes + 1)...])
    }

    /// What is written in a cycle; `nil` for nothing.
    func read(_ record: UnsafeRawBufferPointer) -> (address: Int, lanes: [Int: UInt32])? {
        let lanes = valid.indices.filter { PortMap.read(valid[$0], record) == 1 }
        guard !lanes.isEmpty else { return nil }
        let written = lanes.map { lane in (lane, UInt32(truncatingIfNeeded: PortMap.read(words[lane], record))) }
        return (PortMap.read(address, record), Dictionary(uniqueKeysWithValues: written))
    }
}
