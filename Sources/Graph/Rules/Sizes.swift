import Formats

/// Arithmetic on sizes that cannot wrap, and the limits that keep later arithmetic safe.
public enum Sizes {
    /// A tensor is smaller than this many bytes (2^40).
    public static let maximumBytes = 1 << 40
    public static let maximumRank = 8
    /// Strides, paddings, dilations and windows.
    public static let maximumStep = 1 << 16
    /// Positions and pad amounts.
    public static let maximumPosition = 1 << 31

    /// Elements of a tensor of this shape, or `nil` when a size is not positive or the product overflows.
    public static func count(_ shape: some Sequence<Int>) -> Int? {
        var total = 1
        for size in shape {
            guard size > 0 else { return nil }
            let (product, overflow) = total.multipliedReportingOverflow(by: size)
            guard !overflow else { return nil }
            total = product
        }
        return total
    }

    /// What is wrong with a shape for elements of `codec`, as the index of the guilty axis (if one is) and a message.
    static func problem(_ shape: [Int], codec: Codec) -> (axis: Int?, message: String)? {
        guard shape.count <= maximumRank else {
            return (nil, "has \(shape.count) axes, at most \(maximumRank) are allowed")
        }
        if let axis = shape.firstIndex(where: { $0 <= 0 }) {
            return (axis, "is \(shape[axis]), a size must be positive")
        }
        guard let count = count(shape), count < maximumBytes / codec.edgeBytes else {
            return (nil, "\(shape) is too large, a tensor must be smaller than 2^40 bytes")
        }
        return nil
    }
}
