import Formats
import Foundation
import Graph

/// How far a result is from another one. Only printed, never computed with.
enum SignalToNoise {
    /// 10 log10 (sum of squares / sum of squared differences), to two decimals; `nil` when nothing differs.
    static func decibels(_ exact: Tensor, _ approximate: Tensor, codec: Codec) -> Double? {
        var signal = 0.0
        var noise = 0.0
        let (exact, approximate) = (numbers(exact, codec), numbers(approximate, codec))
        for (reference, number) in zip(exact, approximate) {
            let difference = reference - number
            signal += reference * reference
            noise += difference * difference
        }
        guard noise > 0, signal > 0 else { return nil }
        return (100 * 10 * log10(signal / noise)).rounded() / 100
    }

    private static func numbers(_ tensor: Tensor, _ codec: Codec) -> [Double] {
        guard let pairs = codec.pairs else {
            return (0..<tensor.count).map { index in
                codec.isInteger ? Double(tensor.integerValue(at: index, codec)) : Double(tensor.float(at: index))
            }
        }
        let (slots, last) = (tensor.bytes, tensor.shape.last ?? 1)
        var numbers = [Double](repeating: 0, count: slots.count)
        for row in 0..<(last == 0 ? 0 : slots.count / last) {
            pairs.decodeRow(count: last, slot: { slots[row * last + $0] }) { numbers[row * last + $0] = Double($1.value) }
        }
        return numbers
    }
}
