import Arch
import Formats

/// An output-stationary array of adders, after GOBO (MICRO 2020): weights are indices of a few centroids, an element adds an
/// activation to the sum of its weight's centroid, and only at the end of a pass over K are the sums multiplied, by the few
/// multipliers that a row of elements shares. Outliers, weights that are no centroid, lie in a list, and the same multipliers
/// take them while the elements add.
public struct GoboArray: DenseWeightEngine, DictionaryEngine {
    /// Rows of elements: rows of the product.
    public let rows: Int
    /// Columns of elements: columns of the product.
    public let columns: Int
    /// Bits of an index; an element has a sum for each of 2^indexBits centroids, and a second set that is multiplied meanwhile.
    public let indexBits: Int
    /// Multipliers with adders of each row of elements.
    public let multipliers: Int
    /// Natural logarithm of the density below which a conversion makes a weight an outlier.
    public let outlierLogProbability: Int
    public let outlierFormat: OutlierFormat
    public let assumedOutliers: Int

    /// How sums are added.
    static let contract = DotContract.centroids1024

    public init(
        rows: Int = 64, columns: Int = 64, indexBits: Int = 3, multipliers: Int = 1, outlierLogProbability: Int = -4,
        coordinateBytes: Int = 2, assumedOutliers: Int = 1
    ) {
        self.rows = rows
        self.columns = columns
        self.indexBits = indexBits
        self.multipliers = multipliers
        self.outlierLogProbability = outlierLogProbability
        outlierFormat = OutlierFormat(valueBytes: 2, coordinateBytes: coordinateBytes)
        self.assumedOutliers = assumedOutliers
    }

    init(_ reader: inout ParameterReader) {
        self.init(
            rows: reader.integer("rows", default: 64, in: 1...1024),
            columns: reader.integer("columns", default: 64, in: 1...1024),
            indexBits: reader.integer("indexBits", default: 3, in: WeightDictionary.widths),
            multipliers: reader.integer("multipliers", default: 1, in: 1...1024),
            outlierLogProbability: reader.integer("outlierLogProbability", default: -4, in: -1000...100),
            coordinateBytes: reader.integer("outlierCoordinateBytes", default: 2, in: 1...4),
            assumedOutliers: reader.integer("assumedOutliers", default: 1, in: 0...1000))
    }

    public var kind: String { "gobo" }
    public var summary: String {
        "\(rows)x\(columns) adders with sums for \(1 << indexBits) centroids, \(multipliers) "
            + "multiplier\(multipliers == 1 ? "" : "s") a row, outliers beside them"
    }
    public var parameters: [EngineParameter] {
        [
            EngineParameter(name: "columns", value: "\(columns)", meaning: "columns of elements"),
            EngineParameter(name: "rows", value: "\(rows)", meaning: "rows of elements"),
            EngineParameter(
                name: "indexBits", value: "\(indexBits)", meaning: "2 to 4; an element has a sum for each of 2^indexBits centroids"),
            EngineParameter(
                name: "multipliers", value: "\(multipliers)", meaning: "of a row of elements, for centroids and outliers"),
            EngineParameter(
                name: "outlierLogProbability", value: "\(outlierLogProbability)",
                meaning: "a conversion lists weights of a lesser log density, under the normal distribution of their tensor"),
            EngineParameter(
                name: "outlierCoordinateBytes", value: "\(outlierFormat.coordinateBytes)",
                meaning: "bytes of an outlier's place in the run and of its lane, each"),
            EngineParameter(
                name: "assumedOutliers", value: "\(assumedOutliers)",
                meaning: "outliers in a thousand weights, of graphs without values"),
        ]
    }

    public func peak(weightBits: Int) -> Double { Double(rows * columns) }
    public var columnBlock: Int { columns }
    public func listsOutliers(weightBits: Int) -> Bool { true }

    public var rtl: RTLBinding {
        RTLBinding(
            top: "gobo_array",
            parameters: ["Rows": rows, "Columns": columns, "IndexBits": indexBits, "Multipliers": multipliers],
            scales: ["Rows", "Columns", "Multipliers"])
    }
}
