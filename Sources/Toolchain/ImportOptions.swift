import Diagnostics
import Frontends

/// What an import is asked for, as it is written on a command line.
public struct ImportOptions: Sendable {
    /// `keep`, or as `NumberFormat` reads it; f16 when left out, of ONNX `keep`, of SCALE-Sim int8.
    public var weights: String?
    /// In front of products; f16 when left out, of ONNX as they are, of SCALE-Sim int8.
    public var activations: String?
    /// As `FormatOverride` reads them.
    public var overrides: [String]
    /// Sizes that an ONNX model leaves open.
    public var bindings: [String: Int]

    public init(weights: String? = nil, activations: String? = nil, overrides: [String] = [], bindings: [String: Int] = [:]) {
        self.weights = weights
        self.activations = activations
        self.overrides = overrides
        self.bindings = bindings
    }

    func parsedOverrides() throws(Diagnostics) -> [FormatOverride] {
        var problems = Diagnostics()
        var parsed: [FormatOverride] = []
        for text in overrides {
            do throws(Diagnostic) { parsed.append(try FormatOverride(text, field: "--override")) } catch { problems.report(error) }
        }
        guard problems.isEmpty else { throw problems }
        return parsed
    }

    /// Formats of a network whose layers have all the same.
    func formats(default format: NumberFormat) throws(Diagnostic) -> NumberFormats {
        guard overrides.isEmpty else { throw Diagnostic(field: "--override", "all layers of a topology have the same formats") }
        return NumberFormats(
            weights: weights == nil ? format : try NumberFormat(exactOr: weights ?? "", field: "--weights"),
            activations: activations == nil ? format : try NumberFormat(exactOr: activations ?? "", field: "--activations"))
    }
}
