import Arch
import Golden
import Testing

/// Small vectors worked by hand from docs/numerics.md.
@Suite struct ElementwiseVectorTests {
    static let at = LocalAddress(.activations, 0)
    static let second = LocalAddress(.weights, 0)
    static let out = LocalAddress(.accumulators, 0)

    /// Results of one function over dense vectors, on both paths.
    func apply<A: BitwiseCopyable, B: BitwiseCopyable, D: BitwiseCopyable & Equatable>(
        _ function: ElementwiseFunction, _ a: [A], _ aType: ElementType, b: [B], _ bType: ElementType,
        _ type: ElementType,
        as: D.Type, bStride: Int? = nil
    ) throws -> [D] {
        var image = Image()
        image.put(a, Self.at)
        image.put(b, Self.second)
        let work = Elementwise(
            function, destination: Operand(Self.out, type), a: Operand(Self.at, aType),
            b: b.isEmpty ? .none : .memory(Operand(Self.second, bType)),
            loops: [
                VectorLoop(count: a.count, destination: type.bytes, a: aType.bytes, b: bStride ?? bType.bytes)
            ])
        let fast = try execute([.elementwise(work)], on: image).array(D.self, Self.out, a.count)
        let structural = try execute([.elementwise(work)], on: image, path: .structural).array(
            D.self, Self.out, a.count)
        #expect(fast == structural)
        return fast
    }

    @Test func quantiseRoundsTiesToEvenSaturatesAndMapsNaNToTheZeroPoint() throws {
        let x: [Float] = [0.5, 1.5, 2.5, -0.5, -1.5, 1000, -1000, .infinity, -.infinity, .nan, 126.5, -0.0]
        let codes = try apply(
            .quantise(zero: 3, low: -128, high: 127), x, .float32, b: [Float(1)], .float32, .int8, as: Int8.self,
            bStride: 0)
        #expect(codes == [3, 5, 5, 3, 1, 127, -128, 127, -128, 3, 127, 3])
    }

    @Test func requantiseDyadicRoundsByName() throws {
        // multiplier / 2^shift = 2^30 / 2^31 = 1/2: accumulators of odd value are ties.
        let acc: [Int32] = [-5, -3, -1, 1, 3, 5, 400, -400]
        let records = [Int32(0), 1 << 30, 31]
        func run(_ rule: RoundingRuleCode) throws -> [Int8] {
            try apply(
                .requantiseDyadic(rule, zero: 0, low: -128, high: 127), acc, .int32, b: records, .int32, .int8,
                as: Int8.self,
                bStride: 0)
        }
        #expect(try run(.halfToEven) == [-2, -2, 0, 0, 2, 2, 127, -128])
        #expect(try run(.halfUp) == [-2, -1, 0, 1, 2, 3, 127, -128])
        #expect(try run(.halfAwayFromZero) == [-3, -2, -1, 1, 2, 3, 127, -128])
    }

    @Test func requantiseDyadicSaturatesTheBiasBeforeScaling() throws {
        // The scale is 2^31 / 2^56 = 2^-25. (2^31 - 1) + (2^31 - 1) saturates to 2^31 - 1 and gives 64, not 128;
        // -2^31 - 2^31 saturates to -2^31 and gives -64, not -128.
        let records: [Int32] = [.max, .min, 56, .min, .min, 56]
        let codes = try apply(
            .requantiseDyadic(.halfToEven, zero: 1, low: -128, high: 127), [Int32.max, .min], .int32, b: records,
            .int32, .int16,
            as: Int16.self, bStride: 12)
        #expect(codes == [65, -63])
    }

    @Test func requantiseDyadicShiftsToTheLeftAndPastTheProduct() throws {
        // 3 * 2^31 * 2^2 saturates; 1 * 1 * 2^3 = 8; 2^31 * -2^31 / 2^63 = -1/2 is a tie; /2^64 is a quarter.
        let records: [Int32] = [0, .min, -2, 0, 1, -3, 0, .min, 63, 0, .min, 64]
        let codes = try apply(
            .requantiseDyadic(.halfAwayFromZero, zero: 0, low: -100, high: 100), [Int32(3), 1, .min, .min], .int32,
            b: records,
            .int32, .int8, as: Int8.self, bStride: 12)
        #expect(codes == [100, 8, -1, 0])
    }

    @Test func requantiseFloatRoundsAccumulatorThenProduct() throws {
        // f32(16777217) = 16777216; * 2^-20 = 16. 5 * 0.5 = 2.5 -> 2; 7 * 0.5 = 3.5 -> 4.
        let codes = try apply(
            .requantiseFloat(zero: -1, low: -128, high: 127), [Int32(16_777_217), 5, 7, .min], .int32,
            b: [Float(0x1p-20), 0.5, 0.5, 1], .float32, .int8, as: Int8.self)
        #expect(codes == [15, 1, 3, -128])
    }

    @Test func dequantiseSubtractsExactlyBeforeRounding() throws {
        // 16777217 - 1 = 2^24 exactly; f32(16777217) would have been 2^24 too, minus one 16777215.
        let values = try apply(
            .dequantise(zero: 1), [Int32(16_777_217), .min, 4], .int32, b: [Float(1), 1, 0.25], .float32, .float32,
            as: Float.self)
        #expect(values == [16_777_216, -2_147_483_648, 0.75])
    }

    @Test func everyNaNIsWrittenInOnePattern() throws {
        let patterns: [UInt32] = [0xFFC0_1234, 0x7F80_0001, 0x7FC0_0000, 0xFF80_0000]
        let relu = try apply(.float(.relu), patterns, .float32, b: [Float](), .float32, .float32, as: UInt32.self)
        #expect(relu == [0x7FC0_0000, 0x7FC0_0000, 0x7FC0_0000, 0])
        let zeros: [Float] = [0, .infinity]
        let made = try apply(.divideFloat, zeros, .float32, b: zeros, .float32, .float32, as: UInt32.self)
        #expect(made == [0x7FC0_0000, 0x7FC0_0000])
    }

    @Test func copyMovesNaNPayloads() throws {
        let patterns: [UInt32] = [0xFFC0_1234, 0x7F80_0001]
        #expect(try apply(.copy, patterns, .float32, b: [Float](), .float32, .float32, as: UInt32.self) == patterns)
    }

    @Test func comparisonsKeepTheFirstOfEqualsAndOfNaN() throws {
        let a: [Float] = [-0.0, 0.0, 1, 2]
        let b: [Float] = [0.0, -0.0, .nan, 3]
        let m = try apply(.maxFloat, a, .float32, b: b, .float32, .float32, as: UInt32.self)
        #expect(m == [0x8000_0000, 0, Float(1).bitPattern, Float(3).bitPattern])
        let relu = try apply(
            .float(.relu), [Float(-0.0), -1], .float32, b: [Float](), .float32, .float32, as: UInt32.self)
        #expect(relu == [0x8000_0000, 0])
    }

    @Test func integerArithmeticSaturatesToTheDestination() throws {
        let a: [Int32] = [.max, .min, 70_000, -3, 5]
        let b: [Int32] = [1, -1, -1, -9, 6]
        #expect(
            try apply(.addInteger, a, .int32, b: b, .int32, .int32, as: Int32.self) == [.max, .min, 69_999, -12, 11])
        #expect(
            try apply(.subtractInteger, a, .int32, b: b, .int32, .int32, as: Int32.self) == [
                2_147_483_646, -2_147_483_647, 70_001, 6, -1,
            ])
        #expect(
            try apply(.multiplyInteger, a, .int32, b: b, .int32, .int16, as: Int16.self) == [
                32767, 32767, -32768, 27, 30,
            ])
        #expect(try apply(.addInteger, a, .int32, b: b, .int32, .uint8, as: UInt8.self) == [255, 0, 255, 0, 11])
    }

    @Test func halfPrecisionWidensExactly() throws {
        // Smallest subnormal, 1, largest, infinity, -0, NaN.
        let halves: [UInt16] = [0x0001, 0x3C00, 0x7BFF, 0x7C00, 0x8000, 0xFE00, 0x03FF]
        let wide = try apply(
            .multiplyFloat, halves, .float16, b: [Float(1)], .float32, .float32, as: UInt32.self, bStride: 0)
        let expected: [Float] = [0x1p-24, 1, 65504, .infinity, -0.0, 0, 0x1.ff8p-15]
        #expect(wide.enumerated().allSatisfy { $0 == 5 ? $1 == 0x7FC0_0000 : $1 == expected[$0].bitPattern })
    }

    @Test func hardSwishFollowsTheNumericsPage() throws {
        let y = try apply(
            .float(.hardSwish), [Float(-4), -3, 0, 3, 4, 1], .float32, b: [Float](), .float32, .float32, as: Float.self)
        // At 1: 0.16666667 + 0.5 rounds to 0.6666667 (0x3F2AAAAB).
        #expect(y == [0, 0, 0, 3, 4, Float(bitPattern: 0x3F2A_AAAB)])
    }

    @Test func aDynamicScaleOfZeroIsOne() throws {
        let scales = try apply(
            .dynamicScale, [Float(0), -0.0, 254, 1], .float32, b: [Float(127)], .float32, .float32, as: Float.self,
            bStride: 0)
        #expect(scales == [1, 1, 2, Float(bitPattern: 0x3C01_0204)])
    }

    @Test func maskKeepsTheCausalWindow() throws {
        var image = Image()
        image.put((0..<12).map { Float($0) }, Self.at)
        // Three queries at positions 1, 2, 3 of four keys, window of 2.
        let work = Elementwise(
            .mask(diagonal: 1, window: 2), destination: Operand(Self.at, .float32), a: Operand(Self.at, .float32),
            loops: [VectorLoop(count: 3, destination: 16, a: 16), VectorLoop(count: 4, destination: 4, a: 4)])
        let n = -Float.infinity
        for path in [GoldenModel.Path.fast, .structural] {
            let result = try execute([.elementwise(work)], on: image, path: path).array(Float.self, Self.at, 12)
            #expect(result == [0, 1, n, n, n, 5, 6, n, n, n, 10, 11])
        }
    }

    @Test func multiplyAccumulateSumsOverLoopsThatKeepTheDestination() throws {
        var image = Image()
        image.put([Int8](1...6), Self.at)
        image.put([Int8](1...3), Self.second)
        image.put([Int32(100), 200], Self.out)
        // out[x] += sum over tap of in[x + tap] * weight[tap], taps outside and inside the nest.
        for order in [[0, 1], [1, 0]] {
            let loops = [
                VectorLoop(count: 3, destination: 0, a: 1, b: 1), VectorLoop(count: 2, destination: 4, a: 1, b: 0),
            ]
            let work = Elementwise(
                .multiplyAccumulate, destination: Operand(Self.out, .int32), a: Operand(Self.at, .int8),
                b: .memory(Operand(Self.second, .int8)), loops: order.map { loops[$0] })
            for path in [GoldenModel.Path.fast, .structural] {
                let result = try execute([.elementwise(work)], on: image, path: path)
                #expect(result.array(Int32.self, Self.out, 2) == [114, 220])
            }
        }
    }
}
