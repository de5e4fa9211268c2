/// Energy of one part of a machine in a run, or in a row of it.
public struct EnergyPart: Hashable, Sendable {
    public var name: String
    /// Whole picojoules, so that parts sum to totals exactly.
    public var picojoules: Int
    public var origin: Origin

    public init(name: String, picojoules: Int, origin: Origin) {
        self.name = name
        self.picojoules = picojoules
        self.origin = origin
    }
}
