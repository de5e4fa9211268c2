import Formats
import Graph

/// One axis of a resize: which input positions every output position reads, by exact rational arithmetic.
struct ResizeAxis {
    private let numerators: [Int]
    private let denominator: Int
    private let input: Int
    private let floors: Bool

    init(_ resize: Resize, axis: Int, input: Int) {
        let output = resize.size[axis]
        self.input = input
        floors = resize.coordinates == .asymmetric
        switch resize.coordinates {
        case .halfPixel:
            // (i + 1/2) * input / output - 1/2
            denominator = 2 * output
            numerators = (0..<output).map { (2 * $0 + 1) * input - output }
        case .asymmetric:
            denominator = output
            numerators = (0..<output).map { $0 * input }
        case .alignCorners:
            denominator = max(1, output - 1)
            numerators = (0..<output).map { $0 * (input - 1) }
        }
    }

    /// Numerators clamped so that the position lies inside the image.
    private var clamped: [Int] { numerators.map { min(max($0, 0), (input - 1) * denominator) } }

    func nearest() -> [Int] {
        clamped.map { numerator in
            // Half rounds down: ceil(x - 1/2).
            floors ? numerator / denominator : (2 * numerator + denominator - 1) / (2 * denominator)
        }
    }

    /// Neighbours and the weight of the upper one.
    func linear() -> (low: [Int], high: [Int], weight: [Float]) {
        let low = clamped.map { $0 / denominator }
        return (
            low, low.map { min($0 + 1, input - 1) },
            clamped.map { Float($0 % denominator) / Float(denominator) }
        )
    }
}
