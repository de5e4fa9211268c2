/// The units of a core that execute instructions, each in order from a queue of its own.
public enum Unit: UInt8, Hashable, Sendable, CaseIterable {
    case load, store, vector, engine0, engine1

    public var name: String {
        switch self {
        case .load: "load"
        case .store: "store"
        case .vector: "vector"
        case .engine0: "engine0"
        case .engine1: "engine1"
        }
    }

    /// The unit of the engine with this index in the machine.
    public static func engine(_ index: Int) -> Unit { index == 0 ? .engine0 : .engine1 }
    public static let maximumEngines = 2
}

/// A set of units: the units whose token an instruction waits for, or to which it sends one.
public struct UnitSet: OptionSet, Hashable, Sendable {
    public var rawValue: UInt8
    public init(rawValue: UInt8) { self.rawValue = rawValue }
    public init(_ unit: Unit) { rawValue = 1 << unit.rawValue }

    public func contains(_ unit: Unit) -> Bool { rawValue & (1 << unit.rawValue) != 0 }
    public mutating func insert(_ unit: Unit) { rawValue |= 1 << unit.rawValue }
    public mutating func remove(_ unit: Unit) { rawValue &= ~(1 << unit.rawValue) }
    public var units: [Unit] { Unit.allCases.filter(contains) }
}
