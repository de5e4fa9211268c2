/// A type that can be read from one JSON value. Failures are reported at `place`, each once.
public protocol JSONReadable {
    static func read(_ value: JSONValue, at place: FieldPlace, into problems: inout Diagnostics) -> Self?
}

extension JSONValue: JSONReadable {
    public static func read(_ value: JSONValue, at place: FieldPlace, into problems: inout Diagnostics) -> JSONValue? {
        value
    }
}

extension Bool: JSONReadable {
    public static func read(_ value: JSONValue, at place: FieldPlace, into problems: inout Diagnostics) -> Bool? {
        if case .bool(let bool) = value { return bool }
        return problems.wrongType(value, at: place, expected: "true or false")
    }
}

extension String: JSONReadable {
    public static func read(_ value: JSONValue, at place: FieldPlace, into problems: inout Diagnostics) -> String? {
        if case .string(let string) = value { return string }
        return problems.wrongType(value, at: place, expected: "text")
    }
}

extension Int: JSONReadable {
    /// `3`, and `3.0` because JSON does not tell them apart.
    public static func read(_ value: JSONValue, at place: FieldPlace, into problems: inout Diagnostics) -> Int? {
        switch value {
        case .integer(let integer): return integer
        case .number(let number) where number.magnitude <= 0x1p53 && number.rounded() == number: return Int(number)
        case .number(let number):
            problems.report(place.diagnostic("\(number) should be a whole number of at most 64 bits"))
            return nil
        default: return problems.wrongType(value, at: place, expected: "a whole number")
        }
    }
}

extension Double: JSONReadable {
    public static func read(_ value: JSONValue, at place: FieldPlace, into problems: inout Diagnostics) -> Double? {
        switch value {
        case .integer(let integer): return Double(integer)
        case .number(let number): return number
        default: return problems.wrongType(value, at: place, expected: "a number")
        }
    }
}

extension Float: JSONReadable {
    /// The number rounded to binary32; one that overflows is an error.
    public static func read(_ value: JSONValue, at place: FieldPlace, into problems: inout Diagnostics) -> Float? {
        guard let number = Double.read(value, at: place, into: &problems) else { return nil }
        let float = Float(number)
        if float.isFinite { return float }
        problems.report(place.diagnostic("\(number) is outside the range of f32"))
        return nil
    }
}

extension Array: JSONReadable where Element: JSONReadable {
    public static func read(_ value: JSONValue, at place: FieldPlace, into problems: inout Diagnostics) -> [Element]? {
        guard case .array(let items) = value else {
            return problems.wrongType(value, at: place, expected: "a list")
        }
        var result: [Element] = []
        for (index, item) in items.enumerated() {
            if let element = Element.read(item, at: place.index(index), into: &problems) { result.append(element) }
        }
        return result.count == items.count ? result : nil
    }
}

extension Diagnostics {
    /// Reports and returns nothing, so that a reader can `return problems.wrongType(...)`.
    public mutating func wrongType<T>(_ value: JSONValue, at place: FieldPlace, expected: String) -> T? {
        report(place.diagnostic("is \(value.kind), \(expected) was expected"))
        return nil
    }
}
