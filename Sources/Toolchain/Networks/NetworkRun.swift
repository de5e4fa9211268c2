import Arch
import Compiler
import Cost
import Diagnostics
import Frontends
import Graph
import Report
import Sim

/// Times a network that is known by its shapes: every part is a program of its own, the host starts one after the other, and
/// copies of a part differ in addresses only, so one of them is timed for all.
public struct NetworkRun: Sendable {
    public let reference: PresetReference
    /// Tokens that enter at once.
    public let prefill: Int
    /// Tokens that are made one after another.
    public let decode: Int
    /// Cached lengths that round up to the same multiple share a program, and take the cycles of the longest of them.
    public let bucket: Int

    public init(_ reference: PresetReference, prefill: Int?, decode: Int, bucket: Int) throws(Diagnostic) {
        let preset = reference.preset
        let place = PresetReference.prefix + preset.name
        if let fixed = preset.fixedTokens, let prefill, prefill != fixed {
            throw Diagnostic(file: place, field: "--prefill", "an image makes \(fixed) tokens, not \(prefill)")
        }
        if decode > 0, !preset.isGenerative {
            throw Diagnostic(file: place, field: "--decode", "the network makes no tokens one after another")
        }
        self.reference = reference
        self.prefill = preset.fixedTokens ?? prefill ?? 128
        self.decode = decode
        self.bucket = bucket
    }

    public func run(on target: Target, options: CompilerOptions, _ cost: MachineCost) throws -> NetworkReport {
        let parts = reference.preset.parts(reference.formats)
        var rows: [NetworkReport.Row] = []
        for part in parts {
            let load = part.load(tokens: prefill)
            let timing = try time(part, tokens: load.tokens, past: 0, nil, target, options)
            rows.append(NetworkReport.Row(phase: .prefill, part: part.name, programs: 1, runs: load.copies, timing, target, cost))
        }
        if decode > 0 {
            for part in parts { rows.append(try steps(of: part, target, options, cost)) }
        }
        return NetworkReport(
            network: reference.preset.name, arch: target.machine.name, weights: reference.formats.weights.description,
            activations: reference.formats.activations.description, prefill: prefill, decode: decode, bucket: bucket,
            clockPeriod: target.machine.clockPeriod, rows: rows, cost: cost)
    }

    /// All decoding steps of a part.
    private func steps(
        of part: ModelPart, _ target: Target, _ options: CompilerOptions, _ cost: MachineCost
    ) throws -> NetworkReport.Row {
        let load = part.load(tokens: 1)
        guard symbols(of: part).contains("past") else {
            let timing = try time(part, tokens: load.tokens, past: 0, nil, target, options)
            return NetworkReport.Row(
                phase: .decode, part: part.name, programs: 1, runs: load.copies * decode, timing, target, cost)
        }
        var row: NetworkReport.Row?
        var past = prefill
        while past < prefill + decode {
            let (timing, served) = try step(of: part, tokens: load.tokens, past: past, target, options)
            let next = NetworkReport.Row(
                phase: .decode, part: part.name, programs: 1, runs: load.copies * served, timing, target, cost)
            if row == nil { row = next } else { row?.add(next) }
            past += served
        }
        guard let row else { throw Diagnostic(field: "--decode", "there is no step") }
        return row
    }

    /// The time of one step behind `past` tokens, and how many steps from it on the same program serves.
    private func step(
        of part: ModelPart, tokens: Int, past: Int, _ target: Target, _ options: CompilerOptions
    ) throws -> (Timing, served: Int) {
        let last = min(prefill + decode - 1, (past + bucket - 1) / bucket * bucket)
        if bucket > 1, let timing = try? time(
            part, tokens: tokens, past: last, LengthBucket(symbol: "past", multiple: bucket), target, options)
        {
            return (timing, last - past + 1)
        }
        // Some graphs cannot leave their length open: they take a program for each.
        return (try time(part, tokens: tokens, past: past, nil, target, options), 1)
    }

    private func time(
        _ part: ModelPart, tokens: Int, past: Int, _ bucket: LengthBucket?, _ target: Target, _ options: CompilerOptions
    ) throws -> Timing {
        let values = ["seq": tokens, "past": past, "capacity": prefill + decode + self.bucket]
        let known = symbols(of: part)
        let bindings = values.filter { known.contains($0.key) }
        let model = try PresetReference.model(part, of: reference.preset, bindings: bindings, bucket: bucket)
        return try Job(model, target: target, options: options).time()
    }

    private func symbols(of part: ModelPart) -> Set<String> {
        guard case .object(let document) = part.document, case .object(let symbols)? = document["symbols"] else { return [] }
        return Set(symbols.keys)
    }
}
