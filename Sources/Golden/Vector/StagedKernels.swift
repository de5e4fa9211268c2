import Arch
import Formats

/// The loops over a block: one vectorisable loop per function, a in place, b beside it.
struct StagedKernels {
    let stage: Stage
    let count: Int

    func compute(_ work: Elementwise) {
        switch work.function {
        // Pairs are never staged.
        case .copy, .mask, .quantisePairs: break
        case .addFloat: floats { $0 + $1 }
        case .subtractFloat: floats { $0 - $1 }
        case .multiplyFloat: floats { $0 * $1 }
        case .divideFloat: floats { $0 / $1 }
        case .maxFloat: floats { Scalar.maximum($0, $1) }
        case .dynamicScale: floats { Scalar.dynamicScale($0, $1) }
        case .addInteger: integers { Scalar.add($0, $1) }
        case .subtractInteger: integers { Scalar.subtract($0, $1) }
        case .multiplyInteger: integers { Scalar.multiply($0, $1) }
        case .maxInteger: integers { $0 < $1 ? $1 : $0 }
        case .multiplyAccumulate:
            for i in 0..<count {
                stage.integer0[i] = stage.integer2[i] &+ stage.integer0[i] &* stage.integer1[i]
            }
        case .float(let function): apply(function)
        case .clampFloat(let low, let high): floats { x in Scalar.clamp(x, low, high) }
        case .clampInteger(let low, let high):
            for i in 0..<count { stage.integer0[i] = Scalar.clamp(stage.integer0[i], low, high) }
        case .quantise(let zero, let low, let high):
            floats { $0 / $1 }
            quantise(zero: zero, low: low, high: high)
        case .dequantise(let zero): dequantise(zero: zero, isWide: work.a.type == .int32)
        case .requantiseFloat(let zero, let low, let high):
            for i in 0..<count { stage.float0[i] = Float(stage.integer0[i]) * stage.float1[i] }
            quantise(zero: zero, low: low, high: high)
        case .requantiseDyadic(let rule, let zero, let low, let high):
            requantise(rule, zero: zero, low: low, high: high)
        }
    }

    @inline(__always)
    private func floats(_ function: (Float) -> Float) {
        let a = stage.float0
        for i in 0..<count { a[i] = function(a[i]) }
    }

    @inline(__always)
    private func floats(_ function: (Float, Float) -> Float) {
        let a = stage.float0
        let b = stage.float1
        for i in 0..<count { a[i] = function(a[i], b[i]) }
    }

    @inline(__always)
    private func integers(_ function: (Int32, Int32) -> Int32) {
        let a = stage.integer0
        let b = stage.integer1
        for i in 0..<count { a[i] = function(a[i], b[i]) }
    }

    private func apply(_ function: FloatFunction) {
        switch function {
        case .relu: floats { x in Scalar.relu(x) }
        case .exp: floats { x in Elementary.exp(x) }
        case .log: floats { x in Elementary.log(x) }
        case .erf: floats { x in Elementary.erf(x) }
        case .sin: floats { x in Elementary.sin(x) }
        case .cos: floats { x in Elementary.cos(x) }
        case .rsqrt: floats { x in Elementary.rsqrt(x) }
        case .reciprocal: floats { x in Scalar.reciprocal(x) }
        case .gelu: floats { x in Scalar.gelu(x) }
        case .geluTanh: floats { x in Scalar.geluTanh(x) }
        case .silu: floats { x in Scalar.silu(x) }
        case .sigmoid: floats { x in Elementary.sigmoid(x) }
        case .tanh: floats { x in Elementary.tanh(x) }
        case .hardSwish: floats { x in Scalar.hardSwish(x) }
        case .hardSigmoid: floats { x in Scalar.hardSigmoid(x) }
        }
    }

    private func quantise(zero: Int32, low: Int32, high: Int32) {
        // int32 reaches further than what adding 2^23 rounds.
        guard (Int(low) - Int(zero)).magnitude <= 1 << 22, (Int(high) - Int(zero)).magnitude <= 1 << 22 else {
            for i in 0..<count { stage.integer0[i] = Scalar.quantise(stage.float0[i], zero: zero, low: low, high: high) }
            return
        }
        let lowest = Float(low &- zero)
        let highest = Float(high &- zero)
        for i in 0..<count {
            stage.integer0[i] = Scalar.quantiseNarrow(stage.float0[i], zero: zero, lowest: lowest, highest: highest)
        }
    }

    private func dequantise(zero: Int32, isWide: Bool) {
        if zero == 0 || (!isWide && zero.magnitude < 1 << 30) {
            for i in 0..<count { stage.float0[i] = Float(stage.integer0[i] &- zero) * stage.float1[i] }
        } else {
            // The difference may need 33 bits.
            for i in 0..<count {
                stage.float0[i] = Float(Int64(stage.integer0[i]) &- Int64(zero)) * stage.float1[i]
            }
        }
    }

    private func requantise(_ rule: RoundingRuleCode, zero: Int32, low: Int32, high: Int32) {
        switch rule {
        case .halfToEven: requantise(zero: zero, low: low, high: high, rule: .halfToEven)
        case .halfUp: requantise(zero: zero, low: low, high: high, rule: .halfUp)
        case .halfAwayFromZero: requantise(zero: zero, low: low, high: high, rule: .halfAwayFromZero)
        }
    }

    /// Inlined once per rounding rule.
    @inline(__always)
    private func requantise(zero: Int32, low: Int32, high: Int32, rule: RoundingRuleCode) {
        for i in 0..<count {
            stage.integer0[i] = Scalar.requantise(
                stage.integer0[i], bias: stage.integer1[i], multiplier: stage.integer2[i], shift: stage.integer3[i],
                rule: rule, zero: zero, low: low, high: high)
        }
    }
}
