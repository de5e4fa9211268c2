import Arch
import Diagnostics
import Formats

/// A pipelined block against its model: vectors go in whenever the clock is enabled, and what comes out `latency` enabled
/// cycles later has to be theirs, through stalled cycles too.
struct VectorRun {
    let block: RTLBlock
    let check: VectorCheck
    let library: ModelLibrary
    let effort: Effort
    private let inputs: PortMap
    private let outputs: PortMap
    private let enable: PortMap.Element?
    private let reset: PortMap.Element?
    /// Cycles of one call.
    private static let batch = 4096

    init(_ block: RTLBlock, _ check: VectorCheck, _ library: ModelLibrary, effort: Effort) throws(Diagnostics) {
        self.block = block
        self.check = check
        self.library = library
        self.effort = effort
        inputs = try PortMap(check.inputs, in: library.inputs, of: block.name)
        outputs = try PortMap(check.outputs, in: library.outputs, of: block.name)
        enable = library.inputs["en_i"].map { PortMap.Element(bit: 8 * $0.offset, bits: 1) }
        reset = library.inputs["rst_ni"].map { PortMap.Element(bit: 8 * $0.offset, bits: 1) }
    }

    /// The first divergence, and the clock cycles that it took.
    func run(on instance: ModelInstance) -> (divergence: Divergence?, cycles: Int) {
        var stimulus = Stimulus(check, effort: effort)
        var stalls = SplitMix64(seed: effort.seed &+ 0x5741)
        var model = check.model()
        var pending = PendingVectors(latency: check.latency)
        var cycles = resetCycles(instance)
        var left = stimulus.count
        var drain = check.latency
        while left > 0 || drain > 0 {
            let size = min(Self.batch, left + drain)
            var records = [UInt8](repeating: 0, count: Self.batch * library.inputBytes)
            var sampled = [UInt8](repeating: 0, count: Self.batch * library.outputBytes)
            var enabled: [Bool] = []
            for cycle in 0..<size {
                let isEnabled = enable == nil || effort.layer != nil || stalls.below(8) != 0
                enabled.append(isEnabled)
                var vector = isEnabled && left > 0 ? stimulus.vector() : stimulus.rubbish()
                if isEnabled {
                    if left > 0 { left -= 1 } else { vector = stimulus.rubbish(); drain -= 1 }
                    pending.enter(vector)
                }
                put(vector, isEnabled, at: cycle, &records)
            }
            instance.run(records, outputs: &sampled, cycles: size)
            for cycle in 0..<size {
                if let found = compare(sampled, cycle, enabled[cycle], &pending, &model, at: cycles + cycle) {
                    return (found, cycles + cycle)
                }
            }
            cycles += size
            if let violation = instance.violation { return (violated(violation, at: cycles), cycles) }
        }
        return (nil, cycles)
    }

    private func violated(_ assertion: String, at cycles: Int) -> Divergence {
        Divergence(
            block: block.name, work: "vectors", cycle: cycles, rtl: assertion, swift: "no failed assertion", history: [],
            command: command)
    }

    private func put(_ vector: [Int], _ isEnabled: Bool, at cycle: Int, _ records: inout [UInt8]) {
        records.withUnsafeMutableBytes { bytes in
            let record = UnsafeMutableRawBufferPointer(
                rebasing: bytes[cycle * library.inputBytes..<(cycle + 1) * library.inputBytes])
            inputs.write(vector, to: record)
            if let enable { PortMap.write(isEnabled ? 1 : 0, enable, record) }
            if let reset { PortMap.write(1, reset, record) }
        }
    }

    /// Cycles in reset, which stalls do not delay.
    private func resetCycles(_ instance: ModelInstance) -> Int {
        guard reset != nil else { return 0 }
        let cycles = 2
        let records = [UInt8](repeating: 0, count: cycles * library.inputBytes)
        var sampled = [UInt8](repeating: 0, count: cycles * library.outputBytes)
        instance.run(records, outputs: &sampled, cycles: cycles)
        return cycles
    }

    private func compare(
        _ sampled: [UInt8], _ cycle: Int, _ isEnabled: Bool, _ pending: inout PendingVectors,
        _ model: inout any VectorModel, at time: Int
    ) -> Divergence? {
        defer { if isEnabled { pending.advance() } }
        guard let expected = pending.expected(&model, isCombinational: check.latency == 0, isEnabled: isEnabled) else {
            return nil
        }
        let found = sampled.withUnsafeBytes { bytes in
            outputs.read(
                UnsafeRawBufferPointer(rebasing: bytes[cycle * library.outputBytes..<(cycle + 1) * library.outputBytes]))
        }
        let isEqual = zip(outputs.elements, zip(found, expected)).allSatisfy { element, values in
            let mask = element.bits == 64 ? -1 : 1 << element.bits - 1
            return values.0 & mask == values.1 & mask
        }
        guard !isEqual else { return nil }
        return Divergence(
            block: block.name, work: "vector \(pending.index) (\(text(pending.vector, check.inputs)))", cycle: time,
            rtl: text(found, check.outputs), swift: text(expected, check.outputs),
            history: pending.recent.map { text($0, check.inputs) }, command: command)
    }

    private var command: String {
        "accelsim cosim --block \(block.name) --vectors \(effort.vectors) --seed \(effort.seed) --waves divergence.fst"
    }

    private func text(_ values: [Int], _ ports: [RTLPort]) -> String {
        var next = 0
        return ports.map { port in
            let part = values[next..<next + port.count]
            next += port.count
            let mask = port.bits == 64 ? -1 : 1 << port.bits - 1
            let digits = (port.bits + 3) / 4
            let shown = part.map { value in
                let hex = String(UInt(bitPattern: value & mask), radix: 16)
                return String(repeating: "0", count: max(0, digits - hex.count)) + hex
            }
            return "\(port.name)=\(shown.joined(separator: ","))"
        }.joined(separator: " ")
    }
}

/// Vectors on their way through a pipeline: entered when the clock is enabled, compared when they come out.
private struct PendingVectors {
    let latency: Int
    private var vectors: [[Int]] = []
    private var first = 0
    /// Enabled cycles that have been compared.
    private var time = 0
    private var answer: (index: Int, values: [Int])?
    private(set) var recent: [[Int]] = []

    init(latency: Int) { self.latency = latency }

    /// Of the vector that is compared.
    private(set) var index = -1
    var vector: [Int] { index >= first && index - first < vectors.count ? vectors[index - first] : [] }

    mutating func enter(_ vector: [Int]) { vectors.append(vector) }

    /// What is on the outputs after `time` enabled cycles; `nil` before the first vector is through. The outputs of a
    /// combinational block are those of the vector of the cycle itself.
    mutating func expected(_ model: inout any VectorModel, isCombinational: Bool, isEnabled: Bool) -> [Int]? {
        let due = time - latency
        guard due >= 0 else { return nil }
        // A stalled cycle of a block without registers shows rubbish.
        if isCombinational, !isEnabled { return nil }
        if let answer, answer.index == due { return answer.values }
        index = due
        let values = model.step(vectors[due - first])
        answer = (due, values)
        return values
    }

    mutating func advance() {
        time += 1
        let due = time - latency - 1
        guard due >= 0, due >= first else { return }
        recent.append(vectors[due - first])
        if recent.count > 4 { recent.removeFirst() }
        // Long runs forget what is through.
        if due - first > 8192 {
            vectors.removeFirst(4096)
            first += 4096
        }
    }
}
