import Arch
import Formats

/// A row of multipliers: each cycle one activation is broadcast, and each of `columns` multipliers takes it with a
/// weight of its own column. Sums stay in registers until K, or a scale group of it, is at its end.
public struct SerialMAC: DenseWeightEngine {
    /// N lanes; at least 1.
    public let columns: Int

    public init(columns: Int = 64) { self.columns = columns }

    /// Reports what is wrong with a machine file's parameters, all of it.
    init(_ reader: inout ParameterReader) {
        self.init(columns: reader.integer("columns", default: 64, in: 1...1024))
    }

    public var kind: String { "serial-mac" }
    public var summary: String { "\(columns) int8 multipliers, one k per cycle" }
    public var parameters: [EngineParameter] {
        [EngineParameter(name: "columns", value: "\(columns)", meaning: "N lanes")]
    }
    public var rtl: RTLBinding { RTLBinding(top: "serial_mac", parameters: ["Columns": columns], scales: ["Columns"]) }

    public func peak(weightBits: Int) -> Double { Double(columns) }
    public var columnBlock: Int { columns }

    public func support(_ format: ProductFormat) -> Support {
        if let structure = format.structure {
            return .unsupported(reason: "weights are \(structure.name), the lanes take every k")
        }
        return denseSupport(format, name: "the row of multipliers")
    }
}
