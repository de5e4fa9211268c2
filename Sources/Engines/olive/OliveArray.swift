import Arch
import Formats

/// An output-stationary array of exponent-integer elements, after OliVe (arXiv 2304.07493): both operands are
/// outlier-victim pairs, which decoders on two borders of the array turn into numbers <exponent, integer>; elements
/// multiply integers and add exponents.
///
/// `rows` x `columns` elements multiply 4-bit slots. A slot of 8 bits takes two neighbouring rows (activations) or columns
/// (weights) of elements, so four elements are one of 8 bits.
public struct OliveArray: DotEngine {
    /// Rows of 4-bit elements: rows of the product.
    public let rows: Int
    /// Columns of 4-bit elements: columns of the product.
    public let columns: Int
    /// Units that scale sums to f32; one row of sums takes ceil(columns in use / lanes) cycles.
    public let epilogueLanes: Int
    /// What the decoders of 8-bit pairs read.
    public let wideFormat: WideOutliers
    /// Of two outliers in a pair that a conversion makes.
    public let survivor: PairRules.Survivor

    /// Outliers of 8-bit pairs.
    public enum WideOutliers: String, Hashable, Sendable, CaseIterable {
        case e4m3, e2m5

        public var format: OutlierVictimPair { self == .e4m3 ? .int8 : .int8E2M5 }
    }

    /// `epilogueLanes` is `columns` when left out. `rows` and `columns` are even.
    public init(
        rows: Int = 128, columns: Int = 128, epilogueLanes: Int? = nil, wideFormat: WideOutliers = .e4m3,
        survivor: PairRules.Survivor = .larger
    ) {
        self.rows = rows
        self.columns = columns
        self.epilogueLanes = epilogueLanes ?? columns
        self.wideFormat = wideFormat
        self.survivor = survivor
    }

    init(_ reader: inout ParameterReader) {
        let columns = reader.even("columns", default: 128, in: 2...1024)
        self.init(
            rows: reader.even("rows", default: 128, in: 2...1024), columns: columns,
            epilogueLanes: reader.integer("epilogueLanes", default: columns, in: 1...1024),
            wideFormat: reader.choice("wideOutliers", default: .e4m3),
            survivor: reader.choice("survivor", default: .larger))
    }

    public var kind: String { "olive" }
    public var summary: String {
        "\(rows)x\(columns) exponent-integer elements of 4 bits, \(wideFormat.rawValue) outliers in 8-bit pairs, "
            + "\(epilogueLanes) scale lanes"
    }
    public var parameters: [EngineParameter] {
        [
            EngineParameter(name: "columns", value: "\(columns)", meaning: "columns of 4-bit elements, even"),
            EngineParameter(name: "rows", value: "\(rows)", meaning: "rows of 4-bit elements, even"),
            EngineParameter(name: "epilogueLanes", value: "\(epilogueLanes)", meaning: "f32 scale units"),
            EngineParameter(
                name: "wideOutliers", value: wideFormat.rawValue, meaning: "outliers of 8-bit pairs: e4m3 or e2m5"),
            EngineParameter(
                name: "survivor", value: survivor.rawValue,
                meaning: "which of two outliers survives in a pair that a conversion makes: larger or left"),
        ]
    }

    public func peak(weightBits: Int) -> Double {
        Double(rows * columns) / (weightBits <= 4 ? 1 : 4)
    }
    /// As many columns as 8-bit weights have; narrower ones take two blocks at once.
    public var columnBlock: Int { columns / 2 }
    /// Pairs.
    public var depthBlock: Int { 2 }
    public var tableFormat: TableFormat? { nil }
    public func shapes(rows: Int, columns: Int) -> [LookupShape] { [] }

    public var rtl: RTLBinding {
        RTLBinding(
            top: "olive_array",
            parameters: [
                "Rows": rows, "Columns": columns, "EpilogueLanes": epilogueLanes,
                "WideExponentBits": wideFormat.format.outliers.exponentBits,
            ])
    }

    func layout(_ weightBits: Int) -> PairLayout { PairLayout(columnBlock: columnBlock, isWide: weightBits > 4) }

    public func weightBytes(depth: Int, weightBits: Int) -> Int { layout(weightBits).blockBytes(depth: depth) }

    public func layOut(codes: [UInt8], columns: Int, depth: Int, weightBits: Int) -> [UInt8] {
        layout(weightBits).layOut(codes: codes, columns: columns, depth: depth)
    }

    public func codes(laidOut: [UInt8], columns: Int, depth: Int, weightBits: Int) -> [UInt8] {
        layout(weightBits).codes(laidOut: laidOut, columns: columns, depth: depth)
    }

    /// Sums modulo 2^32 in any order are the same sums, so a dot product of the decoded values gives the same bits.
    public func product(_ multiply: Multiply, memory: CoreMemory) -> DotInstruction? {
        guard let activations = multiply.activationFormat.codec?.pairs, let weights = multiply.codes.pairs else { return nil }
        // Outliers of 2^15 leave 16 bits.
        guard max(activations.greatestOutlier, weights.greatestOutlier) <= Int16.max else {
            return PairOperands<Int32>.product(multiply, activations, weights, memory: memory, columnBlock: columnBlock).instruction
        }
        return PairOperands<Int16>.product(multiply, activations, weights, memory: memory, columnBlock: columnBlock).instruction
    }
}
