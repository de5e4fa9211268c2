import Diagnostics

/// A tensor that is encoded anew for an engine, and what that loses.
public struct ConversionRecord: Hashable, Sendable {
    /// Name in the graph.
    public var tensor: String
    /// Codecs.
    public var from: String
    public var to: String
    public var elements: Int
    /// What whole numbers are multiplied by before they are rounded; `nil` for floats that become numbers of a dictionary.
    public var factor: Float?
    /// Of the new codes, where one number scales them all.
    public var scale: Float?
    /// In units of the scale: outliers are what lies outside; `nil` for formats without.
    public var threshold: ClosedRange<Float>?
    /// Numbers of a dictionary.
    public var centroids: Int?
    /// `nil` where there are none, or values were not computed.
    public var outliers: Outliers?
    /// Of real numbers; `nil` where values were not computed.
    public var meanSquaredError: Double?
    /// 10 log10 (sum of squares / sum of squared differences); `nil` when nothing differs.
    public var decibels: Double?

    public struct Outliers: Hashable, Sendable {
        public var count: Int
        /// Pairs of the tensor, or its elements.
        public var of: Int

        public init(count: Int, of: Int) {
            self.count = count
            self.of = of
        }
    }

    public init(tensor: String, from: String, to: String, elements: Int) {
        self.tensor = tensor
        self.from = from
        self.to = to
        self.elements = elements
    }
}

extension ConversionRecord {
    var json: JSONValue {
        var object: JSONObject = [
            "tensor": .string(tensor), "from": .string(from), "to": .string(to), "elements": .integer(elements),
        ]
        object["factor"] = factor.map { .float($0) }
        object["scale"] = scale.map { .float($0) }
        object["threshold"] = threshold.map { [.float($0.lowerBound), .float($0.upperBound)] }
        object["centroids"] = centroids.map { .integer($0) }
        object["outliers"] = outliers.map { ["count": .integer($0.count), "of": .integer($0.of)] }
        object["mean_squared_error"] = meanSquaredError.map { .number($0) }
        if meanSquaredError != nil { object["snr_db"] = decibels.json }
        return .object(object)
    }
}

extension RunReport {
    /// One line for each tensor; empty without conversions.
    var conversionTable: String {
        guard !conversions.isEmpty else { return "" }
        var table = TextTable([
            .init("converted", alignment: .left), .init("from", alignment: .left), .init("to", alignment: .left), .init("scale"),
            .init("threshold"), .init("outliers"), .init("%"), .init("mean sq. error"), .init("SNR dB"),
        ])
        for record in conversions {
            let numbers = record.centroids.map { " of \($0)" } ?? ""
            table.add([
                Numbers.shortened(record.tensor, to: 32), record.from, record.to + numbers,
                record.scale.map { Numbers.significant(Double($0)) } ?? "-", record.threshold.map(Self.text) ?? "-",
                record.outliers.map { Numbers.grouped($0.count) } ?? "-",
                record.outliers.map { Numbers.fixed(100 * Double($0.count) / Double(max(1, $0.of)), decimals: 3) } ?? "-",
                record.meanSquaredError.map(Numbers.significant) ?? "-",
                record.decibels.map { Numbers.fixed($0, decimals: 2) } ?? (record.meanSquaredError == nil ? "-" : "exact"),
            ])
        }
        return table.text
    }

    private static func text(_ threshold: ClosedRange<Float>) -> String {
        let (low, high) = (Double(threshold.lowerBound), Double(threshold.upperBound))
        return low == -high ? "+-" + Numbers.significant(high) : Numbers.significant(low) + " " + Numbers.significant(high)
    }
}

extension Numbers {
    /// Four significant digits, with a power of ten where the number is not of common size.
    static func significant(_ value: Double) -> String {
        guard value.isFinite, value != 0 else { return value == 0 ? "0" : value.description }
        var (mantissa, exponent) = (value.magnitude, 0)
        while mantissa >= 10 { (mantissa, exponent) = (mantissa / 10, exponent + 1) }
        while mantissa < 1 { (mantissa, exponent) = (mantissa * 10, exponent - 1) }
        if (-3...5).contains(exponent) { return fixed(value, decimals: max(0, 3 - exponent)) }
        return (value < 0 ? "-" : "") + fixed(mantissa, decimals: 3) + "e\(exponent)"
    }
}
