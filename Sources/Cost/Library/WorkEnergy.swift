import Arch

/// Picojoules of one event of an array, with everything that the array does for it.
public struct WorkEnergy: Hashable, Sendable {
    public var event: Event
    public var picojoules: Figure

    /// What an engine's peak is stated in, first match first.
    private static let order: [Event] = [
        .lookup, .bitProduct, .brickProduct, .shiftAdd, .centroidAdd, .multiplyAccumulate,
    ]

    /// A run of one size on operands of one layer.
    private struct Run {
        var block: BlockCost
        var activity: SwitchingActivity

        func count(_ event: Event) -> Int { activity.events["\(event)"] ?? 0 }
    }

    /// Energies that explain what the sizes of an array needed beside their clocks: of one product, and of scaling one sum
    /// where the sizes differ in products per sum.
    static func fit(_ blocks: [BlockCost]) -> [WorkEnergy] {
        let runs = blocks.flatMap { block in block.activities.map { Run(block: block, activity: $0) } }
        guard let product = order.first(where: { event in runs.contains { $0.count(event) > 0 } }) else { return [] }
        if let both = fit([product, .groupScale], runs) { return both }
        let largest = runs.map(\.block.areaSquareMicrometres).max()
        return fit([product], runs.filter { $0.block.areaSquareMicrometres == largest }) ?? []
    }

    /// Least squares of the relative errors; `nil` when they do not determine energies that are positive.
    private static func fit(_ events: [Event], _ runs: [Run]) -> [WorkEnergy]? {
        guard !runs.isEmpty else { return nil }
        let solution = LeastSquares.solve(runs.map { run in
            let energy = max(run.activity.workPicojoules, 1e-9)
            return (events.map { Double(run.count($0)) / energy }, 1)
        })
        guard let solution, solution.allSatisfy({ $0 > 0 }) else { return nil }
        return zip(events, solution).map { WorkEnergy(event: $0, picojoules: Figure($1, origin(runs))) }
    }

    private static func origin(_ runs: [Run]) -> Origin {
        var sizes: [String] = []
        var workloads: [String] = []
        for run in runs {
            let size = run.block.parameters.sorted { $0.key < $1.key }.map { "\($0.key) \($0.value)" }.joined(separator: " ")
            if !sizes.contains(size) { sizes.append(size) }
            if !workloads.contains(run.activity.workload) { workloads.append(run.activity.workload) }
        }
        let isEqual = runs.allSatisfy(\.activity.isEqualToRTL)
        return Origin(
            .synthesised,
            "gates of \(runs[0].block.block) on \(workloads.joined(separator: ", ")), \(isEqual ? "equal to RTL" : "not compared with RTL"): "
                + sizes.joined(separator: "; "))
    }
}
