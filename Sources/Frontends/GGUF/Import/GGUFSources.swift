import Diagnostics

/// Finds the rows of a GGUF file that constants of a graph are made of.
struct GGUFSources: TransformerSources {
    private let file: GGUFFile
    private let shape: TransformerShape
    private let tensors: [String: GGUFFile.Tensor]
    /// Tensors that a constant is made of.
    private(set) var used: Set<String> = []

    init(_ file: GGUFFile, _ shape: TransformerShape) {
        self.file = file
        self.shape = shape
        tensors = Dictionary(file.tensors.map { ($0.name, $0) }, uniquingKeysWith: { first, _ in first })
    }

    /// A tensor of which a constant is all, or some rows (of a vector: elements).
    private struct Part {
        var tensor: GGUFFile.Tensor
        var rows: Range<Int>?
        /// Rows that the tensor should have.
        var total = 0
    }

    /// The rows of a constant of these sizes.
    mutating func source(_ name: String, _ sizes: [Int]) throws(Diagnostic) -> any RowSource {
        let part = try part(name, sizes)
        let tensor = part.tensor
        used.insert(tensor.name)
        guard let rows = part.rows else {
            guard tensor.shape == sizes else { throw wrong(tensor, sizes) }
            return GGUFRows(file: file, tensor: tensor)
        }
        guard tensor.shape == [part.total] + sizes.dropFirst() else { throw wrong(tensor, [part.total] + sizes.dropFirst()) }
        guard sizes.count == 1 else { return GGUFRows(file: file, tensor: tensor, range: rows) }
        // Elements of a vector: a vector of its own, as vectors are not in blocks.
        guard tensor.type.block.elements == 1 else { throw wrong(tensor, sizes) }
        let start = tensor.range.lowerBound + rows.lowerBound * tensor.type.block.bytes
        let elements = GGUFFile.Tensor(
            name: tensor.name, type: tensor.type, shape: sizes, part: tensor.part,
            range: start..<start + rows.count * tensor.type.block.bytes)
        return GGUFRows(file: file, tensor: elements)
    }

    private func wrong(_ tensor: GGUFFile.Tensor, _ sizes: [Int]) -> Diagnostic {
        Diagnostic(
            node: tensor.name, field: "shape", "is \(tensor.shape) \(tensor.type.name), \(sizes) expected by the metadata")
    }

    private func part(_ constant: String, _ sizes: [Int]) throws(Diagnostic) -> Part {
        let name = stored(constant)
        if let fused = fused(name), let tensor = tensors[fused.name] {
            return Part(tensor: tensor, rows: fused.offset..<fused.offset + sizes[0], total: fused.total)
        }
        if let tensor = tensors[name] { return Part(tensor: tensor) }
        // One table for both ends.
        if name == "output.weight", let tensor = tensors[TransformerDraft.table] { return Part(tensor: tensor) }
        throw Diagnostic(node: name, "the file has no such tensor\(Suggestion.hint(for: name, in: tensors.keys.sorted()))")
    }

    /// The name of a constant's tensor, where it is another: of Falcon with two norms.
    private func stored(_ constant: String) -> String {
        let words = constant.split(separator: ".").map(String.init)
        guard words.count == 4 else { return constant }
        let (block, kind) = ("\(words[0]).\(words[1])", words[3])
        let second = GGUFNetwork.secondNorm(block: block, kind)
        guard tensors[second] != nil else { return constant }
        return switch words[2] {
        case "attn_norm": second
        case "ffn_norm": "\(block).attn_norm.\(kind)"
        default: constant
        }
    }

    /// The tensor of several projections that would hold this one: queries, keys and values of Phi and GPT-2, gate and up of
    /// Phi-3.
    private func fused(_ name: String) -> (name: String, offset: Int, total: Int)? {
        let words = name.split(separator: ".").map(String.init)
        guard words.count == 4 else { return nil }
        let (block, kind) = ("\(words[0]).\(words[1])", words[3])
        let (queries, keys) = (shape.queryWidth, shape.keyValueWidth)
        func projection(_ offset: Int) -> (name: String, offset: Int, total: Int)? {
            tensors[name] == nil ? ("\(block).attn_qkv.\(kind)", offset, queries + 2 * keys) : nil
        }
        let isStacked = shape.isGated && tensors["\(block).ffn_gate.weight"] == nil
        return switch words[2] {
        case "attn_q": projection(0)
        case "attn_k": projection(queries)
        case "attn_v": projection(queries + keys)
        case "ffn_gate" where isStacked: ("\(block).ffn_up.\(kind)", 0, 2 * shape.feedForward)
        case "ffn_up" where isStacked: ("\(block).ffn_up.\(kind)", shape.feedForward, 2 * shape.feedForward)
        default: nil
        }
    }

    /// Tensors that no constant is made of; factors of frequencies that are all 1 change nothing.
    var leftOver: [Diagnostic] {
        file.tensors.filter { !used.contains($0.name) && $0.name != GGUFNetwork.frequencyDivisors }.compactMap { tensor in
            guard tensor.name.contains("rope_f") else {
                return Diagnostic(node: tensor.name, "the network has no place for this tensor")
            }
            return isAllOnes(tensor)
                ? nil : Diagnostic(node: tensor.name, "factors of the rotary frequencies are not supported")
        }
    }

    private func isAllOnes(_ tensor: GGUFFile.Tensor) -> Bool {
        let rows = GGUFRows(file: file, tensor: tensor)
        return RowWalk.map(rows) { _, values in values.allSatisfy { $0 == 1 } }.allSatisfy { $0 }
    }
}
