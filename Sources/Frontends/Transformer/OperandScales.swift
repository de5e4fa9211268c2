import Formats

/// Fixed scales of queries, keys and values, from the weights that make them. What leaves a norm has entries of about unit size, so
/// an entry of a projection is about as large as the row of its weights times the gains of the norm is long; codes reach
/// `reach` times as far as the longest row.
struct OperandScales<Sources: TransformerSources> {
    /// Of SmolLM2-135M, queries and keys reach 5 times as far, values 3 times.
    private static var reach: Float { 6 }

    private var sources: Sources
    private let shape: TransformerShape

    init(_ sources: Sources, _ shape: TransformerShape) {
        self.sources = sources
        self.shape = shape
    }

    /// By projection (`blk.0.attn_q`); left out where a tensor is missing, which is somebody else's business.
    func scales(_ codec: Codec) -> [String: Float] {
        let greatest = Float(max(1, codec.range?.upperBound ?? 1))
        var scales: [String: Float] = [:]
        for layer in 0..<shape.layers {
            for (name, width) in [("q", shape.queryWidth), ("k", shape.keyValueWidth), ("v", shape.keyValueWidth)] {
                let projection = "blk.\(layer).attn_\(name)"
                let isNormed = shape.normsQueriesAndKeys && name != "v"
                let size =
                    isNormed
                    ? gains("\(projection)_norm", shape.headWidth)?.reduce(0) { max($0, $1.magnitude) }
                    : length(projection, width, "blk.\(layer).attn_norm")
                if let size, size > 0, size.isFinite { scales[projection] = Self.reach * size / greatest }
            }
        }
        return scales
    }

    private func gains(_ norm: String, _ width: Int) -> [Float]? { vector("\(norm).weight", width) }

    private func vector(_ name: String, _ size: Int) -> [Float]? {
        var sources = sources
        guard let source = try? sources.source(name, [size]) else { return nil }
        // A vector is one row, or as many rows of one element.
        return Array(RowWalk.map(source) { _, values in Array(values) }.joined())
    }

    /// The length of the longest row, with what biases add to it.
    private func length(_ projection: String, _ rows: Int, _ norm: String) -> Float? {
        var sources = sources
        guard let weights = try? sources.source("\(projection).weight", [rows, shape.hidden]) else { return nil }
        // Without a norm in front, the stream itself is taken to be one.
        let gains = gains(norm, shape.hidden) ?? [Float](repeating: 1, count: shape.hidden)
        let offsets = vector("\(norm).bias", shape.hidden)
        let biases = vector("\(projection).bias", rows)
        let lengths = RowWalk.map(weights) { row, values in
            var (squares, offset): (Float, Float) = (0, biases?[row] ?? 0)
            for (index, value) in values.enumerated() {
                squares += (value * gains[index]) * (value * gains[index])
                offset += value * (offsets?[index] ?? 0)
            }
            return squares.squareRoot() + offset.magnitude / Self.reach
        }
        return lengths.max()
    }
}
