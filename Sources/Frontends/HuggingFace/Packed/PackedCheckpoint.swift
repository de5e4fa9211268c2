import Diagnostics
import Graph

/// How a checkpoint packs weights: its `quantization_config`.
struct PackedCheckpoint: Sendable {
    enum Method: Sendable {
        case words(WordPacking)
        /// BitNet; the scale divides in one class of layers and multiplies in the other.
        case ternary(isReciprocal: Bool)
    }

    let method: Method
    /// As stated; of ternary weights 2.
    let bits: Int
    /// Inputs that share a scale; `nil` when all of an output do.
    let groupSize: Int?
    /// Some modules have bits or groups of their own.
    let isMixed: Bool

    /// `nil` when weights are not packed, or in a way that is reported as not supported.
    init?(_ checkpoint: Checkpoint, _ config: inout CheckpointConfig) {
        guard var fields = config.object("quantization_config") ?? Self.older(checkpoint, &config) else { return nil }
        let method = fields.text("quant_method") ?? "gptq"
        let found: PackedCheckpoint?
        switch method {
        case "gptq": found = Self.gptq(&fields)
        case "awq": found = Self.awq(&fields)
        case "bitnet": found = Self.bitnet(&fields)
        default:
            fields.report("quant_method", "'\(method)' is not supported; gptq, awq and bitnet are")
            found = nil
        }
        config.report(contentsOf: fields.problems)
        guard let found else { return nil }
        self = found
    }

    private init(method: Method, bits: Int, groupSize: Int?, isMixed: Bool = false) {
        self.method = method
        self.bits = bits
        self.groupSize = groupSize
        self.isMixed = isMixed
    }

    /// AutoGPTQ once wrote a file of its own.
    private static func older(_ checkpoint: Checkpoint, _ config: inout CheckpointConfig) -> CheckpointConfig? {
        let name = "quantize_config.json"
        guard checkpoint.names.contains(where: { $0.hasSuffix(".qweight") }) else { return nil }
        guard checkpoint.folder.has(name) else {
            config.report("quantization_config", "is left out, but weights are packed, and nothing says how")
            return nil
        }
        let value: JSONValue
        do throws(Diagnostic) { value = try InputFile.json(path: checkpoint.folder.file(name)) } catch {
            config.report(contentsOf: Diagnostics(error))
            return nil
        }
        guard case .object(let object) = value else { return nil }
        return CheckpointConfig(object, scope: "\(name): ")
    }

    private static func gptq(_ fields: inout CheckpointConfig) -> PackedCheckpoint? {
        let format = fields.text("checkpoint_format") ?? fields.text("format") ?? "gptq"
        guard ["gptq", "gptq_v2"].contains(format), fields.truth("is_marlin_format") != true else {
            fields.report("checkpoint_format", "'\(format)' or Marlin's order of weights is not supported; gptq and gptq_v2 are")
            return nil
        }
        if let type = fields.text("pack_dtype"), type != "int32" {
            fields.report("pack_dtype", "is '\(type)', int32 expected")
        }
        let bits = fields.requiredSize("bits")
        if ![2, 3, 4, 8].contains(bits) { fields.report("bits", "is \(bits), 2, 3, 4 or 8 expected") }
        let isMixed = fields.has("dynamic")
        return PackedCheckpoint(
            method: .words(.gptq(zeroOffset: format == "gptq" ? 1 : 0)), bits: bits, groupSize: group(&fields, "group_size"),
            isMixed: isMixed)
    }

    private static func awq(_ fields: inout CheckpointConfig) -> PackedCheckpoint? {
        let version = fields.text("version")?.lowercased() ?? "gemm"
        if version != "gemm" { fields.report("version", "'\(version)' is not supported; gemm is") }
        if let backend = fields.text("backend"), backend != "autoawq" {
            fields.report("backend", "'\(backend)' is not supported; autoawq is")
        }
        let bits = fields.has("w_bit") ? fields.requiredSize("w_bit") : fields.requiredSize("bits")
        if bits != 4 { fields.report("bits", "is \(bits), 4 expected") }
        let key = fields.has("q_group_size") ? "q_group_size" : "group_size"
        return PackedCheckpoint(method: .words(.awq), bits: bits, groupSize: group(&fields, key))
    }

    private static func bitnet(_ fields: inout CheckpointConfig) -> PackedCheckpoint? {
        let kind = fields.text("linear_class") ?? "bitlinear"
        guard ["bitlinear", "autobitlinear"].contains(kind) else {
            fields.report("linear_class", "'\(kind)' is not supported; bitlinear and autobitlinear are")
            return nil
        }
        if fields.truth("use_rms_norm") == true {
            fields.report("use_rms_norm", "is true: norms inside linear layers are not supported")
        }
        if let mode = fields.text("quantization_mode"), mode != "offline" {
            fields.report("quantization_mode", "'\(mode)' is not supported: weights are to be ternary in the file")
        }
        return PackedCheckpoint(method: .ternary(isReciprocal: kind == "bitlinear"), bits: 2, groupSize: nil)
    }

    /// -1 is all inputs.
    private static func group(_ fields: inout CheckpointConfig, _ key: String) -> Int? {
        if fields.value(key) == .integer(-1) { return nil }
        return fields.size(key) ?? (fields.has(key) ? nil : 128)
    }
}
