import Diagnostics
import Graph

/// Finds the rows of a checkpoint that constants of a graph are made of.
struct HuggingFaceSources: TransformerSources {
    private let checkpoint: Checkpoint
    private let shape: TransformerShape
    private let architecture: HuggingFaceArchitecture
    private let packing: PackedCheckpoint?
    private let names: CheckpointNames
    /// Tensors that a constant is made of.
    private var used: Set<String> = []

    init(_ checkpoint: Checkpoint, _ network: HuggingFaceNetwork) {
        self.checkpoint = checkpoint
        shape = network.shape
        architecture = network.architecture
        packing = network.packing
        names = CheckpointNames(checkpoint, network.architecture.names)
    }

    mutating func source(_ name: String, _ sizes: [Int]) throws(Diagnostic) -> any RowSource {
        guard let (module, kind) = names.module(Self.shared(name, shape)) else {
            throw Diagnostic(node: name, "internal error: nothing says what its tensor is called")
        }
        let part = part(module, sizes)
        let whole = try whole(module, kind, name, [part.total] + sizes.dropFirst())
        guard let rows = part.rows else { return whole }
        guard fusesGroups, let part = module.parts?.wanted, part.hasPrefix("attn_") else { return RowRange(whole: whole, range: rows) }
        return grouped(whole, rows.count, part)
    }

    /// Of the rows of every group: queries of its heads, a key, a value.
    private func grouped(_ whole: any RowSource, _ rows: Int, _ part: String) -> HeadRows {
        let (width, queries) = (shape.headWidth, shape.queryWidth / shape.keyValueHeads)
        let offset = ["attn_q": 0, "attn_k": queries][part] ?? queries + width
        return HeadRows(
            whole: whole, rows: rows, width: part == "attn_q" ? queries : width, stride: queries + 2 * width, offset: offset)
    }

    /// StarCoder's heads that share nothing are fused like GPT-NeoX's.
    private var fusesGroups: Bool {
        architecture.names.fusesGroups || architecture.type == "gpt_bigcode" && shape.keyValueHeads == shape.heads
    }

    /// One table for both ends.
    private static func shared(_ name: String, _ shape: TransformerShape) -> String {
        name == "output.weight" && shape.isTied ? TransformerDraft.table : name
    }

    /// Rows of a module that a constant of these sizes is, and rows that the module has.
    private func part(_ module: CheckpointNames.Module, _ sizes: [Int]) -> (rows: Range<Int>?, total: Int) {
        guard let (parts, wanted) = module.parts else { return (nil, sizes[0]) }
        var (offset, total) = (0, 0)
        for part in parts {
            if part == wanted { offset = total }
            total += rows(part)
        }
        return (offset..<offset + sizes[0], total)
    }

    private func rows(_ part: String) -> Int {
        switch part {
        case "attn_q": shape.queryWidth
        case "attn_k", "attn_v": shape.keyValueWidth
        default: shape.feedForward
        }
    }

    private mutating func whole(
        _ module: CheckpointNames.Module, _ kind: String, _ constant: String, _ sizes: [Int]
    ) throws(Diagnostic) -> any RowSource {
        if kind == "weight", let packing, sizes.count == 2 {
            let packed = PackedModule(checkpoint: checkpoint, packing: packing, module: module.name)
            if packed.isPacked { used.formUnion(packed.tensors) }
            if let rows = try packed.rows(sizes) { return rows }
        }
        guard let tensor = names.tensor(of: module, kind) else {
            let expected = kind.isEmpty ? module.name : "\(module.name).\(kind)"
            throw Diagnostic(
                node: expected, "the files have no such tensor\(Suggestion.hint(for: expected, in: checkpoint.names))")
        }
        used.insert(tensor.name)
        guard PlainRows.types.contains(tensor.type) else {
            throw Diagnostic(node: tensor.name, field: "dtype", "\(tensor.type.rawValue) is not supported; F32, F16, BF16 and F64 are")
        }
        return try plain(tensor, module, kind, constant, sizes)
    }

    private func plain(
        _ tensor: Checkpoint.Tensor, _ module: CheckpointNames.Module, _ kind: String, _ constant: String, _ sizes: [Int]
    ) throws(Diagnostic) -> any RowSource {
        if constant == "position_embd.weight", case .learned(let skipped) = architecture.position, skipped > 0 {
            let all = [sizes[0] + skipped, sizes[1]]
            guard tensor.shape == all else { throw wrong(tensor, all) }
            let rows = PlainRows(tensor: tensor, rows: all[0], columns: all[1])
            return RowRange(whole: rows, range: skipped..<all[0])
        }
        if sizes.count == 4 {
            let stored = [sizes[0], sizes[3], sizes[1], sizes[2]]
            guard tensor.shape == stored else { throw wrong(tensor, stored) }
            return PlainRows(
                tensor: tensor, rows: sizes[0], columns: sizes.dropFirst().reduce(1, *), layout: .kernel(taps: sizes[1] * sizes[2]))
        }
        let isTurned = module.isTransposed && kind == "weight" && sizes.count == 2
        let stored = isTurned ? sizes.reversed() : sizes
        // A table in front of which an axis of 1 was put is the same table.
        guard tensor.shape == stored || tensor.shape == [1] + stored || tensor.shape == [1, 1] + stored.suffix(1) && stored.first == 1
        else { throw wrong(tensor, stored) }
        let isVector = sizes.count == 1
        // A vector may be cut, so that its elements are rows.
        let isCut = isVector && module.parts != nil
        let rows = isVector ? (isCut ? sizes[0] : 1) : sizes[0]
        let gain: Float = architecture.storesGainsLessOne && constant.hasSuffix("norm.weight") ? 1 : 0
        return PlainRows(
            tensor: tensor, rows: rows, columns: isVector ? (isCut ? 1 : sizes[0]) : sizes[1],
            layout: isTurned ? .columns : .rows, offset: gain)
    }

    private func wrong(_ tensor: Checkpoint.Tensor, _ sizes: [Int]) -> Diagnostic {
        Diagnostic(
            node: tensor.name, field: "shape", "is \(tensor.shape) \(tensor.type.rawValue), \(sizes) expected by the configuration")
    }

    /// Tensors that no constant is made of and that are no buffers of the library.
    var leftOver: [Diagnostic] {
        checkpoint.names.filter { !used.contains($0) && !isIgnored($0) }.map {
            Diagnostic(node: $0, "the network has no place for this tensor")
        }
    }

    private static let buffers = [
        ".rotary_emb.inv_freq", ".attn.bias", ".attn.masked_bias", ".attention.bias", ".attention.masked_bias",
        "embeddings.position_ids", "embeddings.token_type_ids",
    ]

    private static let headsOfEncoders = ["cls.", "lm_head.", "classifier.", "qa_outputs.", "bert.pooler.", "vit.pooler.", "vocab_"]

    private func isIgnored(_ name: String) -> Bool {
        Self.buffers.contains { name.hasSuffix($0) } || shape.isTied && name == "lm_head.weight" || isHeadOfEncoder(name)
    }

    /// Heads of encoders are not part of the graph: what leaves the last block is. The import says so.
    private func isHeadOfEncoder(_ name: String) -> Bool {
        guard !shape.isCausal else { return false }
        return Self.headsOfEncoders.contains { name.hasPrefix($0) }
    }

    /// Modules of heads that are left out.
    var unread: [String] {
        let found = checkpoint.names.filter { !used.contains($0) && isHeadOfEncoder($0) }
        return Set(found.map { $0.split(separator: ".").prefix(2).joined(separator: ".") }).sorted()
    }
}
