import Formats

/// Rotary positions as a `config.json` describes them (huggingface/transformers, `modeling_rope_utils.py`).
struct HuggingFaceRotary {
    let architecture: HuggingFaceArchitecture
    let headWidth: Int

    func rotary(_ config: inout CheckpointConfig) -> Rotary {
        // Newer files have all of it in one object.
        var scaling = config.object("rope_parameters") ?? config.object("rope_scaling")
        let share =
            config.positive("partial_rotary_factor") ?? config.positive("rotary_pct")
            ?? scaling?.positive("partial_rotary_factor") ?? architecture.rotaryShare
        let base =
            config.positive("rope_theta") ?? config.positive("rotary_emb_base") ?? scaling?.positive("rope_theta")
            ?? Double(architecture.rotaryBase)
        let stated = architecture.type == "gptj" ? config.size("rotary_dim") : nil
        let dimensions = stated ?? (share <= 1 ? Int(Double(headWidth) * share) : 0)
        if dimensions < 2 || !dimensions.isMultiple(of: 2) || dimensions > headWidth {
            let (key, value) = stated.map { ("rotary_dim", "\($0)") } ?? ("partial_rotary_factor", "\(share)")
            config.report(key, "is \(value), which does not make an even number of \(headWidth) features turn")
        }
        var rotary = Rotary(base: Float(base), pairs: architecture.rotaryPairs, dimensions: max(2, dimensions))
        guard dimensions <= RotaryScaling.maximumDimensions else {
            config.report("head_dim", "is \(headWidth), of which at most \(RotaryScaling.maximumDimensions) features can turn")
            return rotary
        }
        if var fields = scaling {
            rotary.scaling = Self.scaling(&fields, base: base, dimensions: max(2, dimensions), &config)
            config.report(contentsOf: fields.problems)
        }
        return rotary
    }

    private static func scaling(
        _ fields: inout CheckpointConfig, base: Double, dimensions: Int, _ config: inout CheckpointConfig
    ) -> RotaryScaling? {
        let type = fields.text("rope_type") ?? fields.text("type") ?? "default"
        if type == "default" { return nil }
        guard ["linear", "llama3", "yarn"].contains(type) else {
            fields.report("rope_type", "'\(type)' is not supported; default, linear, llama3 and yarn are")
            return nil
        }
        guard let factor = fields.positive("factor") else {
            fields.report("factor", "is left out")
            return nil
        }
        if type == "linear" { return .linear(pairs: dimensions / 2, factor: factor) }
        let context = fields.size("original_max_position_embeddings") ?? config.size("max_position_embeddings")
        guard let context, base > 1 else {
            fields.report("original_max_position_embeddings", "is left out, or the base of \(base) is not above 1")
            return nil
        }
        guard type == "yarn" else {
            let (low, high) = (fields.positive("low_freq_factor") ?? 1, fields.positive("high_freq_factor") ?? 4)
            if low >= high { fields.report("low_freq_factor", "is \(low), less than high_freq_factor (\(high)) expected") }
            return .llama3(base: base, dimensions: dimensions, factor: factor, low: low, high: high, context: context)
        }
        let (fast, slow) = (fields.positive("beta_fast") ?? 32, fields.positive("beta_slow") ?? 1)
        if slow > fast { fields.report("beta_slow", "is \(slow), not more than beta_fast (\(fast)) expected") }
        return .yarn(
            base: base, dimensions: dimensions, factor: factor, fast: fast, slow: slow, context: context,
            magnitude: magnitude(&fields, factor), isTruncated: fields.truth("truncate") ?? true)
    }

    /// Of cosines and sines under YaRN.
    private static func magnitude(_ fields: inout CheckpointConfig, _ factor: Double) -> Float {
        func magnitude(_ share: Double) -> Double { factor <= 1 ? 1 : 0.1 * share * RotaryTable.logarithm(factor) + 1 }
        if let stated = fields.positive("attention_factor") { return Float(stated) }
        guard let one = fields.positive("mscale"), let all = fields.positive("mscale_all_dim") else { return Float(magnitude(1)) }
        return Float(magnitude(one) / magnitude(all))
    }
}
