import Diagnostics

/// A size of an ONNX tensor: a number, or a polynomial of the symbols that the model leaves open.
struct Size: Hashable, Sendable {
    /// Coefficients, none 0, by the sorted symbols of each product.
    private var terms: [[String]: Int]

    init(_ number: Int) { terms = number == 0 ? [:] : [[]: number] }
    init(symbol: String) { terms = [[symbol]: 1] }

    /// `nil` when a symbol is in it.
    var number: Int? { terms.isEmpty ? 0 : terms.count == 1 ? terms[[]] : nil }

    var symbols: Set<String> { Set(terms.keys.joined()) }

    static func + (a: Size, b: Size) -> Size {
        var sum = a
        for (symbols, factor) in b.terms { sum.add(symbols, factor) }
        return sum
    }

    static func - (a: Size, b: Size) -> Size { a + Size(-1) * b }

    static func * (a: Size, b: Size) -> Size {
        var product = Size(0)
        for (left, x) in a.terms {
            for (right, y) in b.terms {
                product.add((left + right).sorted(), bounded(x.multipliedReportingOverflow(by: y), x ^ y))
            }
        }
        return product
    }

    private mutating func add(_ symbols: [String], _ factor: Int) {
        let old = terms[symbols] ?? 0
        let sum = Self.bounded(old.addingReportingOverflow(factor), factor)
        terms[symbols] = sum == 0 ? nil : sum
    }

    /// A number beyond all sizes instead of one that has wrapped.
    private static func bounded(_ result: (partialValue: Int, overflow: Bool), _ sign: Int) -> Int {
        guard result.overflow || result.partialValue.magnitude > UInt(1) << 62 else { return result.partialValue }
        return sign < 0 ? -(1 << 62) : 1 << 62
    }

    /// The quotient when there is one without a remainder: every product of the dividend is one of the divisor's single product.
    func divided(by divisor: Size) -> Size? {
        guard divisor.terms.count == 1, let (symbols, factor) = divisor.terms.first else {
            return self == divisor && !terms.isEmpty ? Size(1) : nil
        }
        var quotient = Size(0)
        for (product, coefficient) in terms {
            guard coefficient.isMultiple(of: factor), coefficient.magnitude <= UInt(1) << 62 else { return nil }
            var left = product
            for symbol in symbols {
                guard let index = left.firstIndex(of: symbol) else { return nil }
                left.remove(at: index)
            }
            quotient.add(left, coefficient / factor)
        }
        return quotient
    }

    /// As `graph.json` writes it.
    var json: JSONValue {
        if let number { return .integer(number) }
        return .string(text)
    }

    var text: String {
        var text = ""
        // Positive terms first: nothing starts with a minus sign without need.
        for (symbols, factor) in terms.sorted(by: {
            ($0.value < 0 ? 1 : 0, $0.key.count, $0.key.joined()) < (
                $1.value < 0 ? 1 : 0, $1.key.count, $1.key.joined()
            )
        }) {
            let factors = (factor.magnitude == 1 && !symbols.isEmpty ? [] : ["\(factor.magnitude)"]) + symbols
            text += (factor < 0 ? "-" : text.isEmpty ? "" : "+") + factors.joined(separator: "*")
        }
        return text.isEmpty ? "0" : text
    }
}

extension [Size] {
    var product: Size { reduce(Size(1), *) }
    /// `nil` when a symbol is in one of them.
    var numbers: [Int]? {
        let known = compactMap(\.number)
        return known.count == count ? known : nil
    }
    var json: JSONValue { .array(map(\.json)) }
    var text: String { "[" + map(\.text).joined(separator: ", ") + "]" }
}
