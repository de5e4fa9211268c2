import Formats
import Foundation
import Graph

/// How far a result is from another one. Only printed, never computed with.
enum SignalToNoise {
    /// 10 log10 (sum of squares / sum of squared differences), to two decimals; `nil` when nothing differs.
    static func decibels(_ exact: Tensor, _ approximate: Tensor, codec: Codec) -> Double? {
        var signal = 0.0
        var noise = 0.0
        for index in 0..<min(exact.count, approximate.count) {
            let reference = number(exact, index, codec)
            let difference = reference - number(approximate, index, codec)
            signal += reference * reference
            noise += difference * difference
        }
        guard noise > 0, signal > 0 else { return nil }
        return (100 * 10 * log10(signal / noise)).rounded() / 100
    }

    private static func number(_ tensor: Tensor, _ index: Int, _ codec: Codec) -> Double {
        codec.isInteger ? Double(tensor.integerValue(at: index, codec)) : Double(tensor.float(at: index))
    }
}
