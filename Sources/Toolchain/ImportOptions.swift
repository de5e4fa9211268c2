import Diagnostics
import Frontends

/// What an import is asked for, as it is written on a command line.
public struct ImportOptions: Sendable {
    /// `keep`, or as `NumberFormat` reads it; when left out f16, of ONNX `keep`, of SCALE-Sim int8, or what goes with `activations`.
    public var weights: String?
    /// In front of products; when left out f16, of ONNX as they are, of SCALE-Sim int8, or what goes with `weights`.
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
    func uniformFormats(default formats: NumberFormats) throws(Diagnostic) -> NumberFormats {
        guard overrides.isEmpty else { throw Diagnostic(field: "--override", "all layers of a topology have the same formats") }
        guard weights != ImportedWeights.keep else { throw Diagnostic(field: "--weights", "a topology has none that could be kept") }
        return try self.formats(default: formats)
    }

    /// - Parameter formats: of what is left out, as far as it goes with what is given; weights to be kept are left out too.
    func formats(default formats: NumberFormats) throws(Diagnostic) -> NumberFormats {
        var given: NumberFormat?
        if let weights, case .format(let format) = try ImportedWeights(weights, field: "--weights") { given = format }
        let activations = try activations.map { (text) throws(Diagnostic) in try NumberFormat(exactOr: text, field: "--activations") }
        return try NumberFormats(weights: given, activations: activations, default: formats)
    }
}
