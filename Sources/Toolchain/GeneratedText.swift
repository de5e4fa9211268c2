import Arch
import Cosim
import Graph
import Report

/// Files of the repository that are printed by the program itself; a test keeps them fresh.
public enum GeneratedText {
    /// `docs/isa.md`
    public static var isa: String { ISA.document }
    /// `schemas/graph-1.schema.json`
    public static var graphSchema: String { GraphSchema.text }
    /// `schemas/machine-1.schema.json`
    public static var machineSchema: String { Machine.schemaText }
    /// `schemas/report-1.schema.json`
    public static var reportSchema: String { ReportSchema.text }
    /// `schemas/compare-1.schema.json`
    public static var compareSchema: String { ComparisonSchema.text }
    /// `schemas/lengths-1.schema.json`
    public static var lengthsSchema: String { LengthSchema.text }
    /// `schemas/network-1.schema.json`
    public static var networkSchema: String { NetworkSchema.text }
    /// `schemas/matrix-1.schema.json`
    public static var matrixSchema: String { MatrixSchema.text }
    /// `docs/matrix.md`
    public static var matrix: String { get throws { try SupportMatrix().page } }

    /// `docs/verification.md`, and the modules whose figures are not of their present text.
    ///
    /// - Parameter rtl: path of `rtl/`; when left out it is looked for.
    public static func verification(rtl: String? = nil) throws -> (text: String, stale: [String]) {
        let page = VerificationPage(facts: try VerificationFacts(try RTLSources(path: rtl)))
        return (page.text, page.stale)
    }
}
