import Diagnostics
import Formats

/// Values less their zero points, v - z, in the narrowest of two widths that holds them.
enum CentredCodes {
    case narrow([Int16])
    case wide([Int32])

    /// Greatest magnitude that occurs.
    var magnitude: Int {
        switch self {
        case .narrow(let values): values.reduce(0) { Swift.max($0, Int($1.magnitude)) }
        case .wide(let values): values.reduce(0) { Swift.max($0, Int($1.magnitude)) }
        }
    }

    var widened: [Int32] {
        switch self {
        case .narrow(let values): values.map(Int32.init)
        case .wide(let values): values
        }
    }

    /// Element `order(i)` at place i.
    func reordered(_ order: (Int) -> Int) -> CentredCodes {
        switch self {
        case .narrow(let values): .narrow(values.indices.map { values[order($0)] })
        case .wide(let values): .wide(values.indices.map { values[order($0)] })
        }
    }
}

extension NodeEvaluation {
    /// v - z of every element. A difference that does not fit 32 bits is an error.
    func centredCodes(_ operand: TypedTensor) throws -> CentredCodes {
        let range = try operand.codec.integerRange(of: operand.name)
        let zero = try zeroPoint(operand.type.encoding.zeroPoint, of: operand.shape)
        let lowest = range.lowerBound - (zero.values.max() ?? 0)
        let highest = range.upperBound - (zero.values.min() ?? 0)
        let narrow = Int(Int16.min)...Int(Int16.max)
        if narrow.contains(lowest), narrow.contains(highest), narrow.contains(range.lowerBound),
            narrow.contains(range.upperBound)
        {
            return .narrow(centred(try operand.values(as: Int16.self), zero))
        }
        try require(
            lowest >= Int(Int32.min) && highest <= Int(Int32.max), operand.name,
            "a value less its zero point does not fit 32 bits")
        return .wide(centred(try operand.values(), zero))
    }

    private func centred<Value: FixedWidthInteger>(_ values: [Value], _ zero: SharedParameter<Int>) -> [Value] {
        if zero.isUniform {
            let zeroPoint = Value(truncatingIfNeeded: zero.values[0])
            return zeroPoint == 0 ? values : values.map { $0 &- zeroPoint }
        }
        return values.indices.map { values[$0] &- Value(truncatingIfNeeded: zero[element: $0]) }
    }
}
