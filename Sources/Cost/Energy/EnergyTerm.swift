import Arch

/// How a part of a machine turns what it does into energy.
public struct EnergyTerm: Sendable {
    public let name: String
    public let origin: Origin
    private let energy: @Sendable (Activity) -> Double

    init(_ name: String, _ origin: Origin, _ energy: @escaping @Sendable (Activity) -> Double) {
        self.name = name
        self.origin = origin
        self.energy = energy
    }

    /// So much for each of what `count` counts.
    init(_ name: String, _ each: Figure, _ count: @escaping @Sendable (Activity) -> Int) {
        let picojoules = each.value
        self.init(name, each.origin) { picojoules * Double(count($0)) }
    }

    /// Whole picojoules.
    public func picojoules(_ activity: Activity) -> Int { Int(energy(activity).rounded()) }
}
