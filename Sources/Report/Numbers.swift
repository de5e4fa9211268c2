/// How numbers look in text reports; integer arithmetic, so that a number looks the same on every machine.
public enum Numbers {
    /// `1234567` as `1,234,567`.
    public static func grouped(_ value: Int) -> String {
        let digits = Array(String(value.magnitude))
        var text = value < 0 ? "-" : ""
        for (index, digit) in digits.enumerated() {
            if index > 0, (digits.count - index).isMultiple(of: 3) { text += "," }
            text.append(digit)
        }
        return text
    }

    /// A count, or a dot for none, so that what matters stands out.
    static func count(_ value: Int) -> String { value == 0 ? "." : grouped(value) }

    /// A finite number with `decimals` digits after the point, halves away from zero.
    static func fixed(_ value: Double, decimals: Int) -> String {
        var scale = 1.0
        for _ in 0..<decimals { scale *= 10 }
        let scaled = (value.magnitude * scale).rounded()
        guard value.isFinite, scaled < 9e15 else { return value.description }
        let whole = Int(scaled)
        let unit = Int(scale)
        var fraction = String(whole % unit)
        while fraction.count < decimals { fraction = "0" + fraction }
        let sign = value < 0 && whole != 0 ? "-" : ""
        return sign + grouped(whole / unit) + (decimals == 0 ? "" : "." + fraction)
    }

    static func percent(_ part: Double, of whole: Double) -> String {
        whole == 0 ? "-" : fixed(100 * part / whole, decimals: 1)
    }

    /// A time with the unit that keeps it between 1 and 1000.
    static func time(_ seconds: Double) -> String {
        scaled(seconds, [(1e-9, "ns"), (1e-6, "us"), (1e-3, "ms"), (1, "s")])
    }

    /// An energy with the unit that keeps it between 1 and 1000.
    static func energy(_ picojoules: Int) -> String {
        scaled(Double(picojoules), [(1, "pJ"), (1e3, "nJ"), (1e6, "uJ"), (1e9, "mJ"), (1e12, "J")])
    }

    static func power(_ watts: Double) -> String { scaled(watts, [(1e-9, "nW"), (1e-6, "uW"), (1e-3, "mW"), (1, "W")]) }

    private static func scaled(_ value: Double, _ units: [(size: Double, name: String)]) -> String {
        let unit = units.first { value < 1000 * $0.size } ?? units[units.count - 1]
        return fixed(value / unit.size, decimals: 3) + " " + unit.name
    }

    /// Text of at most `width` characters.
    static func shortened(_ text: String, to width: Int) -> String {
        text.count <= width ? text : text.prefix(width - 2) + ".."
    }
}

/// The unit of a table's cycle columns: thousands for long runs, so that the table stays narrow.
struct CycleUnit {
    private let divisor: Int

    init(for total: Int) { divisor = total < 10_000_000 ? 1 : 1000 }

    var name: String { divisor == 1 ? "cycles" : "kcyc" }

    /// Rounded to nearest; a dot for none.
    func text(_ cycles: Int) -> String { cycles == 0 ? "." : Numbers.grouped((cycles + divisor / 2) / divisor) }
}

/// The unit of a table's byte columns, decimal.
struct ByteUnit {
    private let divisor: Double
    let name: String

    init(for total: Int) { (divisor, name) = total < 100_000_000 ? (1e3, "kB") : (1e6, "MB") }

    func text(_ bytes: Int) -> String { bytes == 0 ? "." : Numbers.fixed(Double(bytes) / divisor, decimals: 1) }
}
