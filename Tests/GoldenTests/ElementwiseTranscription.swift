import Arch
import Formats

/// docs/numerics.md written down once more, element by element, with wide exact integers and binary64 in place of bit
/// tricks.
struct ElementwiseTranscription {
    let work: Elementwise
    var image: Image

    static func run(_ work: Elementwise, on image: Image) -> Image {
        var run = ElementwiseTranscription(work: work, image: image)
        for i in 0..<work.loops[0].count {
            for j in 0..<work.loops[1].count {
                for row in 0..<work.loops[2].count {
                    for column in 0..<work.loops[3].count { run.element([i, j, row, column]) }
                }
            }
        }
        return run.image
    }

    private func place(_ operand: Operand, _ index: [Int], _ stride: (VectorLoop) -> Int) -> LocalAddress {
        let walk = zip(index, work.loops).reduce(0) { $0 + $1.0 * stride($1.1) }
        return LocalAddress(operand.address.space, operand.address.offset + walk)
    }

    private func integer(_ type: ElementType, _ at: LocalAddress) -> Int {
        switch type {
        case .int8: Int(image.get(Int8.self, at))
        case .uint8: Int(image.get(UInt8.self, at))
        case .int16: Int(image.get(Int16.self, at))
        case .uint16: Int(image.get(UInt16.self, at))
        default: Int(image.get(Int32.self, at))
        }
    }

    private func float(_ type: ElementType, _ at: LocalAddress) -> Float {
        type == .float16 ? Binary16.widened(image.get(UInt16.self, at)) : image.get(Float.self, at)
    }

    private mutating func write(_ value: Int, _ at: LocalAddress) {
        switch work.destination.type {
        case .int8: image.put(Int8(clamping: value), at)
        case .uint8: image.put(UInt8(clamping: value), at)
        case .int16: image.put(Int16(clamping: value), at)
        case .uint16: image.put(UInt16(clamping: value), at)
        default: image.put(Int32(clamping: value), at)
        }
    }

    private mutating func write(_ value: Float, _ at: LocalAddress) {
        image.put(value.isNaN ? 0x7FC0_0000 : value.bitPattern, at)
    }

    private mutating func element(_ index: [Int]) {
        let d = place(work.destination, index) { $0.destination }
        let a = place(work.a, index) { $0.a }
        if work.function == .copy {
            for i in 0..<work.a.type.bytes {
                image.put(
                    image.get(UInt8.self, LocalAddress(a.space, a.offset + i)), LocalAddress(d.space, d.offset + i))
            }
            return
        }
        var y = 0
        var v: Float = 0
        var record: LocalAddress?
        switch work.b {
        case .none: break
        case .immediate(let bits): (y, v) = (Int(Int32(bitPattern: bits)), Float(bitPattern: bits))
        case .memory(let operand):
            let at = place(operand, index) { $0.b }
            record = at
            if operand.type.isInteger { y = integer(operand.type, at) } else { v = float(operand.type, at) }
        }
        if work.a.type.isInteger {
            fromInteger(integer(work.a.type, a), y, v, record, d)
        } else {
            fromFloat(float(work.a.type, a), v, index, d)
        }
    }

    private mutating func fromFloat(_ x: Float, _ v: Float, _ index: [Int], _ d: LocalAddress) {
        switch work.function {
        case .addFloat: write(x + v, d)
        case .subtractFloat: write(x - v, d)
        case .multiplyFloat: write(x * v, d)
        case .divideFloat: write(x / v, d)
        case .dynamicScale: write(x.isZero ? 1 : x / v, d)
        case .maxFloat: write(x < v ? v : x, d)
        case .clampFloat(let low, let high): write(x < low ? low : (x > high ? high : x), d)
        case .float(let function): write(Self.apply(function, x), d)
        case .quantise(let zero, let low, let high): write(Self.clampRound(x / v, Int(zero), Int(low), Int(high)), d)
        case .mask(let diagonal, let window):
            let (row, column) = (index[2], index[3])
            var isKept = column <= row + Int(diagonal)
            if window > 0 { isKept = isKept && column > row + Int(diagonal) - Int(window) }
            write(isKept ? x : -.infinity, d)
        default: break
        }
    }

    private mutating func fromInteger(_ x: Int, _ y: Int, _ v: Float, _ record: LocalAddress?, _ d: LocalAddress) {
        switch work.function {
        case .addInteger: write(x + y, d)
        case .subtractInteger: write(x - y, d)
        case .multiplyInteger: write(x * y, d)
        case .maxInteger: write(max(x, y), d)
        case .multiplyAccumulate:
            image.put(Int32(truncatingIfNeeded: Int(image.get(Int32.self, d)) + x * y), d)
        case .clampInteger(let low, let high): write(max(Int(low), min(Int(high), x)), d)
        case .dequantise(let zero): write(Float(x - Int(zero)) * v, d)
        case .requantiseFloat(let zero, let low, let high):
            write(Self.clampRound(Float(x) * v, Int(zero), Int(low), Int(high)), d)
        case .requantiseDyadic(let rule, let zero, let low, let high):
            guard let record else { return }
            let words = (0..<3).map { image.get(Int32.self, LocalAddress(record.space, record.offset + 4 * $0)) }
            let acc = Int128(Int32(clamping: x + Int(words[0])))
            let rounded = Self.divide(acc * Int128(UInt32(bitPattern: words[1])), Int(words[2]), rule)
            write(Int(max(Int128(low), min(Int128(high), rounded + Int128(zero)))), d)
        default: break
        }
    }

    static func clampRound(_ r: Float, _ zero: Int, _ low: Int, _ high: Int) -> Int {
        if r.isNaN { return zero }
        let q = Double(r).rounded(.toNearestOrEven)
        return Int(max(Double(low - zero), min(Double(high - zero), q))) + zero
    }

    /// p / 2^shift by doubling: compares twice the remainder with the divisor.
    static func divide(_ p: Int128, _ shift: Int, _ rule: RoundingRuleCode) -> Int128 {
        if shift <= 0 { return p * (Int128(1) << Int128(min(-shift, 60))) }
        let divisor = Int128(1) << Int128(min(shift, 100))
        let magnitude = p < 0 ? -p : p
        let (q, r) = magnitude.quotientAndRemainder(dividingBy: divisor)
        let twice = 2 * r
        var up = twice > divisor
        if twice == divisor {
            switch rule {
            case .halfToEven: up = q % 2 == 1
            case .halfUp: up = p > 0
            case .halfAwayFromZero: up = true
            }
        }
        return (p < 0 ? -1 : 1) * (q + (up ? 1 : 0))
    }

    static func apply(_ function: FloatFunction, _ x: Float) -> Float {
        let sixth: Float = 0.16666667
        let gate = max(Float(0), min(Float(1), x * sixth + 0.5))
        switch function {
        case .relu: return x < 0 ? 0 : x
        case .exp: return Elementary.exp(x)
        case .log: return Elementary.log(x)
        case .erf: return Elementary.erf(x)
        case .sin: return Elementary.sin(x)
        case .cos: return Elementary.cos(x)
        case .rsqrt: return Elementary.rsqrt(x)
        case .reciprocal: return 1 / x
        case .gelu: return (0.5 * x) * (1 + Elementary.erf(x * 0.70710677))
        case .geluTanh:
            let cube = 0.044715 * (x * x * x)
            return (0.5 * x) * (1 + Elementary.tanh(0.7978846 * (x + cube)))
        case .silu: return x * Elementary.sigmoid(x)
        case .sigmoid: return Elementary.sigmoid(x)
        case .tanh: return Elementary.tanh(x)
        case .hardSwish: return x * (x.isNaN ? x : gate)
        case .hardSigmoid: return x.isNaN ? x : gate
        }
    }
}
