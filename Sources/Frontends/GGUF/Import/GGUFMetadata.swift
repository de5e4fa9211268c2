import Diagnostics

/// Metadata of one architecture (`llama.block_count`), with everything that is wrong with them collected.
struct GGUFMetadata {
    let architecture: String
    private let values: [String: GGUFValue]
    private(set) var problems = Diagnostics()

    init(_ file: GGUFFile, architecture: String) {
        self.architecture = architecture
        values = file.metadata
    }

    /// Sizes of networks stay far below it, so that products of a few of them cannot wrap.
    private static let maximum = 1 << 24

    func has(_ key: String) -> Bool { values["\(architecture).\(key)"] != nil }

    mutating func report(_ problem: Diagnostic) { problems.report(problem) }

    mutating func report(_ key: String, _ message: String) {
        problems.report(Diagnostic(field: "\(architecture).\(key)", message))
    }

    /// A positive whole number, the same for all layers when it is a list; `nil` when it is left out or wrong.
    mutating func size(_ key: String, allowsZero: Bool = false) -> Int? {
        guard let value = values["\(architecture).\(key)"] else { return nil }
        var numbers = value.integer.map { [$0] }
        if case .array(let list) = value { numbers = list.integers }
        guard let numbers, let first = numbers.first else {
            report(key, "is \(value.kind), a whole number expected")
            return nil
        }
        guard numbers.allSatisfy({ $0 == first }) else {
            report(key, "differs from layer to layer, which is not supported")
            return nil
        }
        guard (allowsZero ? 0...Self.maximum : 1...Self.maximum).contains(first) else {
            report(key, "is \(first), \(allowsZero ? 0 : 1) to \(Self.maximum) expected")
            return nil
        }
        return first
    }

    /// The same of a key that nothing can stand in for.
    mutating func requiredSize(_ key: String) -> Int {
        if !has(key) { report(key, "is left out") }
        return size(key) ?? 1
    }

    /// A finite number.
    mutating func number(_ key: String) -> Float? {
        guard let value = values["\(architecture).\(key)"] else { return nil }
        let number: Double? = if case .float(let number) = value { number } else { value.integer.map(Double.init) }
        guard let number, Float(number).isFinite else {
            report(key, "is \(value.kind == "a number" ? "not finite" : value.kind), a number expected")
            return nil
        }
        return Float(number)
    }

    /// A positive number to multiply by; 0 is none.
    mutating func factor(_ key: String) -> Float? {
        guard let number = number(key), number != 0 else { return nil }
        guard number > 0 else {
            report(key, "is \(number), 0 or more expected")
            return nil
        }
        return number
    }

    func text(_ key: String) -> String? {
        if case .string(let text)? = values["\(architecture).\(key)"] { text } else { nil }
    }

    func truth(_ key: String) -> Bool? {
        if case .bool(let truth)? = values["\(architecture).\(key)"] { truth } else { nil }
    }

    /// Keys of the architecture, without its name.
    var keys: [String] {
        values.keys.filter { $0.hasPrefix(architecture + ".") }.map { String($0.dropFirst(architecture.count + 1)) }.sorted()
    }
}
