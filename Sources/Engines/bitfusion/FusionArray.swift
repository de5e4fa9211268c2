import Arch

/// A weight-stationary array of fusion units, after BitFusion (ISCA 2018): `rows` units along K feed an adder tree in each
/// of `columns` columns. Where both operands are narrow a unit makes several products of neighbouring k, so that the
/// array is as many times deeper.
public struct FusionArray: DenseWeightEngine {
    /// Units along K.
    public let rows: Int
    /// Units along N.
    public let columns: Int
    /// Units that correct a sum and scale it to f32.
    public let epilogueLanes: Int
    /// Rows of sums that the engine holds while a group is longer than the array.
    public let partialRows: Int

    /// `epilogueLanes` is `columns` when left out. All at least 1.
    public init(rows: Int = 64, columns: Int = 64, epilogueLanes: Int? = nil, partialRows: Int = 128) {
        self.rows = rows
        self.columns = columns
        self.epilogueLanes = epilogueLanes ?? columns
        self.partialRows = partialRows
    }

    init(_ reader: inout ParameterReader) {
        let columns = reader.integer("columns", default: 64, in: 1...1024)
        self.init(
            rows: reader.integer("rows", default: 64, in: 1...1024), columns: columns,
            epilogueLanes: reader.integer("epilogueLanes", default: columns, in: 1...1024),
            partialRows: reader.integer("partialRows", default: 128, in: 1...65536))
    }

    public var kind: String { "bitfusion" }
    public var summary: String { "\(rows)x\(columns) fusion units of 16 two-bit bricks, \(epilogueLanes) scale lanes" }
    public var parameters: [EngineParameter] {
        [
            EngineParameter(name: "columns", value: "\(columns)", meaning: "fusion units along N"),
            EngineParameter(name: "rows", value: "\(rows)", meaning: "fusion units along K, inputs of each adder tree"),
            EngineParameter(
                name: "epilogueLanes", value: "\(epilogueLanes)", meaning: "zero-point correction and f32 scale units"),
            EngineParameter(
                name: "partialRows", value: "\(partialRows)",
                meaning: "rows of sums held while a group is longer than the array"),
        ]
    }

    public func peak(weightBits: Int) -> Double { peak(weightBits: weightBits, activationBits: 8) }
    public func peak(weightBits: Int, activationBits: Int) -> Double {
        Double(rows * columns * FusionUnit.products(weightBits: weightBits, activationBits: activationBits))
    }
    public var columnBlock: Int { columns }

    public var rtl: RTLBinding {
        RTLBinding(
            top: "fusion_array",
            parameters: [
                "Rows": rows, "Columns": columns, "EpilogueLanes": epilogueLanes, "PartialRows": partialRows,
            ])
    }

    public func support(_ format: ProductFormat) -> Support {
        if let structure = format.structure {
            return .unsupported(reason: "weights are \(structure.name), the units have no selectors in front")
        }
        return denseSupport(format, name: "the array")
    }

    /// Codes whose zero point is 0 are unsigned to the bricks, all others u - 2^(B-1) in two's complement.
    func hasSignedWeights(_ multiply: Multiply) -> Bool { multiply.codes != .offset || multiply.zero != .immediate(0) }

    func centre(_ multiply: Multiply) -> Int { hasSignedWeights(multiply) ? 1 << (multiply.weightBits - 1) : 0 }

    func correction(_ multiply: Multiply) -> GroupCorrection { GroupCorrection(multiply, centre: centre(multiply)) }
}
