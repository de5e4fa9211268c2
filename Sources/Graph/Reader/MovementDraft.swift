import Diagnostics
import Formats

/// What the movements leave to the shape of their input.
enum MovementDraft {
    /// Negative axes count from the end.
    static func axis(_ axis: Int, _ context: DraftContext) -> Int {
        axis < 0 ? axis + (context.inputs.first?.shape.count ?? 0) : axis
    }

    /// A single -1 stands for what is left of the elements.
    static func shape(
        _ shape: [Int], _ context: DraftContext, _ place: FieldPlace, _ problems: inout Diagnostics
    ) -> [Int] {
        guard let hole = shape.firstIndex(of: -1), let input = context.inputs.first else { return shape }
        let rest = Sizes.count(shape[..<hole] + shape[(hole + 1)...])
        guard let rest, let total = Sizes.count(input.shape), total.isMultiple(of: rest) else { return shape }
        var result = shape
        result[hole] = total / rest
        return result
    }

    /// `[[before, after], ...]`
    static func amounts(_ reader: inout ObjectReader, _ symbols: Symbols) -> [PadAmount]? {
        guard let pairs = reader.required("amounts", [[JSONValue]].self) else { return nil }
        let place = reader.place.key("amounts")
        let amounts = reader.collect { problems in
            pairs.enumerated().map { index, pair -> PadAmount? in
                guard pair.count == 2 else {
                    problems.report(
                        place.index(index).diagnostic("has \(pair.count) numbers, before and after expected"))
                    return nil
                }
                let sizes = (0..<2).map { Dimension.read(pair[$0], symbols, place.index(index).index($0), &problems) }
                guard let before = sizes[0], let after = sizes[1] else { return nil }
                return PadAmount(before: before, after: after)
            }
        }
        return amounts.contains(nil) ? nil : amounts.compactMap { $0 }
    }

    /// The value in the units of the IR: a real number for floats; for codes the code value that it quantises to,
    /// and the zero point when it is left out.
    static func padValue(
        _ value: Double?, _ context: DraftContext, _ place: FieldPlace, _ problems: inout Diagnostics
    ) -> Double? {
        guard let encoding = context.inputs.first?.encoding, let range = encoding.codec.range else {
            guard let value else { return 0 }
            if Float(value).isFinite { return Double(Float(value)) }
            problems.report(place.diagnostic("\(value) is outside the range of f32"))
            return nil
        }
        guard let zero = encoding.uniformZero else {
            problems.report(place.diagnostic("the zero point is in a tensor; one number expected"))
            return nil
        }
        guard let value else { return Double(zero) }
        let scaled: Double
        switch encoding.scale {
        case .none: scaled = value
        case .uniform(let scale): scaled = Double(Float(value) / scale)
        case .tensor, .product:
            problems.report(place.diagnostic("the scale is in a tensor; a number is needed to quantise the value"))
            return nil
        }
        if let flint = encoding.codec.flint { return Double(flint.value(flint.nearestCode(Float(scaled)))) }
        let (low, high) = (Double(range.lowerBound) - Double(zero), Double(range.upperBound) - Double(zero))
        let clamped = min(max(scaled.rounded(.toNearestOrEven), low), high)
        return clamped + Double(zero)
    }
}

/// The ranges of a slice before the shape is known: counted from the end, or past it.
struct SliceDraft {
    var axes: [Int]
    var starts: [Int]
    var ends: [Int]
    var steps: [Int]
    var place: FieldPlace

    /// As in numpy: negative counts from the end, then everything is clamped to the axis.
    func resolve(_ context: DraftContext, _ problems: inout Diagnostics) -> Operation? {
        guard let shape = context.inputs.first?.shape else { return nil }
        var ranges = shape.map { SliceRange(start: 0, end: $0) }
        var seen: Set<Int> = []
        for index in axes.indices {
            let axis = axes[index] < 0 ? axes[index] + shape.count : axes[index]
            let fieldPlace = place.key("axes").index(index)
            guard shape.indices.contains(axis) else {
                problems.report(fieldPlace.diagnostic("\(axes[index]) is not an axis of rank \(shape.count)"))
                return nil
            }
            guard seen.insert(axis).inserted else {
                problems.report(fieldPlace.diagnostic("axis \(axis) is named twice"))
                return nil
            }
            let size = shape[axis]
            func counted(_ position: Int) -> Int { min(max(position < 0 ? position + size : position, 0), size) }
            ranges[axis] = SliceRange(start: counted(starts[index]), end: counted(ends[index]), step: steps[index])
        }
        return .slice(ranges)
    }
}
