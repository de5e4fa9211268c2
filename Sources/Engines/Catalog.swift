import Arch
import Diagnostics

/// Every engine that exists, one line each.
public enum Catalog {
    struct Entry: Sendable {
        var kind: String
        /// What `rtl/` has of it.
        var blocks: [RTLBlock] = []
        var make: @Sendable (inout ParameterReader) -> any Engine
    }

    static let entries: [Entry] = [
        Entry(kind: "mac", blocks: MACArray.blocks) { MACArray(&$0) },
        Entry(kind: "lut-tc", blocks: LUTTensorCore.blocks) { LUTTensorCore(&$0) },
        Entry(kind: "dsp-chain", blocks: DSPChain.blocks) { DSPChain(&$0) },
        Entry(kind: "mixpe", blocks: MixPEArray.blocks) { MixPEArray(&$0) },
        Entry(kind: "olive", blocks: OliveArray.blocks) { OliveArray(&$0) },
        Entry(kind: "ant", blocks: AntArray.blocks) { AntArray(&$0) },
        Entry(kind: "olaccel", blocks: OLAccelArray.blocks) { OLAccelArray(&$0) },
        Entry(kind: "gobo", blocks: GoboArray.blocks) { GoboArray(&$0) },
        Entry(kind: "bit-serial", blocks: BitSerialArray.blocks) { BitSerialArray(&$0) },
        Entry(kind: "bitfusion", blocks: FusionArray.blocks) { FusionArray(&$0) },
        Entry(kind: "serial-mac", blocks: SerialMAC.blocks) { SerialMAC(&$0) },
    ]

    public static var kinds: [String] { entries.map(\.kind) }

    /// Every block of RTL, those that several engines share first.
    public static var blocks: [RTLBlock] { CommonBlocks.all + VectorBlocks.all + entries.flatMap(\.blocks) }

    /// The engine that a machine file asks for. Every unknown, ill-typed or out-of-range parameter is reported.
    ///
    /// - Parameter cores: of the machine; the engine stands for those of all of them.
    public static func engine(
        _ specification: EngineSpecification, cores: Int = 1
    ) throws(Diagnostics) -> any Engine {
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
        if cores == 1 { return engine }
        guard let lockstep = engine as? any LockstepEngine else {
            throw Diagnostics(
                Diagnostic(
                    node: specification.kind, field: "kind",
                    "\(cores) cores cannot share the columns of this engine; it takes a machine of one core"))
        }
        return lockstep.dealt(over: cores)
    }

    /// A block in a size that `blocks` does not list; `nil` for blocks that have no others.
    public static func block(named name: String) -> RTLBlock? {
        MultiplyAccumulateBlocks.block(named: name)
            ?? (LUTTensorCore.ablation + MACArray.narrowPorts).first { $0.name == name }
    }

    /// The array of RTL that an engine of a machine file is, in lockstep with it.
    public static func array(_ specification: EngineSpecification) throws(Diagnostics) -> RTLBlock {
        guard let engine = try engine(specification) as? any ArrayBlock else {
            throw Diagnostics(Diagnostic(node: specification.kind, field: "kind", "has no array in rtl/"))
        }
        return engine.array
    }

    /// An engine as `base` has it, then with each other value of each option that has a closed set of them (sizes have
    /// none), one at a time.
    ///
    /// - Parameter base: parameters that are not left at their defaults.
    public static func variants(
        of kind: String, base: [String: EngineSpecification.Value] = [:]
    ) throws(Diagnostics) -> [EngineSpecification] {
        let plain = EngineSpecification(kind: kind, parameters: base)
        _ = try engine(plain)
        var reader = ParameterReader(plain)
        _ = entries.first { $0.kind == kind }?.make(&reader)
        return [plain] + reader.alternatives.flatMap { name, values in
            values.compactMap { value in
                var variant = plain
                variant.parameters[name] = value
                // What one option excludes of another is the engine's business.
                return (try? engine(variant)) == nil ? nil : variant
            }
        }
    }
}
