import Arch

extension RunReport {
    /// What of the time follows from assumptions, a sentence each: what the compiler drew or took where the graph had no
    /// values, and outliers of weights that it did not have.
    var assumed: [String] { assumptions + [outlierAssumption].compactMap { $0 } }

    private var outlierAssumption: String? {
        var count = 0
        var outliers = 0
        for instruction in program.instructions {
            guard case .mma(let work) = instruction.body, let list = work.outliers, list.isAssumed else { continue }
            count += 1
            outliers += list.count
        }
        guard count > 0 else { return nil }
        return "the graph has no weights, so the time and bytes of \(count) products are those of \(Numbers.grouped(outliers)) outliers "
            + "that the machine assumes"
    }
}
