import Arch
import Formats

/// An output-stationary array of exponent-integer elements, after ANT (MICRO 2022): both operands are four-bit codes, int4
/// or flint4, which decoders on two borders of the array turn into numbers <exponent, integer>. Codes of up to 8 bits take
/// two neighbouring rows (activations) or columns (weights) of elements, so four elements are one of 8 bits.
public struct AntArray: DenseWeightEngine {
    /// Rows of 4-bit elements: rows of the product.
    public let rows: Int
    /// Columns of 4-bit elements: columns of the product.
    public let columns: Int
    /// Units that correct sums and scale them to f32; one row of sums takes ceil(columns in use / lanes) cycles.
    public let epilogueLanes: Int
    /// What becomes of integer codes of more than four bits.
    public let wideCodes: WideCodes
    /// What activations are converted to.
    public let activationType: ActivationType

    public enum WideCodes: String, Hashable, Sendable, CaseIterable {
        /// Multiplied as they are, by neighbouring elements together: what ANT does in layers that are sensitive.
        case joined
        /// Made four-bit codes.
        case converted
    }

    /// ANT selects by the values of a calibration set, which a graph does not have.
    public enum ActivationType: String, Hashable, Sendable, CaseIterable { case flint, int }

    /// `epilogueLanes` is `columns` when left out. `rows` and `columns` are even.
    public init(
        rows: Int = 128, columns: Int = 128, epilogueLanes: Int? = nil, wideCodes: WideCodes = .joined,
        activationType: ActivationType = .flint
    ) {
        self.rows = rows
        self.columns = columns
        self.epilogueLanes = epilogueLanes ?? columns
        self.wideCodes = wideCodes
        self.activationType = activationType
    }

    init(_ reader: inout ParameterReader) {
        let columns = reader.even("columns", default: 128, in: 2...1024)
        self.init(
            rows: reader.even("rows", default: 128, in: 2...1024), columns: columns,
            epilogueLanes: reader.integer("epilogueLanes", default: columns, in: 1...1024),
            wideCodes: reader.choice("wideCodes", default: .joined),
            activationType: reader.choice("activationType", default: .flint))
    }

    public var kind: String { "ant" }
    public var summary: String {
        "\(rows)x\(columns) exponent-integer elements of 4 bits, int4 and flint4"
            + (wideCodes == .joined ? ", wider codes joined" : ", wider codes converted") + ", \(epilogueLanes) scale lanes"
    }
    public var parameters: [EngineParameter] {
        [
            EngineParameter(name: "columns", value: "\(columns)", meaning: "columns of 4-bit elements, even"),
            EngineParameter(name: "rows", value: "\(rows)", meaning: "rows of 4-bit elements, even"),
            EngineParameter(
                name: "epilogueLanes", value: "\(epilogueLanes)", meaning: "zero-point correction and f32 scale units"),
            EngineParameter(
                name: "wideCodes", value: wideCodes.rawValue,
                meaning: "integer codes of 5 to 8 bits: joined (multiplied by neighbouring elements) or converted to 4 bits"),
            EngineParameter(
                name: "activationType", value: activationType.rawValue,
                meaning: "what activations are converted to: flint or int, of 4 bits"),
        ]
    }

    public func peak(weightBits: Int) -> Double { peak(weightBits: weightBits, activationBits: 8) }
    public func peak(weightBits: Int, activationBits: Int) -> Double {
        Double(rows / ExponentIntegerElement.count(activationBits) * (columns / ExponentIntegerElement.count(weightBits)))
    }
    /// As many columns as 8-bit weights have; narrower ones take two blocks at once.
    public var columnBlock: Int { columns / 2 }

    public var rtl: RTLBinding {
        RTLBinding(
            top: "ant_array", parameters: ["Rows": rows, "Columns": columns, "EpilogueLanes": epilogueLanes])
    }

    /// Codes whose zero point is 0 are unsigned to the elements, all others u - 2^(B-1) in two's complement.
    func hasSignedWeights(_ multiply: Multiply) -> Bool {
        multiply.codes != .offset || multiply.zero != .immediate(0)
    }

    /// What is subtracted from an integer code u before it is multiplied.
    func centre(_ multiply: Multiply) -> Int { hasSignedWeights(multiply) ? 1 << (multiply.weightBits - 1) : 0 }

    /// Zero points and odd levels leave with one correction of every sum (choice: ANT has none of them).
    func correction(_ multiply: Multiply) -> GroupCorrection { GroupCorrection(multiply, centre: centre(multiply)) }
}

extension Multiply {
    /// Bits of an activation code that elements are needed for.
    var activationWidth: Int { activationFormat.codec?.flint?.bits ?? activationBits }
}
