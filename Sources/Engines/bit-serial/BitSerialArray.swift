import Arch

/// An output-stationary array of AND gates and ones counters: one bit plane of the weights meets one bit plane of the
/// activations per cycle, so a product takes weight bits times activation bits cycles.
///
/// `rows` x `columns` units hold a sum each; a unit ANDs and counts `lanes` bits of K per cycle, shifts the count by the
/// weight of both planes and adds it. One zero-point correction and one scale follow per group of K.
public struct BitSerialArray: DenseWeightEngine {
    /// Rows of the product at once.
    public let rows: Int
    /// Columns of the product at once.
    public let columns: Int
    /// Bits of K that a unit takes per cycle.
    public let lanes: Int
    /// Units that correct a sum and scale it to f32; integer sums leave through them too.
    public let epilogueLanes: Int

    /// All at least 1.
    public init(rows: Int = 32, columns: Int = 64, lanes: Int = 128, epilogueLanes: Int = 64) {
        self.rows = rows
        self.columns = columns
        self.lanes = lanes
        self.epilogueLanes = epilogueLanes
    }

    init(_ reader: inout ParameterReader) {
        self.init(
            rows: reader.integer("rows", default: 32, in: 1...1024),
            columns: reader.integer("columns", default: 64, in: 1...1024),
            lanes: reader.integer("lanes", default: 128, in: 1...4096),
            epilogueLanes: reader.integer("epilogueLanes", default: 64, in: 1...65536))
    }

    public var kind: String { "bit-serial" }
    public var summary: String {
        "\(rows)x\(columns) units that AND and count \(lanes) bits, \(epilogueLanes) scale lanes"
    }
    public var parameters: [EngineParameter] {
        [
            EngineParameter(name: "rows", value: "\(rows)", meaning: "rows of units"),
            EngineParameter(name: "columns", value: "\(columns)", meaning: "columns of units"),
            EngineParameter(name: "lanes", value: "\(lanes)", meaning: "bits of K that a unit counts per cycle"),
            EngineParameter(
                name: "epilogueLanes", value: "\(epilogueLanes)", meaning: "zero-point correction and f32 scale units"),
        ]
    }

    public func peak(weightBits: Int) -> Double { peak(weightBits: weightBits, activationBits: 8) }
    public func peak(weightBits: Int, activationBits: Int) -> Double {
        Double(rows * columns * lanes) / Double(weightBits * activationBits)
    }
    public var columnBlock: Int { columns }

    public var rtl: RTLBinding {
        RTLBinding(
            top: "bit_serial_array",
            parameters: ["Rows": rows, "Columns": columns, "Lanes": lanes, "EpilogueLanes": epilogueLanes])
    }

    public func support(_ format: ProductFormat) -> Support {
        if let structure = format.structure {
            return .unsupported(reason: "weights are \(structure.name), all units of a row take the same bits of K")
        }
        return denseSupport(format, name: "the array")
    }

    /// Weight planes are those of the unsigned code.
    func correction(_ multiply: Multiply) -> GroupCorrection { GroupCorrection(multiply, centre: 0) }
}
