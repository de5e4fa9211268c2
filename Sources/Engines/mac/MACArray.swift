import Arch
import Formats

/// A weight-stationary array of multipliers: `rows` lanes of K feed an adder tree in each of `columns` columns.
///
/// A tile of weights is held in registers, double buffered; one K row of `columns` weights is loaded per cycle, one row
/// segment of `rows` activations is broadcast per cycle. Every multiplier has two signed 9-bit ports.
public struct MACArray: Engine {
    /// K lanes.
    public let rows: Int
    /// N lanes.
    public let columns: Int
    /// Units that scale sums to f32; one row of sums takes ceil(columns in use / lanes) cycles.
    public let epilogueLanes: Int
    /// Rows of integer sums that the engine holds while a segment is longer than `rows` (scaled output only).
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

    public var kind: String { "mac" }
    public var summary: String { "\(rows)x\(columns) int8 dot-product array, \(epilogueLanes) scale lanes" }
    public var parameters: [EngineParameter] {
        [
            EngineParameter(name: "columns", value: "\(columns)", meaning: "N lanes"),
            EngineParameter(name: "rows", value: "\(rows)", meaning: "K lanes, inputs of each adder tree"),
            EngineParameter(name: "epilogueLanes", value: "\(epilogueLanes)", meaning: "f32 scale units"),
            EngineParameter(
                name: "partialRows", value: "\(partialRows)",
                meaning: "rows of integer sums held while a scale group is longer than the K lanes"),
        ]
    }

    public func peak(weightBits: Int) -> Double { Double(rows * columns) }
    public var columnBlock: Int { columns }
    public var depthBlock: Int { 1 }
    public var tableFormat: TableFormat? { nil }
    public func shapes(rows: Int, columns: Int) -> [LookupShape] { [] }

    public var rtl: RTLBinding {
        RTLBinding(
            top: "mac_array",
            parameters: [
                "Rows": rows, "Columns": columns, "EpilogueLanes": epilogueLanes, "PartialRows": partialRows,
            ])
    }

    /// Zero points for which every u - zero fits the signed 9-bit weight port.
    public func zeroRange(weightBits: Int) -> ClosedRange<Int> { (1 << weightBits) - 256...256 }

    public func support(_ format: ProductFormat) -> Support { denseSupport(format, name: "the array") }

    private func layout(_ weightBits: Int) -> DenseLayout {
        DenseLayout(columnBlock: columns, weightBits: weightBits)
    }

    public func weightBytes(depth: Int, weightBits: Int) -> Int { layout(weightBits).blockBytes(depth: depth) }

    public func layOut(codes: [UInt8], columns: Int, depth: Int, weightBits: Int) -> [UInt8] {
        layout(weightBits).layOut(codes: codes, columns: columns, depth: depth)
    }

    public func codes(laidOut: [UInt8], columns: Int, depth: Int, weightBits: Int) -> [UInt8] {
        layout(weightBits).codes(laidOut: laidOut, columns: columns, depth: depth)
    }

    public func multiply(_ multiply: Multiply, shape: LookupShape?, memory: CoreMemory) {
        DotProduct(codes: multiply, memory: memory, columnBlock: columns).run()
    }
}
