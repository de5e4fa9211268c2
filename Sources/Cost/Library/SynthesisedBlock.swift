import Arch

/// A block of `rtl/` in a table of what was made of it.
public protocol SynthesisedBlock: Hashable, Sendable {
    /// `folder/module`.
    var block: String { get }
    var parameters: [String: Int] { get }
    /// What sizes of one module are ordered by.
    var extent: Double { get }
}

extension SynthesisedBlock {
    public var module: String { block.split(separator: "/").last.map(String.init) ?? block }

    func hasAll(_ wanted: [String: Int]) -> Bool { wanted.allSatisfy { parameters[$0.key] == $0.value } }

    /// Parameters that are neither equal nor part of the size, in words; empty for a block that differs from the array by its size,
    /// and by parameters that follow the size in both.
    func differences(_ binding: RTLBinding) -> String {
        var names: [String] = []
        for (name, value) in binding.parameters.sorted(by: { $0.key < $1.key })
        where !binding.scales.contains(name) && !UnitVariants.names.contains(name) {
            guard name != PartialSums.parameter else { continue }
            if PerColumn.names.contains(name), parameters[name] == parameters["Columns"] {
                if value != binding.parameters["Columns"] { names.append("\(name) one per column for \(value)") }
            } else if parameters[name] != value {
                names.append("\(name) \(parameters[name].map(String.init) ?? "unset") for \(value)")
            }
        }
        for name in UnitVariants.names where (parameters[name] ?? 0) != (binding.parameters[name] ?? 0) {
            names.append("\(name) \(parameters[name] ?? 0) for \(binding.parameters[name] ?? 0)")
        }
        return names.joined(separator: ", ")
    }
}

/// What the sizes that are measured have one of for each column.
private enum PerColumn {
    static let names = ["OutlierLanes"]
}

/// What only units of an ablation have, and engines do not name.
private enum UnitVariants {
    static let names = ["BuildsTables", "FoldsSigns"]
}
