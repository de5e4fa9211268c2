import Formats
import Testing

/// Corners, symmetry and monotony: what holds besides the error bound.
@Suite struct ElementaryShapeTests {
    static let functions: [(name: String, function: @Sendable (Float) -> Float)] = [
        ("exp", { Elementary.exp($0) }), ("rsqrt", { Elementary.rsqrt($0) }), ("log", { Elementary.log($0) }), ("erf", { Elementary.erf($0) }),
        ("sin", { Elementary.sin($0) }), ("cos", { Elementary.cos($0) }),
        ("tanh", { Elementary.tanh($0) }), ("sigmoid", { Elementary.sigmoid($0) }),
        ("canonical", { Elementary.canonical($0) }),
    ]

    @Test func everyNaNBecomesTheCanonicalOne() {
        let patterns: [UInt32] = [0x7F80_0001, 0x7FC0_0000, 0x7FFF_FFFF, 0xFF80_0001, 0xFFC0_0000, 0xFFFF_FFFF]
        for (name, function) in Self.functions {
            for pattern in patterns {
                #expect(function(Float(bitPattern: pattern)).bitPattern == 0x7FC0_0000, "\(name)")
            }
        }
        for x: Float in [-1, -.leastNonzeroMagnitude, -.infinity] {
            #expect(Elementary.rsqrt(x).bitPattern == 0x7FC0_0000)
            #expect(Elementary.log(x).bitPattern == 0x7FC0_0000)
        }
        for x in [.infinity, Float(0x1p17).nextUp, .greatestFiniteMagnitude] {
            for function in [Elementary.sin, Elementary.cos] {
                #expect(function(x).bitPattern == 0x7FC0_0000 && function(-x).bitPattern == 0x7FC0_0000)
            }
        }
    }

    @Test func specialValuesAreExact() {
        let cases: [((Float) -> Float, Float, Float)] = [
            (Elementary.exp, 0, 1), (Elementary.exp, -0.0, 1), (Elementary.exp, .infinity, .infinity),
            (Elementary.exp, -.infinity, 0), (Elementary.exp, .leastNonzeroMagnitude, 1),
            (Elementary.rsqrt, 0, .infinity), (Elementary.rsqrt, -0.0, -.infinity), (Elementary.rsqrt, .infinity, 0),
            (Elementary.rsqrt, .leastNonzeroMagnitude, 0x1.6a09e6p74),
            (Elementary.log, 0, -.infinity), (Elementary.log, -0.0, -.infinity), (Elementary.log, 1, 0),
            (Elementary.log, .infinity, .infinity), (Elementary.log, .leastNonzeroMagnitude, -0x1.9d1da0p6),
            (Elementary.erf, 0, 0), (Elementary.erf, -0.0, -0.0), (Elementary.erf, .infinity, 1),
            (Elementary.erf, -.infinity, -1), (Elementary.erf, .leastNonzeroMagnitude, .leastNonzeroMagnitude),
            (Elementary.sin, 0, 0), (Elementary.sin, -0.0, -0.0), (Elementary.sin, -.leastNonzeroMagnitude, -.leastNonzeroMagnitude),
            (Elementary.cos, 0, 1), (Elementary.cos, -0.0, 1), (Elementary.cos, .leastNonzeroMagnitude, 1),
            (Elementary.tanh, 0, 0), (Elementary.tanh, -0.0, -0.0), (Elementary.tanh, .infinity, 1),
            (Elementary.tanh, -.infinity, -1), (Elementary.tanh, -.leastNonzeroMagnitude, -.leastNonzeroMagnitude),
            (Elementary.sigmoid, 0, 0.5), (Elementary.sigmoid, -0.0, 0.5), (Elementary.sigmoid, .infinity, 1),
            (Elementary.sigmoid, -.infinity, 0), (Elementary.sigmoid, .leastNonzeroMagnitude, 0.5),
        ]
        for (function, x, y) in cases { #expect(function(x).bitPattern == y.bitPattern, "\(x)") }
    }

    @Test func powersOfFourHaveExactReciprocalRoots() {
        for k in -74...63 {
            let x = Float(sign: .plus, exponent: 2 * k, significand: 1)
            #expect(Elementary.rsqrt(x) == Float(sign: .plus, exponent: -k, significand: 1))
        }
    }

    @Test func scalingByFourHalvesTheReciprocalRoot() {
        var random = SplitMix64(seed: 8)
        for _ in 0..<100_000 {
            // 12 significant bits, so that scaling into the subnormal numbers stays exact.
            let m = Float(Int.random(in: 0x800..<0x2000, using: &random)) / 0x800
            let k = Int.random(in: -69...62, using: &random)
            let scaled = Float(sign: .plus, exponent: 2 * k, significand: m)
            let expected = Float(sign: .plus, exponent: -k, significand: Elementary.rsqrt(m))
            #expect(Elementary.rsqrt(scaled) == expected)
        }
    }

    /// The last finite exponential, the last number that is not zero, and where the subnormal numbers start.
    @Test func exponentialOverflowsAndUnderflowsWhereTheExactOneDoes() {
        let last = Float(bitPattern: 0x42B1_7217)
        #expect(Elementary.exp(last).isFinite)
        #expect(Elementary.exp(last.nextUp) == .infinity)
        let least = Float(bitPattern: 0xC2CF_F1B4)
        #expect(Elementary.exp(least) == .leastNonzeroMagnitude)
        #expect(Elementary.exp(least.nextDown) == 0)
        #expect(Elementary.exp(-87.5).isSubnormal)
    }

    @Test func oddFunctionsAreOdd() {
        ElementaryErrorTests.sweep { x in
            guard !x.isNaN else { return }
            let isOdd =
                Elementary.erf(-x).bitPattern == (-Elementary.erf(x)).bitPattern
                && Elementary.tanh(-x).bitPattern == (-Elementary.tanh(x)).bitPattern
            if !isOdd { Issue.record("not odd at \(x)") }
            guard x.magnitude <= 0x1p17 else { return }
            let isMirrored = Elementary.sin(-x).bitPattern == (-Elementary.sin(x)).bitPattern && Elementary.cos(-x) == Elementary.cos(x)
            if !isMirrored { Issue.record("sine not odd or cosine not even at \(x)") }
        }
    }

    /// Every binary32 number between the bounds, in order.
    static func expectRising(_ range: Range<Float>, negative: Bool, _ function: (Float) -> Float) {
        var previous = function(negative ? -range.lowerBound : range.lowerBound)
        for pattern in range.lowerBound.bitPattern...range.upperBound.bitPattern {
            let x = Float(bitPattern: pattern)
            let y = function(negative ? -x : x)
            guard negative ? y <= previous : y >= previous else {
                Issue.record("falls at \(x)")
                return
            }
            previous = y
        }
    }

    @Test(arguments: [false, true])
    func exponentialNeverFalls(negative: Bool) {
        Self.expectRising(0x1p-4..<105, negative: negative, Elementary.exp)
    }

    @Test(arguments: [false, true])
    func sigmoidNeverFalls(negative: Bool) {
        Self.expectRising(0x1p-2..<105, negative: negative, Elementary.sigmoid)
    }

    @Test func hyperbolicTangentNeverFalls() { Self.expectRising(0x1p-4..<10, negative: false, Elementary.tanh) }

    @Test func errorFunctionNeverFalls() { Self.expectRising(0x1p-4..<5, negative: false, Elementary.erf) }

    @Test func logarithmNeverFalls() { Self.expectRising(0x1p-3..<0x1p3, negative: false, Elementary.log) }

    @Test func reciprocalRootNeverRises() {
        Self.expectRising(1..<4, negative: false) { -Elementary.rsqrt($0) }
    }

    /// Neighbouring polynomials meet: no step of more than two units at an edge.
    @Test func intervalEdgesOfErrorFunctionAgree() {
        for edge in 4...32 {
            let x = Float(edge) / 8
            let (below, at) = (Elementary.erf(x.nextDown), Elementary.erf(x))
            #expect(below <= at && at <= below.nextUp.nextUp, "\(x)")
        }
    }
}
