import Arch
import Diagnostics

/// Every engine that exists, one line each.
public enum Catalog {
    struct Entry: Sendable {
        var kind: String
        var make: @Sendable (inout ParameterReader) -> any Engine
    }

    static let entries: [Entry] = [
        Entry(kind: "mac") { MACArray(&$0) },
        Entry(kind: "lut-tc") { LUTTensorCore(&$0) },
        Entry(kind: "dsp-chain") { DSPChain(&$0) },
        Entry(kind: "mixpe") { MixPEArray(&$0) },
    ]

    public static var kinds: [String] { entries.map(\.kind) }

    /// The engine that a machine file asks for. Every unknown, ill-typed or out-of-range parameter is reported.
    public static func engine(_ specification: EngineSpecification) throws(Diagnostics) -> any Engine {
        guard let entry = entries.first(where: { $0.kind == specification.kind }) else {
            let known = kinds.joined(separator: ", ")
            throw Diagnostics(
                Diagnostic(
                    node: specification.kind, field: "kind",
                    "there is no engine '\(specification.kind)', expected one of \(known)"))
        }
        var reader = ParameterReader(specification)
        let engine = entry.make(&reader)
        let found = reader.finish()
        guard found.isEmpty else { throw found }
        return engine
    }
}
