import Diagnostics

extension GGUFNetwork {
    /// A tensor of numbers that frequencies are divided by, one for each pair (LLaMA 3.1).
    static let frequencyDivisors = "rope_freqs.weight"

    /// Rotary positions that are divided by a factor, pair by pair or all alike, as llama.cpp does (`ggml_rope_ext`).
    static func scalePositions(_ shape: inout TransformerShape, _ file: GGUFFile, _ metadata: inout GGUFMetadata) {
        guard case .rotary(var rotary) = shape.position else { return }
        let pairs = min(rotary.dimensions ?? shape.headWidth, RotaryScaling.maximumDimensions) / 2
        var factors = [Double](repeating: 1 / linear(&metadata), count: pairs)
        if let tensor = file.tensors.first(where: { $0.name == frequencyDivisors }) {
            let rows = GGUFRows(file: file, tensor: tensor)
            let divisors = tensor.shape == [pairs] ? RowWalk.map(rows) { _, values in Array(values) }.first ?? [] : []
            guard divisors.count == pairs, divisors.allSatisfy({ $0 > 0 && $0.isFinite }) else {
                metadata.report(Diagnostic(node: tensor.name, "is \(tensor.shape) \(tensor.type.name), \(pairs) positive numbers expected"))
                return
            }
            for (index, divisor) in divisors.enumerated() { factors[index] /= Double(divisor) }
        }
        guard factors.contains(where: { $0 != 1 }) else { return }
        rotary.scaling = RotaryScaling(factors: factors)
        shape.position = .rotary(rotary)
    }

    static func slopes(
        _ architecture: GGUFArchitecture, _ metadata: inout GGUFMetadata, _ heads: Int, _ context: Int
    ) -> PositionSlopes {
        let most = PositionSlopes.mostHeads
        if heads > most { metadata.report("attention.head_count", "is \(heads), at most \(most) expected where heads have slopes") }
        let steepness = metadata.factor("attention.max_alibi_bias") ?? architecture.steepness
        if steepness.map({ $0 > 0 }) != true { metadata.report("attention.max_alibi_bias", "is left out or not positive") }
        return PositionSlopes(heads: min(heads, most), steepness: Double(steepness ?? 8), positions: context)
    }

    private static func linear(_ metadata: inout GGUFMetadata) -> Double {
        guard metadata.text("rope.scaling.type") ?? "linear" == "linear" else { return 1 }
        for key in ["rope.scaling.factor", "rope.scale_linear"] {
            guard let factor = metadata.number(key), factor != 0 else { continue }
            if factor > 0 { return Double(factor) }
            metadata.report(key, "is \(factor), a positive number expected")
        }
        return 1
    }
}
