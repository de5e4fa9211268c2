import Formats

/// `ElementwiseFunction` without its parameters, as the function field codes it.
enum ElementwiseCode: UInt8, FieldCoded {
    case copy
    case addFloat, subtractFloat, multiplyFloat, divideFloat, maxFloat, dynamicScale
    case addInteger, subtractInteger, multiplyInteger, maxInteger, multiplyAccumulate
    case relu, exp, rsqrt, reciprocal, gelu, geluTanh, silu, sigmoid, tanh, hardSwish, hardSigmoid
    case clampFloat, clampInteger, quantise, dequantise, requantiseFloat, requantiseDyadic, mask
    case quantisePairs
    case log, erf
    case sin, cos

    var name: String {
        switch self {
        case .copy: "copy"
        case .addFloat: "add_float"
        case .subtractFloat: "subtract_float"
        case .multiplyFloat: "multiply_float"
        case .divideFloat: "divide_float"
        case .maxFloat: "max_float"
        case .dynamicScale: "dynamic_scale"
        case .addInteger: "add_integer"
        case .subtractInteger: "subtract_integer"
        case .multiplyInteger: "multiply_integer"
        case .maxInteger: "max_integer"
        case .multiplyAccumulate: "multiply_accumulate"
        case .relu: "relu"
        case .exp: "exp"
        case .rsqrt: "rsqrt"
        case .reciprocal: "reciprocal"
        case .gelu: "gelu"
        case .geluTanh: "gelu_tanh"
        case .silu: "silu"
        case .sigmoid: "sigmoid"
        case .tanh: "tanh"
        case .hardSwish: "hard_swish"
        case .hardSigmoid: "hard_sigmoid"
        case .clampFloat: "clamp_float"
        case .clampInteger: "clamp_integer"
        case .quantise: "quantise"
        case .dequantise: "dequantise"
        case .requantiseFloat: "requantise_float"
        case .requantiseDyadic: "requantise_dyadic"
        case .mask: "mask"
        case .quantisePairs: "quantise_pairs"
        case .log: "log"
        case .erf: "erf"
        case .sin: "sin"
        case .cos: "cos"
        }
    }

    /// The result, for the Action line of docs/isa.md.
    var meaning: String {
        switch self {
        case .copy: "a, bits unchanged"
        case .addFloat, .addInteger: "a + b"
        case .subtractFloat, .subtractInteger: "a - b"
        case .multiplyFloat, .multiplyInteger: "a * b"
        case .divideFloat: "a / b"
        case .dynamicScale: "a = 0 ? 1 : f32(a / b)"
        case .maxFloat, .maxInteger: "a < b ? b : a"
        case .multiplyAccumulate: "destination + a * b, modulo 2^32"
        case .relu, .exp, .rsqrt, .reciprocal, .gelu, .geluTanh, .silu, .sigmoid, .tanh, .hardSwish, .hardSigmoid, .log,
            .erf, .sin, .cos:
            "\(name)(a)"
        case .clampFloat, .clampInteger: "a < low ? low : (a > high ? high : a)"
        case .quantise: "clamp(round(f32(a / b)), low - zero, high - zero) + zero"
        case .dequantise: "f32(f32(a - zero) * b)"
        case .requantiseFloat: "clamp(round(f32(f32(a) * b)) + zero, low, high)"
        case .requantiseDyadic:
            "clamp(round(saturate32(a + bias) * multiplier / 2^shift) + zero, low, high); b is (bias, multiplier, shift)"
        case .mask:
            "column <= row + diagonal and (window <= 0 or column > row + diagonal - window) ? a : -infinity; "
                + "row and column are the indices of loops 2 and 3"
        case .quantisePairs:
            "slots of the outlier-victim pair of f32(a / b) and its neighbour in loop 3, by pair_format and pair_rules"
        }
    }

    struct Parameter {
        var name: String
        var isFloat = false
        /// Counts rows or columns, so that a parameter register may be added.
        var isLength = false
    }

    /// What the fields `parameter_0...2` stand for.
    var parameters: [Parameter] {
        switch self {
        case .clampFloat: [Parameter(name: "low", isFloat: true), Parameter(name: "high", isFloat: true)]
        case .clampInteger: [Parameter(name: "low"), Parameter(name: "high")]
        case .quantise, .requantiseFloat, .requantiseDyadic:
            [Parameter(name: "zero"), Parameter(name: "low"), Parameter(name: "high")]
        case .dequantise: [Parameter(name: "zero")]
        case .mask: [Parameter(name: "diagonal", isLength: true), Parameter(name: "window", isLength: true)]
        default: []
        }
    }
}

/// An elementwise function as its fields hold it: parameters are 32-bit patterns.
struct CodedFunction: Hashable {
    var code: ElementwiseCode
    var rounding = RoundingRuleCode.halfToEven
    var pairFormat = OutlierVictimPair.int4
    var pairRules = PairRules.paper
    var parameters: [UInt32] = [0, 0, 0]

    init(code: ElementwiseCode, values: Int32..., rounding: RoundingRuleCode = .halfToEven) {
        self.code = code
        self.rounding = rounding
        for (index, value) in values.enumerated() { parameters[index] = UInt32(bitPattern: value) }
    }

    init(_ function: ElementwiseFunction) {
        switch function {
        case .copy: self.init(code: .copy)
        case .addFloat: self.init(code: .addFloat)
        case .subtractFloat: self.init(code: .subtractFloat)
        case .multiplyFloat: self.init(code: .multiplyFloat)
        case .divideFloat: self.init(code: .divideFloat)
        case .maxFloat: self.init(code: .maxFloat)
        case .dynamicScale: self.init(code: .dynamicScale)
        case .addInteger: self.init(code: .addInteger)
        case .subtractInteger: self.init(code: .subtractInteger)
        case .multiplyInteger: self.init(code: .multiplyInteger)
        case .maxInteger: self.init(code: .maxInteger)
        case .multiplyAccumulate: self.init(code: .multiplyAccumulate)
        case .float(let function): self.init(code: ElementwiseCode(function))
        case .clampFloat(let low, let high):
            self.init(code: .clampFloat, values: Int32(bitPattern: low.bitPattern), Int32(bitPattern: high.bitPattern))
        case .clampInteger(let low, let high): self.init(code: .clampInteger, values: low, high)
        case .quantise(let zero, let low, let high): self.init(code: .quantise, values: zero, low, high)
        case .dequantise(let zero): self.init(code: .dequantise, values: zero)
        case .requantiseFloat(let zero, let low, let high): self.init(code: .requantiseFloat, values: zero, low, high)
        case .requantiseDyadic(let rounding, let zero, let low, let high):
            self.init(code: .requantiseDyadic, values: zero, low, high, rounding: rounding)
        case .mask(let diagonal, let window): self.init(code: .mask, values: diagonal, window)
        case .quantisePairs(let format, let rules):
            self.init(code: .quantisePairs)
            (pairFormat, pairRules) = (format, rules)
        }
    }

    /// Parameters that the function does not have are dropped.
    var function: ElementwiseFunction {
        func integer(_ index: Int) -> Int32 { Int32(bitPattern: parameters[index]) }
        switch code {
        case .copy: return .copy
        case .addFloat: return .addFloat
        case .subtractFloat: return .subtractFloat
        case .multiplyFloat: return .multiplyFloat
        case .divideFloat: return .divideFloat
        case .maxFloat: return .maxFloat
        case .dynamicScale: return .dynamicScale
        case .addInteger: return .addInteger
        case .subtractInteger: return .subtractInteger
        case .multiplyInteger: return .multiplyInteger
        case .maxInteger: return .maxInteger
        case .multiplyAccumulate: return .multiplyAccumulate
        case .relu: return .float(.relu)
        case .exp: return .float(.exp)
        case .rsqrt: return .float(.rsqrt)
        case .reciprocal: return .float(.reciprocal)
        case .gelu: return .float(.gelu)
        case .geluTanh: return .float(.geluTanh)
        case .silu: return .float(.silu)
        case .sigmoid: return .float(.sigmoid)
        case .tanh: return .float(.tanh)
        case .hardSwish: return .float(.hardSwish)
        case .hardSigmoid: return .float(.hardSigmoid)
        case .log: return .float(.log)
        case .erf: return .float(.erf)
        case .sin: return .float(.sin)
        case .cos: return .float(.cos)
        case .clampFloat:
            return .clampFloat(low: Float(bitPattern: parameters[0]), high: Float(bitPattern: parameters[1]))
        case .clampInteger: return .clampInteger(low: integer(0), high: integer(1))
        case .quantise: return .quantise(zero: integer(0), low: integer(1), high: integer(2))
        case .dequantise: return .dequantise(zero: integer(0))
        case .requantiseFloat: return .requantiseFloat(zero: integer(0), low: integer(1), high: integer(2))
        case .requantiseDyadic:
            return .requantiseDyadic(rounding, zero: integer(0), low: integer(1), high: integer(2))
        case .mask: return .mask(diagonal: integer(0), window: integer(1))
        case .quantisePairs: return .quantisePairs(pairFormat, pairRules)
        }
    }
}

extension ElementwiseCode {
    init(_ function: FloatFunction) {
        switch function {
        case .relu: self = .relu
        case .exp: self = .exp
        case .rsqrt: self = .rsqrt
        case .reciprocal: self = .reciprocal
        case .gelu: self = .gelu
        case .geluTanh: self = .geluTanh
        case .silu: self = .silu
        case .sigmoid: self = .sigmoid
        case .tanh: self = .tanh
        case .hardSwish: self = .hardSwish
        case .hardSigmoid: self = .hardSigmoid
        case .log: self = .log
        case .erf: self = .erf
        case .sin: self = .sin
        case .cos: self = .cos
        }
    }
}
