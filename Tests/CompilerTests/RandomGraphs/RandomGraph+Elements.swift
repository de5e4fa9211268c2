import Formats
import Graph

/// Operations element by element, along rows, and changes of encoding.
extension RandomGraph {
    mutating func growBinary() {
        let integers = chance(1, 4)
        let kind: (TensorType) -> Bool = { integers ? $0.encoding.codec == .int32 : $0.encoding.codec == .float32 }
        let a: String
        if integers {
            a = existing(where: kind) ?? input(TensorType(shape: shape(rank: 1...4), encoding: .int32))
        } else {
            a = floatOperand()
        }
        guard let type = graph.types[a], !type.shape.isEmpty else { return }
        // The second operand: the same shape, some axes of size 1, fewer axes, or the same tensor.
        var other = type.shape
        for axis in other.indices where chance(1, 4) { other[axis] = 1 }
        if chance(1, 4) { other.removeFirst(number(0...other.count - 1)) }
        var second = existing { $0.shape == other && kind($0) }
        if chance(1, 10) { second = a }
        if second == nil, integers {
            let plain = TensorType(shape: other, encoding: .int32)
            second = chance(1, 2) ? constant(plain) : input(plain)
        }
        let operands = [a, second ?? float(other)]
        apply(.binary(oneOf(BinaryFunction.allCases)), chance(1, 2) ? operands : operands.reversed())
    }

    mutating func growUnary() {
        if chance(1, 3) {
            let name = anyOperand(rank: 1...5)
            if chance(1, 2) { apply(.unary(.relu), [name]) } else { apply(.clip(min: -1.25, max: 2.5), [name]) }
            return
        }
        apply(.unary(oneOf(UnaryFunction.allCases)), [floatOperand()])
    }

    mutating func growRowOperation() {
        let x = floatOperand(rank: 2...5)
        guard let shape = graph.types[x]?.shape, let width = shape.last else { return }
        let parameter = TensorType(
            shape: [width], encoding: chance(1, 8) ? TensorEncoding(codec: .float16) : .float32)
        switch number(0...4) {
        case 0: apply(.softmax, [x])
        case 1:
            let gamma = constant(parameter)
            apply(.layerNorm(epsilon: 1e-5), chance(1, 2) ? [x, gamma] : [x, gamma, constant(parameter)])
        case 2: apply(.rmsNorm(epsilon: oneOf([0, 1e-6])), [x, constant(parameter)])
        case 3:
            guard width > 1 else { return }
            var rope = Rope(
                pairs: oneOf([.halves, .interleaved]), base: oneOf([10000, 500]),
                rotaryDimension: chance(1, 2) ? width / 2 * 2 : 2 * number(1...width / 2), position: number(0...20))
            if rope.position.isMultiple(of: 3) {
                rope.factors = (0..<rope.rotaryDimension / 2).map { 1 / Double(1 + $0) }
                rope.magnitude = 1.25
            }
            apply(.rope(rope), [x])
        default: apply(.mask(position: number(0...6), window: chance(1, 2) ? number(1...9) : nil), [x])
        }
    }

    mutating func growQuantise() {
        let x = floatOperand(rank: 1...5)
        guard let shape = graph.types[x]?.shape, let width = shape.last else { return }
        if chance(1, 2) {
            let codec = oneOf([Codec.int8, .int8, .signed(bits: 4), .signed(bits: isWild ? 12 : 5)])
            let size = chance(1, 2) ? width : oneOf([4, 8, 16, 32, 64, isWild ? 5 : 20])
            let encoding = TensorEncoding(codec: codec, scale: .tensor(Self.ownScales, .group(size: size)))
            apply(.quantiseDynamic(.group(size: size)), [x], declared: encoding, outputs: 2)
            return
        }
        if hasFloats, chance(1, 2) {
            apply(.quantise, [x], declared: narrowFloat(atRunTime: true))
            return
        }
        var encoding = activations()
        if chance(1, 5), shape.count > 1 {
            let axis = number(0...shape.count - 1)
            encoding.scale = .tensor(constant(TensorType(shape: [shape[axis]], encoding: .float32)), .axis(axis))
        }
        apply(.quantise, [x], declared: encoding)
    }

    mutating func growDequantise() {
        if chance(1, 2), let sum = existing(where: { $0.encoding.codec == .int32 }) {
            apply(.dequantise, [sum])
        } else if chance(1, 5) {
            apply(.dequantise, [weight([size(upTo: 40), size(upTo: 65)], groups: true)])
        } else {
            apply(.dequantise, [codesOperand(rank: 1...5)])
        }
    }

    mutating func growRequantise() {
        guard let x = existing(where: { $0.encoding.codec == .int32 }), let shape = graph.types[x]?.shape else { return }
        var target = activations()
        if chance(1, 8) { target.codec = .signed(bits: 16) }
        var requantisation = Requantisation(kind: .dyadic(rounding: oneOf(RoundingRule.allCases)))
        if chance(1, 3) {
            requantisation.kind = .float
        } else if chance(1, 3) {
            requantisation.multiplier = freshInteger(chance(1, 2) ? [1] : [shape.last ?? 1])
            requantisation.shift = freshInteger(chance(1, 2) ? [1] : [shape.last ?? 1])
        }
        // A run-time scale has no static ratio; the graph's rules say so, `ShapeRules` cannot.
        if requantisation.multiplier == nil, let scale = graph.types[x]?.encoding.scale,
            !scale.tensors.allSatisfy(graph.constants.contains)
        {
            return
        }
        apply(.requantise(requantisation), [x], declared: target)
    }

    private mutating func freshInteger(_ shape: [Int]) -> String {
        let name = freshName("m")
        graph.constants.append(name)
        graph.types[name] = TensorType(shape: shape, encoding: .int32)
        return name
    }
}
