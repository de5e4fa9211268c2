/// Codes of a layer of a real network, for runs whose activity is that of a workload.
public struct LayerOperands: Hashable, Sendable, Codable {
    /// Network, format and layer, as reports name it.
    public var name: String
    /// K of a row of activations and of a column of weights.
    public var depth: Int
    public var activationBits: Int
    public var hasSignedActivations: Bool
    /// [row][k]
    public var activations: [Int]
    public var weightBits: Int
    /// The unsigned code that stands for 0.
    public var weightZero: Int
    /// [column][k] of unsigned codes.
    public var weights: [Int]

    public init(
        name: String, depth: Int, activationBits: Int, hasSignedActivations: Bool, activations: [Int], weightBits: Int,
        weightZero: Int, weights: [Int]
    ) {
        self.name = name
        self.depth = depth
        self.activationBits = activationBits
        self.hasSignedActivations = hasSignedActivations
        self.activations = activations
        self.weightBits = weightBits
        self.weightZero = weightZero
        self.weights = weights
    }

    public var rows: Int { activations.count / max(1, depth) }
    public var columns: Int { weights.count / max(1, depth) }

    /// Rows and columns are taken round and round.
    public func activation(row: Int, k: Int) -> Int { activations[row % rows * depth + k % depth] }
    public func weight(column: Int, k: Int) -> Int { weights[column % columns * depth + k % depth] }

    /// What is wrong with them; `nil` when nothing is.
    public var complaint: String? {
        let half = 1 << max(0, activationBits - 1)
        let range = hasSignedActivations ? -half...half - 1 : 0...2 * half - 1
        guard (1...8).contains(activationBits), (1...8).contains(weightBits) else { return "codes should have 1 to 8 bits" }
        guard depth > 0, rows > 0, columns > 0, activations.count == rows * depth, weights.count == columns * depth else {
            return "activations and weights should be whole rows and columns of \(depth) codes"
        }
        guard activations.allSatisfy(range.contains) else { return "an activation does not have \(activationBits) bits" }
        guard (weights + [weightZero]).allSatisfy((0...1 << weightBits - 1).contains) else {
            return "a weight does not have \(weightBits) bits"
        }
        return nil
    }
}

/// What an instruction for an array under test is drawn from.
public struct TileSource: Hashable, Sendable {
    public var seed: UInt64
    /// The instruction is one that keeps the array busy, on runs of a layer's codes; else its shape and values are random.
    public var layer: LayerOperands?

    public init(seed: UInt64, layer: LayerOperands? = nil) {
        self.seed = seed
        self.layer = layer
    }
}
