import Arch
import Engines

/// How large the first engine of a machine is, in the parameter that the engine names (`Engine.sizeParameter`).
enum EngineSize {
    private static let limit = 1 << 16
    /// Engines take every size, every second or every fourth one.
    private static let widestStep = 8

    /// The largest size that fits, when all smaller ones do too; 0 when none does.
    ///
    /// - Parameter fits: `nil` where the engine takes neither this size nor one a little smaller: below the least of its sizes, or
    ///   above the greatest.
    static func largest(where fits: (Int) throws -> Bool?) rethrows -> Int {
        var least = 0
        var most = 1
        while try fits(most) ?? (least == 0), most < limit {
            least = most
            most *= 2
        }
        while least + 1 < most {
            let middle = (least + most) / 2
            if try fits(middle) ?? false { least = middle } else { most = middle }
        }
        return least
    }

    /// The machine with its first engine of this size, or of the nearest smaller one that the engine takes; `nil` without such.
    static func resized(_ target: Target, _ engine: any Engine, to size: Int) -> Target? {
        for size in stride(from: size, through: max(1, size - widestStep), by: -1) {
            if let made = exactly(target, engine, size) { return made }
        }
        return nil
    }

    /// The machine with the smallest first engine.
    static func smallest(_ target: Target, _ engine: any Engine) -> Target? {
        (1...widestStep).lazy.compactMap { exactly(target, engine, $0) }.first
    }

    private static func exactly(_ target: Target, _ engine: any Engine, _ size: Int) -> Target? {
        var machine = target.machine
        for name in lanes(machine, engine) + [engine.sizeParameter] { machine.engines[0].parameters[name] = .integer(size) }
        return try? Target.make(machine)
    }

    /// Lanes that the machine has one of for each column, say: they stay as many.
    private static func lanes(_ machine: Machine, _ engine: any Engine) -> [String] {
        guard let size = engine.parameters.first(where: { $0.name == engine.sizeParameter }).flatMap({ Int($0.value) }) else {
            return []
        }
        return machine.engines[0].parameters.filter { $0.key.hasSuffix("Lanes") && $0.value == .integer(size) }.map(\.key)
    }
}
