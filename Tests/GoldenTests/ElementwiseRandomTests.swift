import Arch
import Formats
import Golden
import Testing

/// What an operand of a function may be.
enum OperandKind { case float, integer, none, record }

extension ElementwiseFunction {
    /// Kinds of a, b and destination.
    var kinds: (a: OperandKind, b: OperandKind, destination: OperandKind) {
        switch self {
        case .copy: (.none, .none, .none)
        case .addFloat, .subtractFloat, .multiplyFloat, .divideFloat, .maxFloat, .dynamicScale: (.float, .float, .float)
        case .float, .clampFloat, .mask: (.float, .none, .float)
        case .quantise, .quantisePairs: (.float, .float, .integer)
        case .dequantise: (.integer, .float, .float)
        case .requantiseFloat: (.integer, .float, .integer)
        case .requantiseDyadic: (.integer, .record, .integer)
        case .clampInteger: (.integer, .none, .integer)
        case .addInteger, .subtractInteger, .multiplyInteger, .maxInteger, .multiplyAccumulate:
            (.integer, .integer, .integer)
        }
    }
}

/// Random nests, strides, types, functions and placements: fast, structural and the transcription agree on every byte.
@Suite struct ElementwiseRandomTests {
    static let padBytes = 1 << 14

    static let functions: [ElementwiseFunction] =
        [
            .copy, .dynamicScale, .addFloat, .subtractFloat, .multiplyFloat, .divideFloat, .maxFloat, .addInteger,
            .subtractInteger,
            .multiplyInteger, .maxInteger, .multiplyAccumulate, .clampFloat(low: -1.5, high: 3),
            .clampInteger(low: -100, high: 90), .quantise(zero: 3, low: -128, high: 127),
            .quantise(zero: 0, low: .min, high: .max), .dequantise(zero: 0), .dequantise(zero: -7),
            .dequantise(zero: .min), .requantiseFloat(zero: -5, low: -128, high: 127),
            .requantiseFloat(zero: 0, low: .min, high: .max), .mask(diagonal: 2, window: 0),
            .mask(diagonal: -1, window: 3),
        ] + RoundingRuleCode.allCases.map { .requantiseDyadic($0, zero: 4, low: -128, high: 127) }
        + FloatFunction.allCases.map { .float($0) }

    /// Loops whose far ends stay inside `reach` bytes for every operand.
    static func loops(_ random: inout SeededRandom, widths: [Int], reach: Int) -> [VectorLoop] {
        var left = [reach, reach, reach]
        var loops: [VectorLoop] = []
        // The inner loop is often dense, like a real one; outer loops often step over it.
        var dense = widths
        for level in 0..<4 {
            let count = Int.random(in: 1...(level == 0 ? 40 : 4), using: &random)
            var strides = [0, 0, 0]
            for i in 0..<3 {
                let choice = Int.random(in: 0..<10, using: &random)
                let wanted = choice < 7 ? dense[i] : choice < 8 ? 0 : Int.random(in: 0...40, using: &random)
                let most = count > 1 ? left[i] / (count - 1) : 0
                strides[i] = wanted <= most ? wanted : 0
                left[i] -= (count - 1) * strides[i]
                dense[i] = max(dense[i], strides[i]) * count
            }
            loops.insert(VectorLoop(count: count, destination: strides[0], a: strides[1], b: strides[2]), at: 0)
        }
        return loops
    }

    static func work(_ function: ElementwiseFunction, _ random: inout SeededRandom) -> Elementwise {
        let integers: [ElementType] = [.int8, .uint8, .int16, .uint16, .int32]
        func type(_ kind: OperandKind) -> ElementType {
            switch kind {
            case .float: [.float32, .float32, .float16].randomElement(using: &random) ?? .float32
            case .integer: integers.randomElement(using: &random) ?? .int8
            case .none, .record: .int32
            }
        }
        let kinds = function.kinds
        var a = type(kinds.a)
        var destination = kinds.destination == .float ? ElementType.float32 : type(kinds.destination)
        if function == .multiplyAccumulate { destination = .int32 }
        if function == .copy {
            a = ElementType.allCases.randomElement(using: &random) ?? .int8
            destination = a
        }
        let bType = type(kinds.b)
        let reach = 2000
        var loops = loops(
            &random, widths: [destination.bytes, a.bytes, kinds.b == .record ? 12 : bType.bytes], reach: reach)
        func address() -> LocalAddress {
            LocalAddress(
                Image.order.randomElement(using: &random) ?? .tables,
                Int.random(in: 0...(padBytes - reach - 64), using: &random))
        }
        let target = address()
        var source = address()
        switch Int.random(in: 0..<6, using: &random) {
        case 0 where a.bytes == destination.bytes:
            // In place.
            source = target
            for i in loops.indices { loops[i].a = loops[i].destination }
        case 1:
            // Overlapping in no particular way.
            source = LocalAddress(target.space, max(0, target.offset + Int.random(in: -64...64, using: &random)))
        default: break
        }
        var b = Elementwise.Second.none
        switch kinds.b {
        case .none: break
        case .record: b = .memory(Operand(address(), .int32))
        case .float where Bool.random(using: &random):
            b = .immediate(Float.random(in: -4...4, using: &random).bitPattern)
        case .integer where Bool.random(using: &random):
            b = .immediate(UInt32(bitPattern: Int32.random(in: .min ... .max, using: &random)))
        case .float, .integer: b = .memory(Operand(address(), bType))
        }
        return Elementwise(
            function, destination: Operand(target, destination), a: Operand(source, a), b: b, loops: loops)
    }

    /// Random bytes are mostly huge or tiny floats: half of the pads hold ordinary numbers instead.
    static func image(_ random: inout SeededRandom) -> Image {
        var image = Image(size: padBytes, random: &random)
        for space in [Space.activations, .accumulators] {
            for offset in stride(from: 0, to: padBytes / 2, by: 4) {
                image.put(Float.random(in: -6...6, using: &random), LocalAddress(space, offset))
            }
        }
        // Records: bias, multiplier, shift.
        for offset in stride(from: 0, to: padBytes - 12, by: 12) {
            image.put(Int32.random(in: -5000...5000, using: &random), LocalAddress(.weights, offset))
            image.put(UInt32.random(in: 1 << 30...1 << 31, using: &random), LocalAddress(.weights, offset + 4))
            image.put(Int32.random(in: -3...66, using: &random), LocalAddress(.weights, offset + 8))
        }
        return image
    }

    @Test(arguments: functions)
    func fastStructuralAndTranscriptionAgree(_ function: ElementwiseFunction) throws {
        var random = SeededRandom(
            UInt64(bitPattern: Int64(String(describing: function).utf8.reduce(7) { $0 &* 31 &+ Int($1) })))
        var staged = 0
        for _ in 0..<60 {
            let image = Self.image(&random)
            let work = Self.work(function, &random)
            if ElementwisePlan(work).method == .staged { staged += 1 }
            let expected = ElementwiseTranscription.run(work, on: image)
            #expect(try execute([.elementwise(work)], on: image) == expected, "\(work)")
            #expect(try execute([.elementwise(work)], on: image, path: .structural) == expected, "\(work)")
        }
        // Functions with bounds beyond the staged range never stage; all others must have been tried both ways.
        let isWide =
            function == .quantise(zero: 0, low: .min, high: .max)
            || function == .requantiseFloat(zero: 0, low: .min, high: .max)
        #expect(isWide ? staged == 0 : staged > 5)
    }
}
