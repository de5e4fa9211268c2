import Foundation

/// Positions as numbers that are added to the scores of a head: its slope times the position of the key, which differs by a
/// constant of each query from its distance, and that changes no softmax (ALiBi: Press et al., arXiv 2108.12409).
public struct PositionSlopes: Hashable, Sendable {
    /// One for each head.
    public var slopes: [Float]
    /// Positions that the graph has numbers for.
    public var positions: Int

    /// As many positions as a cache has by default, or as the model was trained with.
    static let leastPositions = 4096
    /// So that no size in a file makes a table that dwarfs it.
    static let mostPositions = 1 << 14
    static let mostHeads = 1 << 10

    public init(slopes: [Float], positions: Int) {
        self.slopes = slopes
        self.positions = positions
    }

    /// Slopes of powers of 2^(-steepness / heads), where heads are a power of two; otherwise of the next power of two below, and
    /// every second one of twice as many heads for the rest.
    public init(heads: Int, steepness: Double = 8, positions: Int) {
        var whole = 1
        while whole * 2 <= heads { whole *= 2 }
        let slopes = (0..<heads).map { head -> Float in
            let power = head < whole ? Double(head + 1) : Double(2 * (head - whole) + 1) / 2
            return Float(pow(2, -steepness * power / Double(whole)))
        }
        self.init(slopes: slopes, positions: min(max(positions, Self.leastPositions), Self.mostPositions))
    }

    /// [heads, 1, positions].
    var table: [Float] { slopes.flatMap { slope in (0..<positions).map { slope * Float($0) } } }
}
