import Arch

/// What the datapath of a machine takes when all of it works at its peak: every engine on the product that takes most of those
/// that it has hardware for, all table builders, their clocks and their leakage. Memories and vector units are not in it, as
/// they are not in the area of the datapath.
public struct DatapathPower: Hashable, Sendable {
    public struct Part: Hashable, Sendable {
        public var name: String
        public var watts: Figure

        /// Whole microwatts, so that parts sum to the total exactly.
        public var microwatts: Int { Int((watts.value * 1e6).rounded()) }
    }

    public var parts: [Part]

    /// The sum of the parts.
    public var microwatts: Int { parts.reduce(0) { $0 + $1.microwatts } }

    /// - Returns: `nil` when the library lacks the area or the energy of a part (`MachineCost.missingOfDatapath`).
    public init?(_ target: Target, _ cost: MachineCost) {
        guard cost.missingOfDatapath.isEmpty else { return nil }
        let period = Double(target.machine.clockPeriod)
        var parts: [Part] = []
        for (index, engine) in target.engines.enumerated() {
            guard let array = cost.engines[index], let clock = array.clockPicojoulesPerCycle else { return nil }
            let name = "engine\(index) \(engine.kind)"
            // A picojoule per picosecond is a watt.
            let most = BusyInstructions(engine: engine).all.map { Self.work(array, engine, $0) }.max { $0.value < $1.value }
            if let most { parts.append(Part(name: "\(name) work", watts: most * (1 / period))) }
            parts.append(Part(name: "\(name) clock", watts: clock * (1 / period)))
            parts.append(Part(name: "\(name) leakage", watts: array.leakageNanowatts * 1e-9))
        }
        if let builders = cost.builders, let each = builders.picojoulesPerEntry {
            parts.append(Part(name: "table builders", watts: each * (builders.entriesPerCycle / period)))
            parts.append(Part(name: "table builders leakage", watts: builders.leakage * 1e-9))
        }
        self.parts = parts
    }

    /// Picojoules per cycle beside the clock, where the instruction fills the array.
    private static func work(_ array: ArrayCost, _ engine: any Engine, _ multiply: Multiply) -> Figure {
        let shape = engine.shapes(rows: multiply.rows, columns: multiply.columns).first
        let events = engine.activity(multiply, shape: shape)
        // Borders and the first and last steps: an array that is always busy has neither.
        let cycles = engine.timing(multiply, shape: shape).occupancyParts
            .filter { $0.term != .raggedEdges && $0.term != .fillAndDrain }.reduce(0) { $0 + $1.cycles }
        let figures = array.work.map { $0.picojoules * (Double(events[$0.event] ?? 0) / Double(max(1, cycles))) }
        var sum = Figure.sum(figures)
        let each = array.work.map { "\($0.event.name) \(Self.rate(events[$0.event] ?? 0, cycles))" }.joined(separator: ", ")
        sum.origin.text = "per cycle, \(multiply.formats): \(each); \(sum.origin.text)"
        return sum
    }

    private static func rate(_ events: Int, _ cycles: Int) -> String {
        "\((100 * Double(events) / Double(max(1, cycles))).rounded() / 100)"
    }
}

extension Multiply {
    /// Its operands in words.
    fileprivate var formats: String {
        let isScaled = if case .scaled(weights: .some, _) = output { true } else { false }
        return "\(activationFormat) of \(activationBits) bits by \(codes) weights of \(weightBits) bits"
            + (isScaled ? ", scaled in groups" : "")
    }
}
