/// Tensors of a checkpoint by the names that graphs give them.
struct CheckpointNames: Sendable {
    private let tensors: [String: Checkpoint.Tensor]
    private let names: TensorNames
    /// In front of all tensors but those of the head.
    private let base: String
    /// Blocks that there are tensors of.
    let layers: Int

    init(_ checkpoint: Checkpoint, _ names: TensorNames) {
        self.names = names
        tensors = checkpoint.tensors
        // Without the head, models are saved without the name of their trunk.
        let base = checkpoint.names.contains { $0.hasPrefix(names.base) } ? names.base : ""
        self.base = base
        let start = "\(base)\(names.blocks)."
        let numbers = checkpoint.names.compactMap { name in
            name.hasPrefix(start) ? Int(name.dropFirst(start.count).prefix { $0 != "." }) : nil
        }
        // A high number alone could ask for any count of layers.
        layers = Set(numbers).count
    }

    /// A module that stands for one of the graph's, or for several whose rows lie one under another.
    struct Module: Sendable {
        let name: String
        /// `nil` when it is the whole; else the names of its parts in order, and which of them is wanted.
        var parts: (names: [String], wanted: String)?
        let isTransposed: Bool
    }

    /// The module of a constant and what it is of it (`weight`, `bias`); `nil` when the architecture has none of this name.
    func module(_ constant: String) -> (module: Module, kind: String)? {
        var words = constant.split(separator: ".").map(String.init)
        if words.count == 1, let name = names.outer[constant] { return (Module(name: base + name, isTransposed: false), "") }
        guard let kind = words.popLast() else { return nil }
        if words.count == 3, words[0] == "blk" {
            return inner(words[2], block: "\(base)\(names.blocks).\(words[1]).").map { ($0, kind) }
        }
        let name = words.joined(separator: ".")
        if let found = names.heads[name] { return (Module(name: found, isTransposed: false), kind) }
        return names.outer[name].map { (Module(name: base + $0, isTransposed: false), kind) }
    }

    private func inner(_ name: String, block: String) -> Module? {
        if let found = names.inner[name] { return Module(name: block + found, isTransposed: names.isTransposed) }
        for (whole, parts) in TensorNames.fused where parts.contains(name) {
            guard let found = names.inner[whole] else { continue }
            return Module(name: block + found, parts: (parts, name), isTransposed: names.isTransposed)
        }
        return nil
    }

    /// The tensor of a constant, by its own name or an older one (`gamma` and `beta` of norms).
    func tensor(_ constant: String) -> Checkpoint.Tensor? {
        guard let (module, kind) = module(constant) else { return nil }
        return tensor(of: module, kind)
    }

    func tensor(of module: Module, _ kind: String) -> Checkpoint.Tensor? {
        if kind.isEmpty { return tensors[module.name] ?? tensors["\(module.name).weight"] }
        if let tensor = tensors["\(module.name).\(kind)"] { return tensor }
        return switch kind {
        case "weight": tensors["\(module.name).gamma"]
        case "bias": tensors["\(module.name).beta"]
        default: nil
        }
    }

    func has(_ constant: String) -> Bool { tensor(constant) != nil }
}
