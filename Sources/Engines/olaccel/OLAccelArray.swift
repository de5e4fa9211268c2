import Arch
import Formats

/// A weight-stationary array of 4-bit multipliers and a few wide ones for outliers, after OLAccel (ISCA 2018). Weights of
/// more than four bits are split without loss: what fits four bits stays in the array, every other weight is zero there and
/// lies in a list of values and coordinates, which the wide multipliers walk at the same time.
public struct OLAccelArray: DenseWeightEngine, SplittingEngine {
    /// Multipliers along K, even.
    public let rows: Int
    /// Multipliers along N.
    public let columns: Int
    /// Outliers that meet a row of activations per cycle.
    public let outlierLanes: Int
    public let outlierFormat: OutlierFormat
    public let assumedOutliers: Int
    /// Units that correct a sum and scale it to f32.
    public let epilogueLanes: Int
    /// Rows of sums that the engine holds while a group is longer than the array.
    public let partialRows: Int

    /// `epilogueLanes` is `columns` when left out.
    public init(
        rows: Int = 64, columns: Int = 128, outlierLanes: Int = 128, valueBytes: Int = 2, coordinateBytes: Int = 2,
        assumedOutliers: Int = 30, epilogueLanes: Int? = nil, partialRows: Int = 128
    ) {
        self.rows = rows
        self.columns = columns
        self.outlierLanes = outlierLanes
        outlierFormat = OutlierFormat(valueBytes: valueBytes, coordinateBytes: coordinateBytes)
        self.assumedOutliers = assumedOutliers
        self.epilogueLanes = epilogueLanes ?? columns
        self.partialRows = partialRows
    }

    init(_ reader: inout ParameterReader) {
        let columns = reader.integer("columns", default: 128, in: 1...1024)
        self.init(
            rows: reader.even("rows", default: 64, in: 2...1024), columns: columns,
            outlierLanes: reader.integer("outlierLanes", default: 128, in: 1...65536),
            valueBytes: reader.integer("outlierValueBytes", default: 2, in: 1...4),
            coordinateBytes: reader.integer("outlierCoordinateBytes", default: 2, in: 1...4),
            assumedOutliers: reader.integer("assumedOutliers", default: 30, in: 0...1000),
            epilogueLanes: reader.integer("epilogueLanes", default: columns, in: 1...1024),
            partialRows: reader.integer("partialRows", default: 128, in: 1...65536))
    }

    public var kind: String { "olaccel" }
    public var summary: String { "\(rows)x\(columns) 4-bit multipliers, \(outlierLanes) wide ones for outliers, \(epilogueLanes) scale lanes" }
    public var parameters: [EngineParameter] {
        [
            EngineParameter(name: "columns", value: "\(columns)", meaning: "4-bit multipliers along N"),
            EngineParameter(name: "rows", value: "\(rows)", meaning: "4-bit multipliers along K, even"),
            EngineParameter(
                name: "outlierLanes", value: "\(outlierLanes)", meaning: "outliers that meet a row of activations per cycle"),
            EngineParameter(
                name: "outlierValueBytes", value: "\(outlierFormat.valueBytes)", meaning: "bytes of an outlier's value in its list"),
            EngineParameter(
                name: "outlierCoordinateBytes", value: "\(outlierFormat.coordinateBytes)",
                meaning: "bytes of its place in the run and of its lane, each"),
            EngineParameter(
                name: "assumedOutliers", value: "\(assumedOutliers)",
                meaning: "outliers in a thousand weights of more than 4 bits, of graphs without values"),
            EngineParameter(
                name: "epilogueLanes", value: "\(epilogueLanes)", meaning: "zero-point correction and f32 scale units"),
            EngineParameter(
                name: "partialRows", value: "\(partialRows)",
                meaning: "rows of sums held while a group is longer than the array"),
        ]
    }

    public func peak(weightBits: Int) -> Double { peak(weightBits: weightBits, activationBits: 8) }
    public func peak(weightBits: Int, activationBits: Int) -> Double {
        Double(rows / ExponentIntegerElement.count(activationBits) * columns)
    }
    public var columnBlock: Int { columns }

    public var rtl: RTLBinding {
        RTLBinding(
            top: "olaccel_array",
            parameters: [
                "Rows": rows, "Columns": columns, "OutlierLanes": outlierLanes, "EpilogueLanes": epilogueLanes,
                "PartialRows": partialRows,
            ])
    }

    public func support(_ format: ProductFormat) -> Support {
        if let structure = format.structure {
            return .unsupported(reason: "weights are \(structure.name), the multipliers have no selectors in front")
        }
        let support = denseSupport(format, name: "the array")
        if support == .native, format.runtimeWeights {
            return .unsupported(reason: "run-time weights are \(format.weights.name), outliers are listed offline")
        }
        return support
    }

    /// What is subtracted from a code u before it is multiplied: half its range, but nothing of narrow codes whose zero point
    /// is 0.
    func centre(_ multiply: Multiply) -> Int {
        let isUnsigned = multiply.codes == .offset && multiply.zero == .immediate(0) && multiply.weightBits <= 4
        return isUnsigned ? 0 : 1 << (multiply.weightBits - 1)
    }

    func correction(_ multiply: Multiply) -> GroupCorrection { GroupCorrection(multiply, centre: centre(multiply)) }
}
