import Diagnostics

/// A size as it is written: a number, or sums, differences and products of numbers and symbols (`"2*seq + past"`).
struct Dimension {
    /// Values lie within plus and minus this, so that adding a few of them cannot wrap.
    static let limit = 1 << 40

    enum Term: Hashable {
        case number(Int)
        case symbol(String)
    }
    /// sum over terms of sign * product of factors
    private(set) var terms: [(negative: Bool, factors: [Term])] = []

    /// Reads `expression := product (("+" | "-") product)*`, `product := atom ("*" atom)*`; spaces are free.
    init(_ text: String) throws(Diagnostic) {
        var rest = Substring(text)
        var negative = Self.accept("-", &rest)
        repeat {
            var factors = [try Self.atom(&rest)]
            while Self.accept("*", &rest) { factors.append(try Self.atom(&rest)) }
            terms.append((negative, factors))
            if rest.isEmpty { return }
            negative = rest.first == "-"
        } while Self.accept("+", &rest) || Self.accept("-", &rest)
        throw Diagnostic("'\(text)' is not a size: +, - or * expected before '\(rest)'")
    }

    private static func skipSpaces(_ rest: inout Substring) { rest = rest.drop { $0 == " " } }

    private static func accept(_ character: Character, _ rest: inout Substring) -> Bool {
        skipSpaces(&rest)
        guard rest.first == character else { return false }
        rest.removeFirst()
        return true
    }

    private static func atom(_ rest: inout Substring) throws(Diagnostic) -> Term {
        skipSpaces(&rest)
        let word = rest.prefix { Symbols.isNameCharacter($0) }
        rest.removeFirst(word.count)
        let result = word
        skipSpaces(&rest)
        if let number = Int(result) { return .number(number) }
        guard Symbols.isName(String(result)) else {
            throw Diagnostic("a number or a symbol expected" + (result.isEmpty ? "" : " in place of '\(result)'"))
        }
        return .symbol(String(result))
    }

    func value(_ symbols: Symbols) throws(Diagnostic) -> Int {
        var total = 0
        for term in terms {
            if let name = symbols.linear, term.factors.count(where: { $0 == .symbol(name) }) > 1 {
                throw Diagnostic("'\(name)' is multiplied by itself, so it cannot be left open by a bucket")
            }
            var product = 1
            for factor in term.factors {
                let value = try Self.value(of: factor, symbols)
                let (next, overflow) = product.multipliedReportingOverflow(by: value)
                guard !overflow, next.magnitude <= Self.limit else { throw Self.tooLarge }
                product = next
            }
            total += term.negative ? -product : product
            guard total.magnitude <= Self.limit else { throw Self.tooLarge }
        }
        return total
    }

    private static func value(of term: Term, _ symbols: Symbols) throws(Diagnostic) -> Int {
        switch term {
        case .number(let number): return number
        case .symbol(let name):
            guard let value = symbols.values[name] else {
                throw Diagnostic("there is no symbol '\(name)'\(Suggestion.hint(for: name, in: symbols.names))")
            }
            return value
        }
    }

    static let tooLarge = Diagnostic("the value is beyond 2^40")
}

extension ObjectReader {
    /// A size: a number or an expression. `nil` after a report when it is missing or wrong.
    mutating func dimension(_ key: String, _ symbols: Symbols) -> Int? {
        let place = place.key(key)
        return required(key, JSONValue.self).flatMap { value in collect { Dimension.read(value, symbols, place, &$0) } }
    }

    mutating func dimension(_ key: String, _ symbols: Symbols, default value: Int) -> Int {
        let place = place.key(key)
        let read = optional(key, JSONValue.self).flatMap { value in
            collect { Dimension.read(value, symbols, place, &$0) }
        }
        return read ?? value
    }

    mutating func dimensions(_ key: String, _ symbols: Symbols) -> [Int]? {
        required(key, [JSONValue].self).flatMap { list(key, $0, symbols) }
    }

    mutating func dimensions(_ key: String, _ symbols: Symbols, default value: [Int]) -> [Int] {
        optional(key, [JSONValue].self).flatMap { list(key, $0, symbols) } ?? value
    }

    private mutating func list(_ key: String, _ values: [JSONValue], _ symbols: Symbols) -> [Int]? {
        let place = place.key(key)
        let sizes = collect { problems in
            values.enumerated().map { Dimension.read($1, symbols, place.index($0), &problems) }
        }
        return sizes.contains(nil) ? nil : sizes.compactMap { $0 }
    }
}

extension Dimension {
    static func read(
        _ value: JSONValue, _ symbols: Symbols, _ place: FieldPlace, _ problems: inout Diagnostics
    ) -> Int? {
        do throws(Diagnostic) {
            switch value {
            case .string(let text):
                // A symbol whose own declaration is wrong has been reported already.
                let dimension = try Dimension(text)
                if dimension.terms.contains(where: { $0.factors.contains { symbols.isBroken($0) } }) { return nil }
                return try dimension.value(symbols)
            default:
                guard let number = Int.read(value, at: place, into: &problems) else { return nil }
                guard number.magnitude <= limit else { throw tooLarge }
                return number
            }
        } catch {
            problems.report(place.diagnostic(error.message))
            return nil
        }
    }
}
