import Arch
import Golden
import Testing

@Suite struct ReduceTests {
    static let at = LocalAddress(.activations, 0)
    static let out = LocalAddress(.accumulators, 0)

    func reduce(_ work: Reduce, _ image: Image) throws -> Image {
        let fast = try execute([.reduce(work)], on: image)
        #expect(try execute([.reduce(work)], on: image, path: .structural) == fast, "\(work)")
        return fast
    }

    @Test func sumIsAPairwiseTreeInBlocksOfSixteenAddedInOrder() throws {
        // In a tree, 2^24 + 1 loses the one and 1 + 1 = 2 is kept: slots 2^24, 1, 1, 1 give (2^24) + 2. From left to
        // right all ones would be lost. The next block adds a one, which the running sum then loses.
        var x = [Float](repeating: 0, count: 17)
        x.replaceSubrange(0..<4, with: [16_777_216, 1, 1, 1])
        x[16] = 1
        var image = Image()
        image.put(x, Self.at)
        let work = Reduce(
            .sumFloat, destination: Operand(Self.out, .float32), a: Operand(Self.at, .float32), outer: [],
            inner: [Reduce.Loop(count: 17, a: 4)])
        // (2^24 + 2) + 1 is a tie between 2^24 + 2 and 2^24 + 4: the even mantissa is that of 2^24 + 4.
        #expect(try reduce(work, image).get(Float.self, Self.out) == 16_777_220)
    }

    @Test func missingSlotsArePositiveZero() throws {
        var image = Image()
        image.put(Float(-0.0), Self.at)
        let work = Reduce(
            .sumFloat, destination: Operand(Self.out, .float32), a: Operand(Self.at, .float32), outer: [], inner: [])
        #expect(try reduce(work, image).get(UInt32.self, Self.out) == 0)
    }

    @Test func maximumStartsFromTheFirstElement() throws {
        var image = Image()
        image.put([-0.0, 0.0, -5, .nan, -1] as [Float], Self.at)
        func run(_ function: Reduce.Function, count: Int, from: Int) throws -> UInt32 {
            let work = Reduce(
                function, destination: Operand(Self.out, .float32),
                a: Operand(LocalAddress(.activations, 4 * from), .float32),
                outer: [], inner: [Reduce.Loop(count: count, a: 4)])
            return try reduce(work, image).get(UInt32.self, Self.out)
        }
        #expect(try run(.maxFloat, count: 2, from: 0) == 0x8000_0000)
        #expect(try run(.maxFloat, count: 3, from: 2) == Float(-1).bitPattern)
        // A NaN in front stays: nothing is greater.
        #expect(try run(.maxFloat, count: 2, from: 3) == 0x7FC0_0000)
        // A NaN never wins a greatest magnitude.
        #expect(try run(.absoluteMaxFloat, count: 5, from: 0) == Float(5).bitPattern)
    }

    @Test func integerSumsAreExactThenSaturated() throws {
        var image = Image()
        image.put([Int32.max, .max, .min, 5], Self.at)
        func run(_ count: Int, _ type: ElementType) throws -> Image {
            try reduce(
                Reduce(
                    .sumInteger, destination: Operand(Self.out, type), a: Operand(Self.at, .int32), outer: [],
                    inner: [Reduce.Loop(count: count, a: 4)]), image)
        }
        #expect(try run(2, .int32).get(Int32.self, Self.out) == .max)
        #expect(try run(3, .int32).get(Int32.self, Self.out) == 2_147_483_646)
        #expect(try run(4, .int8).get(Int8.self, Self.out) == 127)
    }

    /// docs/numerics.md once more, with an array for the sixteen slots.
    static func sum(_ x: [Float]) -> Float {
        var total: Float?
        for start in stride(from: 0, to: x.count, by: 16) {
            var slots = (0..<16).map { start + $0 < x.count ? x[start + $0] : 0 }
            while slots.count > 1 { slots = stride(from: 0, to: slots.count, by: 2).map { slots[$0] + slots[$0 + 1] } }
            total = total.map { $0 + slots[0] } ?? slots[0]
        }
        return total ?? 0
    }

    @Test(arguments: Reduce.Function.allCases)
    func fastStructuralAndTranscriptionAgree(_ function: Reduce.Function) throws {
        var random = SeededRandom(UInt64(function.rawValue) + 5)
        let isInteger = function == .sumInteger || function == .maxInteger
        for _ in 0..<120 {
            var image = Image(size: 1 << 14, random: &random)
            if !isInteger { image.put((0..<4096).map { _ in Float.random(in: -9...9, using: &random) }, Self.at) }
            let type: ElementType =
                isInteger ? [.int8, .uint8, .int16, .uint16, .int32].randomElement(using: &random) ?? .int8 : .float32
            let width = type.bytes
            // Pooling windows, rows, columns and strides of neither kind.
            let channels = Int.random(in: 1...70, using: &random)
            let shape = (Int.random(in: 1...3, using: &random), Int.random(in: 1...12, using: &random))
            let step = Int.random(in: 0..<3, using: &random)
            let inner = [
                Reduce.Loop(count: shape.0, a: channels * width * 3),
                Reduce.Loop(count: shape.1, a: step == 0 ? width : step == 1 ? channels * width : 2 * width),
            ]
            let outer = [
                Reduce.Loop(count: Int.random(in: 1...2, using: &random), destination: 4 * channels, a: 24 * width),
                Reduce.Loop(count: channels, destination: 4, a: step == 0 ? 16 * width : width),
            ]
            let work = Reduce(
                function, destination: Operand(Self.out, isInteger ? .int32 : .float32), a: Operand(Self.at, type),
                outer: outer,
                inner: inner)
            var expected = image
            for i in 0..<outer[0].count {
                for j in 0..<channels {
                    var offsets: [Int] = []
                    for k in 0..<shape.0 {
                        for l in 0..<shape.1 {
                            offsets.append(i * outer[0].a + j * outer[1].a + k * inner[0].a + l * inner[1].a)
                        }
                    }
                    let to = LocalAddress(.accumulators, i * outer[0].destination + 4 * j)
                    Self.transcribe(function, type, offsets, from: image, to: to, in: &expected)
                }
            }
            #expect(try reduce(work, image) == expected, "\(work)")
        }
    }

    static func transcribe(
        _ function: Reduce.Function, _ type: ElementType, _ offsets: [Int], from image: Image, to: LocalAddress,
        in result: inout Image
    ) {
        let places = offsets.map { LocalAddress(.activations, $0) }
        let floats = places.map { image.get(Float.self, $0) }
        let integers = places.map { place in
            switch type {
            case .int8: Int(image.get(Int8.self, place))
            case .uint8: Int(image.get(UInt8.self, place))
            case .int16: Int(image.get(Int16.self, place))
            case .uint16: Int(image.get(UInt16.self, place))
            default: Int(image.get(Int32.self, place))
            }
        }
        let float: Float =
            switch function {
            case .sumFloat: sum(floats)
            case .maxFloat: floats.dropFirst().reduce(floats[0]) { $0 < $1 ? $1 : $0 }
            default: floats.reduce(0) { $0 < abs($1) ? abs($1) : $0 }
            }
        switch function {
        case .sumInteger: result.put(Int32(clamping: integers.reduce(0, +)), to)
        case .maxInteger: result.put(Int32(integers.max() ?? 0), to)
        default: result.put(float.isNaN ? 0x7FC0_0000 : float.bitPattern, to)
        }
    }
}
