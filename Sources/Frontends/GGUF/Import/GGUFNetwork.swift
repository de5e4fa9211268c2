import Diagnostics

/// The network of a GGUF file by sizes: from its metadata, and from which tensors there are.
struct GGUFNetwork {
    let architecture: GGUFArchitecture
    let shape: TransformerShape
    /// Keys of the architecture that nothing here looks at.
    let unread: [String]

    /// - Throws: everything that is missing, wrong or not supported.
    init(_ file: GGUFFile) throws(Diagnostics) {
        guard case .string(let name)? = file.metadata["general.architecture"] else {
            throw Diagnostics(Diagnostic(field: "general.architecture", "is left out, so nothing says what the tensors are"))
        }
        guard let architecture = GGUFArchitecture.all.first(where: { $0.name == name }) else {
            let known = GGUFArchitecture.all.map(\.name)
            throw Diagnostics(
                Diagnostic(
                    field: "general.architecture",
                    "'\(name)' is not supported\(Suggestion.hint(for: name, in: known)); known are \(known.joined(separator: ", "))"))
        }
        self.architecture = architecture
        try Self.checkFile(file)
        var metadata = GGUFMetadata(file, architecture: name)
        let tensors = Dictionary(file.tensors.map { ($0.name, $0) }, uniquingKeysWith: { first, _ in first })
        var shape = Self.shape(architecture, &metadata, tensors)
        Self.scalePositions(&shape, file, &metadata)
        self.shape = shape
        Self.refuse(architecture, shape, &metadata)
        unread = metadata.keys.filter { !Self.read.contains($0) && !architecture.ignored.contains($0) }
        guard metadata.problems.isEmpty else { throw metadata.problems }
    }

    /// What the file says of itself, whatever its architecture.
    private static func checkFile(_ file: GGUFFile) throws(Diagnostics) {
        var problems = Diagnostics()
        if let version = file.metadata["general.quantization_version"]?.integer, version != 2 {
            problems.report(Diagnostic(field: "general.quantization_version", "is \(version), 2 expected: the blocks are older ones"))
        }
        guard problems.isEmpty else { throw problems }
    }

    private static func shape(
        _ architecture: GGUFArchitecture, _ metadata: inout GGUFMetadata, _ tensors: [String: GGUFFile.Tensor]
    ) -> TransformerShape {
        let layers = metadata.requiredSize("block_count")
        let hidden = metadata.requiredSize("embedding_length")
        let feedForward = metadata.requiredSize("feed_forward_length")
        let heads = metadata.requiredSize("attention.head_count")
        let context = metadata.requiredSize("context_length")
        if !metadata.has("attention.key_length"), !hidden.isMultiple(of: heads) {
            metadata.report("attention.head_count", "is \(heads), which does not divide the width of \(hidden)")
        }
        let headWidth = metadata.size("attention.key_length") ?? max(1, hidden / heads)
        var shape = TransformerShape(
            layers: layers, hidden: hidden, feedForward: feedForward, heads: heads,
            keyValueHeads: metadata.size("attention.head_count_kv"),
            vocabulary: tensors[TransformerDraft.table]?.rows ?? 1,
            position: position(architecture, &metadata, heads: heads, headWidth: headWidth, context: context))
        if !heads.isMultiple(of: shape.keyValueHeads) {
            metadata.report("attention.head_count_kv", "is \(shape.keyValueHeads), which does not divide the \(heads) heads")
        }
        if !metadata.has(architecture.epsilonKey) { metadata.report(architecture.epsilonKey, "is left out") }
        shape.headWidth = headWidth
        shape.epsilon = metadata.number(architecture.epsilonKey) ?? 0
        shape.norm = architecture.norm
        shape.normTerms = architecture.normTerms
        shape.normsEmbedding = architecture.normsEmbedding
        shape.placement = architecture.placement
        shape.activation = architecture.activation
        shape.isGated = architecture.isGated
        shape.parallel = parallel(architecture, &metadata, tensors)
        if architecture.clipsProjections { shape.projectionClip = metadata.factor("attention.clamp_kqv") }
        shape.queryNorm = architecture.queryNorm
        shape.unturnedLayers = TransformerShape.every(architecture.unturnedPeriod ?? 0, of: layers)
        shape.isTied = tensors["output.weight"] == nil
        shape.biases = biases(tensors)
        if architecture.scalesEmbedding { shape.embeddingScale = Float(hidden).squareRoot() }
        limit(&shape, architecture, &metadata)
        if architecture.hasScales { scale(&shape, &metadata) }
        if architecture.multipliesScores { shape.scoreScale = metadata.factor("logit_scale") }
        return shape
    }

    private static func parallel(
        _ architecture: GGUFArchitecture, _ metadata: inout GGUFMetadata, _ tensors: [String: GGUFFile.Tensor]
    ) -> TransformerShape.Parallel? {
        if architecture.isParallelWithoutNorm, tensors["blk.0.ffn_norm.weight"] != nil { return nil }
        if architecture.saysParallel {
            guard let isParallel = metadata.truth("use_parallel_residual") else {
                metadata.report("use_parallel_residual", "is left out")
                return architecture.parallel
            }
            return isParallel ? architecture.parallel : nil
        }
        return tensors[secondNorm(block: "blk.0")] == nil ? architecture.parallel : .twoNorms
    }

    /// Of Falcon with two norms: that of the attention; `attn_norm` is that of the feed-forward part.
    static func secondNorm(block: String, _ kind: String = "weight") -> String { "\(block).attn_norm_2.\(kind)" }

    /// A factor of 0 is none.
    private static func scale(_ shape: inout TransformerShape, _ metadata: inout GGUFMetadata) {
        shape.embeddingScale = metadata.factor("embedding_scale")
        shape.residualScale = metadata.factor("residual_scale")
        shape.scoreScale = metadata.factor("logit_scale").map { 1 / $0 }
    }

    private static func position(
        _ architecture: GGUFArchitecture, _ metadata: inout GGUFMetadata, heads: Int, headWidth: Int, context: Int
    ) -> TransformerShape.Position {
        let pairs: Rotary.Pairs
        switch architecture.position {
        case .learned: return .learned(context)
        case .slopes: return .slopes(slopes(architecture, &metadata, heads, context))
        case .rotary(let used): pairs = used
        }
        let dimensions = metadata.size("rope.dimension_count")
        if let dimensions, dimensions > headWidth || !dimensions.isMultiple(of: 2) {
            metadata.report("rope.dimension_count", "is \(dimensions), an even number up to \(headWidth) expected")
        }
        let base = metadata.number("rope.freq_base") ?? 10000
        if base <= 0 { metadata.report("rope.freq_base", "is \(base), a positive number expected") }
        return .rotary(Rotary(base: base, pairs: pairs, dimensions: dimensions))
    }

    /// The first block tells: all of them are alike.
    private static func biases(_ tensors: [String: GGUFFile.Tensor]) -> LinearBiases {
        var biases: LinearBiases = []
        func has(_ name: String) -> Bool { tensors["\(name).bias"] != nil }
        if has("blk.0.attn_q") || has("blk.0.attn_qkv") { biases.insert(.queryKeyValue) }
        if has("blk.0.attn_output") { biases.insert(.attentionOutput) }
        if has("blk.0.ffn_down") { biases.insert(.feedForward) }
        if has("output") { biases.insert(.head) }
        return biases
    }

    /// Scales, caps and windows of the attention, and the cap of the scores.
    private static func limit(
        _ shape: inout TransformerShape, _ architecture: GGUFArchitecture, _ metadata: inout GGUFMetadata
    ) {
        shape.attentionScale = metadata.factor("attention.scale")
        if architecture.layersWithStreamScale == shape.layers {
            shape.attentionScale = 1 / (Float(shape.hidden) / Float(shape.heads)).squareRoot()
        }
        if let caps = architecture.caps {
            shape.attentionCap = metadata.number("attn_logit_softcapping") ?? caps.attention
            shape.scoreCap = metadata.number("final_logit_softcapping") ?? caps.scores
        } else {
            shape.attentionCap = metadata.number("attn_logit_softcapping")
            shape.scoreCap = metadata.number("final_logit_softcapping")
        }
        for (key, cap) in [("attn_logit_softcapping", shape.attentionCap), ("final_logit_softcapping", shape.scoreCap)] {
            if let cap, cap <= 0 { metadata.report(key, "is \(cap), a positive number expected") }
        }
        guard !architecture.ignored.contains("attention.sliding_window") else { return }
        let window = metadata.size("attention.sliding_window", allowsZero: true) ?? architecture.defaultWindow
        guard let window, window > 0 else { return }
        shape.local = LocalAttention(
            window: window, globalLayers: TransformerShape.every(architecture.globalPeriod ?? 0, of: shape.layers),
            rotaryBase: metadata.number("rope.freq_base_swa") ?? architecture.localBase)
    }
}
