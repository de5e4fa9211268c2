import Arch
import Diagnostics

/// Reads the parameters of one engine specification and collects everything that is wrong with them. A reader that has
/// reported something still yields usable defaults, so that one pass finds all mistakes.
struct ParameterReader {
    private let specification: EngineSpecification
    private var known: [String] = []
    private var diagnostics = Diagnostics()
    /// Parameters with a closed set of values, and those of them that are not in force; in the order of asking.
    private(set) var alternatives: [(name: String, values: [EngineSpecification.Value])] = []

    init(_ specification: EngineSpecification) { self.specification = specification }

    mutating func integer(_ name: String, default fallback: Int, in range: ClosedRange<Int>) -> Int {
        guard let value = take(name) else { return fallback }
        guard case .integer(let number) = value else {
            report(name, "is \(value.shown), expected a whole number")
            return fallback
        }
        guard range.contains(number) else {
            report(name, "is \(number), expected \(range.lowerBound) to \(range.upperBound)")
            return fallback
        }
        return number
    }

    /// A number of whole pairs.
    mutating func even(_ name: String, default fallback: Int, in range: ClosedRange<Int>) -> Int {
        let number = integer(name, default: fallback, in: range)
        guard number.isMultiple(of: 2) else {
            report(name, "is \(number), expected an even number")
            return fallback
        }
        return number
    }

    mutating func flag(_ name: String, default fallback: Bool) -> Bool {
        var flag = fallback
        switch take(name) {
        case .flag(let given): flag = given
        case nil: break
        case let value?: report(name, "is \(value.shown), expected true or false")
        }
        alternatives.append((name, [.flag(!flag)]))
        return flag
    }

    /// One of the names of a closed set.
    mutating func choice<Choice: RawRepresentable & CaseIterable>(_ name: String, default fallback: Choice) -> Choice
    where Choice.RawValue == String {
        var choice = fallback
        if let value = take(name) {
            if case .text(let text) = value, let given = Choice(rawValue: text) {
                choice = given
            } else {
                let names = Choice.allCases.map { "\"\($0.rawValue)\"" }.joined(separator: ", ")
                report(name, "is \(value.shown), expected one of \(names)")
            }
        }
        let others = Choice.allCases.filter { $0.rawValue != choice.rawValue }
        alternatives.append((name, others.map { .text($0.rawValue) }))
        return choice
    }

    mutating func report(_ name: String, _ message: String) {
        diagnostics.report(Diagnostic(node: specification.kind, field: name, message))
    }

    /// What was found, unknown names included, in the order of names asked for and then of the alphabet.
    mutating func finish() -> Diagnostics {
        for name in specification.parameters.keys.sorted() where !known.contains(name) {
            report(name, "is not a parameter of this engine, expected one of \(known.joined(separator: ", "))")
        }
        return diagnostics
    }

    private mutating func take(_ name: String) -> EngineSpecification.Value? {
        known.append(name)
        return specification.parameters[name]
    }
}

extension EngineSpecification.Value {
    fileprivate var shown: String {
        switch self {
        case .integer(let number): "\(number)"
        case .text(let text): "\"\(text)\""
        case .flag(let flag): "\(flag)"
        }
    }
}
