import Foundation

/// How places of a resized axis are made of those of the axis, as ONNX defines Resize: each is a sum of neighbours with weights.
struct Interpolation: Sendable {
    enum Mode: Hashable, Sendable {
        case nearest(rounding: String)
        case linear
        case cubic(a: Double)
    }

    var mode: Mode
    /// Filters are as wide as the step between places where that is above 1.
    var isAntialiased = false
    var isOutsideExcluded = false
    var coordinates: String
    /// Start and end of what is cut out, as shares of the axis; of `tf_crop_and_resize`.
    var region: (start: Double, end: Double) = (0, 1)

    /// Neighbours of one place, inside the axis, with their weights; empty where the place is outside of what is cut out.
    func neighbours(of place: Int, length: Int, count: Int, scale: Double) -> [(index: Int, weight: Double)] {
        guard let x = original(place, length, count, scale) else { return [] }
        let ratio = x == x.rounded(.down) ? 1 : x - x.rounded(.down)
        var weights = self.weights(ratio, scale)
        // As many below x as above it; a whole x counts as the last one below.
        let first = Int(x.rounded(.up)) - weights.count / 2
        if isOutsideExcluded {
            for index in weights.indices where !(0..<length).contains(first + index) { weights[index] = 0 }
            let sum = weights.reduce(0, +)
            weights = weights.map { $0 / sum }
        }
        return weights.indices.filter { weights[$0] != 0 }.map { (min(max(first + $0, 0), length - 1), weights[$0]) }
    }

    /// Where a place of the result lies in the axis.
    private func original(_ place: Int, _ length: Int, _ count: Int, _ scale: Double) -> Double? {
        let (x, size) = (Double(place), scale * Double(length))
        let last = Double(length - 1)
        switch coordinates {
        case "align_corners": return size == 1 ? 0 : x * last / (size - 1)
        case "asymmetric": return x / scale
        case "tf_crop_and_resize":
            let width = (region.end - region.start) * last
            let place = region.start * last + (size == 1 ? width / 2 : x * width / (size - 1))
            return (0...last).contains(place) ? place : nil
        case "pytorch_half_pixel" where size == 1: return -0.5
        case "half_pixel_symmetric":
            return Double(length) / 2 * (1 - Double(count) / size) + (x + 0.5) / scale - 0.5
        default: return (x + 0.5) / scale - 0.5
        }
    }

    /// Of the neighbours of a place this far behind the one below it, from 0 exclusively to 1.
    private func weights(_ ratio: Double, _ scale: Double) -> [Double] {
        let step = isAntialiased ? min(scale, 1) : 1
        switch mode {
        case .nearest(let rounding):
            let isUpper =
                switch rounding {
                case "round_prefer_ceil": ratio >= 0.5
                case "floor": ratio == 1
                case "ceil": true
                default: ratio > 0.5
                }
            return isUpper ? [0, 1] : [1, 0]
        case .linear: return Self.filtered(ratio, step, reach: 1) { max(0, 1 - $0) }
        case .cubic(let a):
            return Self.filtered(ratio, step, reach: 2) { x in
                if x <= 1 { return ((a + 2) * x - (a + 3)) * x * x + 1 }
                return x < 2 ? ((a * x - 5 * a) * x + 8 * a) * x - 4 * a : 0
            }
        }
    }

    private static func filtered(_ ratio: Double, _ step: Double, reach: Double, _ filter: (Double) -> Double) -> [Double] {
        let start = Int((-reach / step).rounded(.down)) + 1
        let values = (start..<2 - start).map { filter(abs(Double($0) - ratio) * step) }
        let sum = values.reduce(0, +)
        return step == 1 ? values : values.map { $0 / sum }
    }
}
