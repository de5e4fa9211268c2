import Diagnostics
import Formats

/// Whether an encoding makes sense on its tensor: scales that are there and fit, zero points inside the codec.
struct EncodingRules {
    /// Types of the tensors that may hold scales and zero points.
    let types: [String: TensorType]
    let constants: Set<String>
    /// Scales computed at run time by a dynamic quantise.
    var runTimeScales: Set<String> = []

    /// - Parameters:
    ///   - isConstant: only values that are known beforehand can obey a structure.
    ///   - place: where the encoding is written (`encoding`); fields of problems are below it.
    func check(
        _ encoding: TensorEncoding, shape: [Int], isConstant: Bool = false, at place: FieldPlace,
        into problems: inout Diagnostics
    ) {
        if let name = encoding.structure.name, let length = encoding.structure.blockLength {
            let rule = StructureRule(name: name, blockLength: length, encoding: encoding, shape: shape, isConstant: isConstant)
            for problem in rule.problems { problems.report(place.key("structure").diagnostic(problem)) }
        }
        if encoding.codec.pairs != nil {
            for problem in PairRule(encoding: encoding, shape: shape).problems {
                problems.report(place.key(problem.key).diagnostic(problem.message))
            }
        }
        check(encoding.scale, encoding, shape, place.key("scale"), &problems)
        check(encoding.zeroPoint, encoding, shape, place.key("zero"), &problems)
    }

    private func check(
        _ scale: Scale, _ encoding: TensorEncoding, _ shape: [Int], _ place: FieldPlace, _ problems: inout Diagnostics
    ) {
        switch encoding.codec {
        case .signed, .unsigned, .bipolar, .ternary, .minifloat, .outlierVictim, .flint: break
        case .float32, .float16, .bfloat16:
            if scale != .none { problems.report(place.diagnostic("\(encoding.codec.name) has no scale")) }
            return
        }
        switch scale {
        case .none: break
        case .uniform(let value):
            if !(value > 0 && value.isFinite) {
                problems.report(place.diagnostic("is \(value), a positive number expected"))
            }
        case .tensor(let name, let granularity):
            guard let type = parameter(name, runTime: true, place, &problems) else { return }
            if type.encoding.codec != .float32, type.encoding.codec != .float16 {
                problems.report(place.diagnostic("'\(name)' is \(type.text), f32 or f16 expected"))
            }
            checkShape(name, type, granularity, shape, place, &problems)
        case .product(let row, let column):
            // The factors belong to the operands, whose own check covers their shapes.
            for name in row.tensors + column.tensors { _ = parameter(name, runTime: true, place, &problems) }
        }
    }

    private func check(
        _ zero: ZeroPoint, _ encoding: TensorEncoding, _ shape: [Int], _ place: FieldPlace,
        _ problems: inout Diagnostics
    ) {
        // Pairs have a rule of their own.
        if encoding.codec.pairs != nil { return }
        if encoding.codec.range == nil || encoding.codec == .int32 || encoding.codec.hasGaps {
            if zero != .uniform(0) { problems.report(place.diagnostic("\(encoding.codec.name) has no zero point")) }
            return
        }
        switch zero {
        case .uniform(let value):
            if let range = encoding.codec.range, !range.contains(value) {
                let text = "\(range.lowerBound) to \(range.upperBound)"
                problems.report(place.diagnostic("is \(value), outside \(encoding.codec.name) (\(text))"))
            }
        case .tensor(let name, let granularity):
            guard let type = parameter(name, runTime: false, place, &problems) else { return }
            if !type.encoding.codec.isInteger || type.encoding.codec.pairs != nil || !type.encoding.isPlain {
                problems.report(place.diagnostic("'\(name)' is \(type.text), whole numbers without a scale expected"))
            }
            checkShape(name, type, granularity, shape, place, &problems)
        }
    }

    private func parameter(
        _ name: String, runTime: Bool, _ place: FieldPlace, _ problems: inout Diagnostics
    ) -> TensorType? {
        guard let type = types[name] else {
            problems.report(
                place.diagnostic("there is no tensor '\(name)'\(Suggestion.hint(for: name, in: constants.sorted()))"))
            return nil
        }
        guard constants.contains(name) || (runTime && runTimeScales.contains(name)) else {
            problems.report(place.diagnostic("'\(name)' is not a constant"))
            return nil
        }
        return type
    }

    private func checkShape(
        _ name: String, _ type: TensorType, _ granularity: Granularity, _ shape: [Int], _ place: FieldPlace,
        _ problems: inout Diagnostics
    ) {
        guard let expected = granularity.parameterShape(for: shape) else {
            let what = if case .axis(let axis) = granularity { "axis \(axis)" } else { "the group" }
            problems.report(place.diagnostic("\(what) does not fit the shape \(shape)"))
            return
        }
        // One element may be written as a scalar too.
        guard type.shape == expected || (granularity == .tensor && type.shape.isEmpty) else {
            problems.report(place.diagnostic("'\(name)' has shape \(type.shape), \(expected) expected"))
            return
        }
    }
}

extension TensorEncoding {
    /// Negative axes counted from the end of a tensor of this rank.
    func countingAxes(rank: Int) -> TensorEncoding {
        func counted(_ granularity: Granularity) -> Granularity {
            if case .axis(let axis) = granularity, axis < 0 { .axis(axis + rank) } else { granularity }
        }
        var copy = self
        if case .tensor(let name, let granularity) = scale { copy.scale = .tensor(name, counted(granularity)) }
        if case .tensor(let name, let granularity) = zeroPoint { copy.zeroPoint = .tensor(name, counted(granularity)) }
        return copy
    }
}
