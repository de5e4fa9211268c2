import Diagnostics

/// A `config.json`, with everything that is wrong with it collected, and which of its keys were asked for.
struct CheckpointConfig {
    private let object: JSONObject
    /// In front of keys in messages (`quantization_config.`).
    private let scope: String
    private(set) var problems = Diagnostics()
    private var asked: Set<String> = []

    init(_ object: JSONObject, scope: String = "") {
        self.object = object
        self.scope = scope
    }

    /// Sizes of networks stay far below it, so that products of a few of them cannot wrap.
    private static let maximum = 1 << 24

    mutating func report(_ key: String, _ message: String) {
        problems.report(Diagnostic(field: scope + key, message))
    }

    mutating func report(contentsOf other: Diagnostics) { problems.report(contentsOf: other) }

    /// The value, `nil` when it is left out or null.
    mutating func value(_ key: String) -> JSONValue? {
        asked.insert(key)
        return object[key] == .null ? nil : object[key]
    }

    func isNull(_ key: String) -> Bool { object[key] == .null }

    mutating func has(_ key: String) -> Bool { value(key) != nil }

    /// A whole number; `nil` when it is left out or wrong.
    mutating func size(_ key: String, allowsZero: Bool = false) -> Int? {
        guard let value = value(key) else { return nil }
        guard let number = Int.read(value, at: FieldPlace(path: scope + key), into: &problems) else { return nil }
        guard ((allowsZero ? 0 : 1)...Self.maximum).contains(number) else {
            report(key, "is \(number), \(allowsZero ? 0 : 1) to \(Self.maximum) expected")
            return nil
        }
        return number
    }

    /// The first of these keys that is there; one has to be.
    mutating func requiredSize(_ keys: String...) -> Int {
        for key in keys where has(key) { return size(key) ?? 1 }
        report(keys[0], "is left out")
        return 1
    }

    /// A finite number.
    mutating func number(_ key: String) -> Double? {
        guard let value = value(key) else { return nil }
        guard let number = Float.read(value, at: FieldPlace(path: scope + key), into: &problems) else { return nil }
        return Double.read(value, at: FieldPlace(path: scope + key), into: &problems) ?? Double(number)
    }

    /// A finite number above zero.
    mutating func positive(_ key: String) -> Double? {
        guard let number = number(key) else { return nil }
        if Float(number) > 0 { return number }
        report(key, "is \(number), a positive number expected")
        return nil
    }

    mutating func text(_ key: String) -> String? {
        value(key).flatMap { String.read($0, at: FieldPlace(path: scope + key), into: &problems) }
    }

    mutating func truth(_ key: String) -> Bool? {
        value(key).flatMap { Bool.read($0, at: FieldPlace(path: scope + key), into: &problems) }
    }

    mutating func texts(_ key: String) -> [String]? {
        value(key).flatMap { [String].read($0, at: FieldPlace(path: scope + key), into: &problems) }
    }

    mutating func integers(_ key: String) -> [Int]? {
        value(key).flatMap { [Int].read($0, at: FieldPlace(path: scope + key), into: &problems) }
    }

    mutating func list(_ key: String) -> [JSONValue]? {
        guard let value = value(key) else { return nil }
        guard case .array(let list) = value else {
            report(key, "is \(value.kind), a list expected")
            return nil
        }
        return list
    }

    /// A nested object.
    mutating func object(_ key: String) -> CheckpointConfig? {
        guard let value = value(key) else { return nil }
        guard case .object(let object) = value else {
            report(key, "is \(value.kind), an object expected")
            return nil
        }
        return CheckpointConfig(object, scope: "\(scope)\(key).")
    }

    /// Keys that nobody asked for.
    var unread: [String] { object.keys.filter { !asked.contains($0) }.map { scope + $0 } }
}
