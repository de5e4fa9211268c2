import Arch
import Formats

/// Elementwise instructions one element at a time, in ascending order: what the staged method must equal.
struct ScalarElementwise {
    let work: Elementwise
    let destination: UnsafeMutableRawPointer
    let a: UnsafeRawPointer
    /// `nil` when b is not in memory.
    let b: UnsafeRawPointer?

    init(_ work: Elementwise, on scratchpads: ScratchpadMemory) {
        self.work = work
        (destination, a, b) = scratchpads.operands(work)
    }

    func execute() {
        if case .quantisePairs(let format, let rules) = work.function {
            return executePairs(PairMaker(format, rules: rules))
        }
        let l = work.loops
        for i in 0..<l[0].count {
            for j in 0..<l[1].count {
                for row in 0..<l[2].count {
                    for column in 0..<l[3].count {
                        let steps = (i, j, row, column)
                        let d = destination + walk(steps, \.destination)
                        let second = b.map { $0 + walk(steps, \.b) }
                        element(d, a + walk(steps, \.a), second, row: row, column: column)
                    }
                }
            }
        }
    }

    /// Neighbours of the innermost loop, both read before either is written.
    private func executePairs(_ maker: PairMaker) {
        let l = work.loops
        for i in 0..<l[0].count {
            for j in 0..<l[1].count {
                for row in 0..<l[2].count {
                    for column in stride(from: 0, to: l[3].count, by: 2) {
                        let left = ratio((i, j, row, column))
                        guard column + 1 < l[3].count else {
                            slot((i, j, row, column), maker.single(left))
                            continue
                        }
                        let pair = maker.pair(left, ratio((i, j, row, column + 1)))
                        slot((i, j, row, column), pair.left)
                        slot((i, j, row, column + 1), pair.right)
                    }
                }
            }
        }
    }

    private func ratio(_ steps: (Int, Int, Int, Int)) -> Float {
        (a + walk(steps, \.a)).float(work.a.type) / secondFloat(b.map { $0 + walk(steps, \.b) })
    }

    private func slot(_ steps: (Int, Int, Int, Int), _ code: UInt8) {
        (destination + walk(steps, \.destination)).storeBytes(of: code, as: UInt8.self)
    }

    private func walk(_ i: (Int, Int, Int, Int), _ stride: KeyPath<VectorLoop, Int>) -> Int {
        let l = work.loops
        return i.0 * l[0][keyPath: stride] + i.1 * l[1][keyPath: stride] + i.2 * l[2][keyPath: stride]
            + i.3 * l[3][keyPath: stride]
    }

    private func secondInteger(_ b: UnsafeRawPointer?) -> Int32 {
        switch work.b {
        case .none: 0
        case .immediate(let bits): Int32(bitPattern: bits)
        case .memory(let operand): b?.integer(operand.type) ?? 0
        }
    }

    private func secondFloat(_ b: UnsafeRawPointer?) -> Float {
        switch work.b {
        case .none: 0
        case .immediate(let bits): Float(bitPattern: bits)
        case .memory(let operand): b?.float(operand.type) ?? 0
        }
    }

    private func element(
        _ d: UnsafeMutableRawPointer, _ a: UnsafeRawPointer, _ b: UnsafeRawPointer?, row: Int, column: Int
    ) {
        let type = work.destination.type
        switch work.function {
        case .copy: d.copyMemory(from: a, byteCount: type.bytes)
        case .addFloat: d.put(a.float(work.a.type) + secondFloat(b), type)
        case .subtractFloat: d.put(a.float(work.a.type) - secondFloat(b), type)
        case .multiplyFloat: d.put(a.float(work.a.type) * secondFloat(b), type)
        case .divideFloat: d.put(a.float(work.a.type) / secondFloat(b), type)
        case .maxFloat: d.put(Scalar.maximum(a.float(work.a.type), secondFloat(b)), type)
        case .dynamicScale: d.put(Scalar.dynamicScale(a.float(work.a.type), secondFloat(b)), type)
        case .addInteger: d.put(Scalar.add(a.integer(work.a.type), secondInteger(b)), type)
        case .subtractInteger: d.put(Scalar.subtract(a.integer(work.a.type), secondInteger(b)), type)
        case .multiplyInteger: d.put(Scalar.multiply(a.integer(work.a.type), secondInteger(b)), type)
        case .maxInteger: d.put(Swift.max(a.integer(work.a.type), secondInteger(b)), type)
        case .multiplyAccumulate:
            d.put(UnsafeRawPointer(d).integer(.int32) &+ a.integer(work.a.type) &* secondInteger(b), .int32)
        case .float(let function): d.put(apply(function, a.float(work.a.type)), type)
        case .clampFloat(let low, let high): d.put(Scalar.clamp(a.float(work.a.type), low, high), type)
        case .clampInteger(let low, let high): d.put(Scalar.clamp(a.integer(work.a.type), low, high), type)
        case .quantise(let zero, let low, let high):
            d.put(Scalar.quantise(a.float(work.a.type) / secondFloat(b), zero: zero, low: low, high: high), type)
        case .dequantise(let zero):
            d.put(Float(Int64(a.integer(work.a.type)) - Int64(zero)) * secondFloat(b), type)
        case .requantiseFloat(let zero, let low, let high):
            d.put(
                Scalar.quantise(Float(a.integer(work.a.type)) * secondFloat(b), zero: zero, low: low, high: high), type)
        case .requantiseDyadic(let rule, let zero, let low, let high):
            guard let b else { return }
            d.put(
                Scalar.requantise(
                    a.integer(work.a.type), bias: b.integer(.int32), multiplier: (b + 4).integer(.int32),
                    shift: (b + 8).integer(.int32), rule: rule, zero: zero, low: low, high: high), type)
        // Made two at a time.
        case .quantisePairs: return
        case .mask(let diagonal, let window):
            let isKept = MaskRow(row: row, diagonal: diagonal, window: window).contains(column)
            d.put(isKept ? a.float(work.a.type) : -.infinity, type)
        }
    }

    private func apply(_ function: FloatFunction, _ x: Float) -> Float {
        switch function {
        case .relu: Scalar.relu(x)
        case .exp: Elementary.exp(x)
        case .log: Elementary.log(x)
        case .erf: Elementary.erf(x)
        case .sin: Elementary.sin(x)
        case .cos: Elementary.cos(x)
        case .rsqrt: Elementary.rsqrt(x)
        case .reciprocal: Scalar.reciprocal(x)
        case .gelu: Scalar.gelu(x)
        case .geluTanh: Scalar.geluTanh(x)
        case .silu: Scalar.silu(x)
        case .sigmoid: Elementary.sigmoid(x)
        case .tanh: Elementary.tanh(x)
        case .hardSwish: Scalar.hardSwish(x)
        case .hardSigmoid: Scalar.hardSigmoid(x)
        }
    }
}

/// The columns that a mask keeps in one row.
struct MaskRow {
    /// Half-open.
    let low: Int
    let high: Int

    init(row: Int, diagonal: Int32, window: Int32) {
        let last = row + Int(diagonal)
        high = last + 1
        low = window > 0 ? last - Int(window) + 1 : .min
    }

    func contains(_ column: Int) -> Bool { column >= low && column < high }
}
