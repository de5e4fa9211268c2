import Arch
import Formats

/// A weight-stationary array of multipliers: `rows` lanes of K feed an adder tree in each of `columns` columns.
///
/// A tile of weights is held in registers, double buffered; one K row of `columns` weights is loaded per cycle, one row
/// segment of `rows` activations is broadcast per cycle. What the multipliers take is `operands`; float arrays add by
/// trees of 16 lanes, one tree after the other (`DotContract.blocked16`).
public struct MACArray: DenseWeightEngine {
    public let operands: MACOperands
    /// K lanes; a multiple of 16 for floats.
    public let rows: Int
    /// N lanes.
    public let columns: Int
    /// Units that scale sums to f32; one row of sums takes ceil(columns in use / lanes) cycles.
    public let epilogueLanes: Int
    /// Rows of sums that the engine holds while a segment is longer than `rows` (scaled output, and codes on a float array).
    public let partialRows: Int
    /// Inputs of the activation selector in front of every multiplier: the greatest m of N:M structured weights; 1 is
    /// an array without selectors.
    public let selectorInputs: Int
    /// Where weights may come from.
    public let weights: MACWeights
    /// Weights that the dequantise unit in front of the array makes operands of per cycle, where there is one.
    public let dequantiseLanes: Int

    /// `epilogueLanes` and `dequantiseLanes` are `columns` when left out. All at least 1.
    public init(
        operands: MACOperands = .int8, rows: Int = 64, columns: Int = 64, epilogueLanes: Int? = nil,
        partialRows: Int = 128, selectorInputs: Int = 32, weights: MACWeights = .any, dequantiseLanes: Int? = nil
    ) {
        self.operands = operands
        self.rows = rows
        self.columns = columns
        self.epilogueLanes = epilogueLanes ?? columns
        self.partialRows = partialRows
        self.selectorInputs = selectorInputs
        self.weights = weights
        self.dequantiseLanes = dequantiseLanes ?? columns
    }

    init(_ reader: inout ParameterReader) {
        let columns = reader.integer("columns", default: 64, in: 1...1024)
        let operands = reader.choice("operands", default: MACOperands.int8)
        let rows = reader.integer("rows", default: 64, in: 1...1024)
        if operands.isFloat, !rows.isMultiple(of: DotContract.blocked16.lanes) {
            reader.report("rows", "is \(rows), a multiple of \(DotContract.blocked16.lanes) expected for floats")
        }
        self.init(
            operands: operands, rows: rows, columns: columns,
            epilogueLanes: reader.integer("epilogueLanes", default: columns, in: 1...1024),
            partialRows: reader.integer("partialRows", default: 128, in: 1...65536),
            selectorInputs: reader.integer("selectorInputs", default: 32, in: 1...32),
            weights: reader.choice("weights", default: .any),
            dequantiseLanes: reader.integer("dequantiseLanes", default: columns, in: 1...1024))
    }

    public var kind: String { "mac" }
    public var summary: String { "\(rows)x\(columns) \(operands.name) dot-product array, \(epilogueLanes) scale lanes" }
    public var parameters: [EngineParameter] {
        [
            EngineParameter(name: "columns", value: "\(columns)", meaning: "N lanes"),
            EngineParameter(
                name: "operands", value: operands.rawValue, meaning: "what a multiplier takes: int8, fp16, fp8, or fp16 behind a unit that scales weights"),
            EngineParameter(name: "rows", value: "\(rows)", meaning: "K lanes, inputs of each adder tree"),
            EngineParameter(name: "epilogueLanes", value: "\(epilogueLanes)", meaning: "f32 scale units"),
            EngineParameter(
                name: "partialRows", value: "\(partialRows)",
                meaning: "rows of sums held while a scale group is longer than the K lanes"),
            EngineParameter(
                name: "selectorInputs", value: "\(selectorInputs)",
                meaning: "activations that a multiplier selects from for N:M structured weights, 1 without selectors"),
            EngineParameter(
                name: "weights", value: weights.rawValue,
                meaning: "any, or runTime where the array serves products of two operands made at run time only"),
            EngineParameter(
                name: "dequantiseLanes", value: "\(dequantiseLanes)",
                meaning: "weights per cycle that a dequantise unit in front of the array makes operands of"),
        ]
    }

    public func peak(weightBits: Int) -> Double { Double(rows * columns) }
    public var columnBlock: Int { columns }
    public var dequantisesFirst: Bool { operands.dequantisesFirst }

    public var rtl: RTLBinding {
        let sizes = [
            "Rows": rows, "Columns": columns, "EpilogueLanes": epilogueLanes, "PartialRows": partialRows,
        ]
        guard let significandBits = operands.significandBits else {
            return RTLBinding(
                top: "mac_array", parameters: sizes.merging(["SelectorInputs": selectorInputs]) { first, _ in first })
        }
        let floats = ["SignificandBits": significandBits]
            .merging(dequantisesFirst ? ["DequantiseLanes": dequantiseLanes] : [:]) { first, _ in first }
        return RTLBinding(top: "mac_float_array", parameters: sizes.merging(floats) { first, _ in first })
    }

    /// Zero points for which every u - zero fits the signed 9-bit weight port.
    public func zeroRange(weightBits: Int) -> ClosedRange<Int> { (1 << weightBits) - 256...256 }

    public func multiply(_ multiply: Multiply, shape: LookupShape?, memory: CoreMemory) {
        // Zero points beyond the codes' range, which only hand-made programs have, are left to the structure too.
        guard let bits = operands.significandBits, !isExactInteger(multiply, memory), sums(multiply) != .scaledInParts else {
            return multiplyDots(multiply, shape: shape, memory: memory)
        }
        FloatDot(
            multiply, memory: memory, schedule: schedule(multiply), sums: sums(multiply),
            layout: layout(multiply.weightBits), significandBits: bits
        ).run()
    }

    public func product(_ multiply: Multiply, memory: CoreMemory) -> DotInstruction? {
        guard operands.significandBits == nil || isExactInteger(multiply, memory) else { return nil }
        return DotProduct(codes: multiply, memory: memory, columnBlock: columns).instruction
    }
}
