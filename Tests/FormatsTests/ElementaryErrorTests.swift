import Formats
import Foundation
import Testing

/// Measures the elementary functions against the exact reference, and holds the table in `docs/numerics.md` to the
/// result.
@Suite struct ElementaryErrorTests {
    struct Worst {
        var error = 0.0
        var input: Float = 0
        var checked = 0

        mutating func see(_ x: Float, error: Double) {
            checked += 1
            if !(error <= self.error) { (self.error, input) = (error, x) }
        }

        /// A row of the documented table; the error is rounded up to thousandths.
        func row(_ name: String, _ inputs: String) -> String {
            let error = String(format: "%.3f", (error * 1000).rounded(.up) / 1000)
            return "| `\(name)` | \(inputs) | \(checked) | \(error) | \(input) |"
        }
    }

    /// The inputs of the greatest errors of exp, sigmoid, tanh and erf, found by one comparison of all numbers from
    /// 2^-30 to saturation (for erf, below 2^-120 too) with a system's binary64 functions: so the table shows the
    /// maxima.
    static let hardest: [Float] = [15.595956, -49.55992, -1.0996664, 0.8720564, 4.15629e-38]

    /// Every 1009th bit pattern, all exponents and both signs; besides, every 251st from 1/32 to 128, where the work
    /// is, and the hardest inputs.
    static func sweep(_ visit: (Float) -> Void) {
        for pattern in stride(from: UInt32(0), through: .max, by: 1009) { visit(Float(bitPattern: pattern)) }
        for pattern in stride(from: Float(0x1p-5).bitPattern, to: Float(0x1p7).bitPattern, by: 251) {
            let x = Float(bitPattern: pattern)
            visit(x)
            visit(-x)
        }
        hardest.forEach(visit)
    }

    static func worst(
        _ computed: (Float) -> Float, _ exact: (Float) -> ExactValue, where isInDomain: (Float) -> Bool
    ) -> Worst {
        var worst = Worst()
        sweep { if isInDomain($0) { worst.see($0, error: exact($0).error(of: computed($0))) } }
        return worst
    }

    static func expectDocumented(_ row: String) throws {
        let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent()
        let page = try String(contentsOf: root.appendingPathComponent("docs/numerics.md"), encoding: .utf8)
        #expect(page.split(separator: "\n").contains { $0 == row }, "docs/numerics.md needs the row\n\(row)")
        print(row)
    }

    @Test func exponentialErrorIsDocumented() throws {
        let worst = Self.worst(Elementary.exp, ElementaryReference.exp) { $0 >= -104 && $0 < 88.72284 }
        #expect(worst.error < 1)
        try Self.expectDocumented(worst.row("exp", "-104 to 88.72283"))
    }

    @Test func sigmoidErrorIsDocumented() throws {
        let worst = Self.worst(Elementary.sigmoid, ElementaryReference.sigmoid) { $0.magnitude <= 104 }
        #expect(worst.error < 2)
        try Self.expectDocumented(worst.row("sigmoid", "-104 to 104"))
    }

    @Test func hyperbolicTangentErrorIsDocumented() throws {
        let worst = Self.worst(Elementary.tanh, ElementaryReference.tanh) { $0.magnitude <= 20 }
        #expect(worst.error < 2)
        try Self.expectDocumented(worst.row("tanh", "-20 to 20"))
    }

    @Test func errorFunctionErrorIsDocumented() throws {
        let worst = Self.worst(Elementary.erf, ElementaryReference.erf) { $0.magnitude <= 5 }
        #expect(worst.error < 1)
        try Self.expectDocumented(worst.row("erf", "-5 to 5"))
    }

    @Test func logarithmErrorIsDocumented() throws {
        var worst = Self.worst(Elementary.log, ElementaryReference.log) { $0 > 0 && $0 < .infinity }
        // The greatest error of all numbers from 1/4 to 4.
        worst.see(0.7021285, error: ElementaryReference.log(0.7021285).error(of: Elementary.log(0.7021285)))
        #expect(worst.error < 1)
        try Self.expectDocumented(worst.row("log", "2^-149 to 2^128"))
    }

    /// With the inputs of the greatest errors of all numbers from 2^-14 to 2^17.
    @Test func sineAndCosineErrorsAreDocumented() throws {
        let functions: [(String, (Float) -> Float, Int, Float)] = [("sin", Elementary.sin, 0, 401.34543), ("cos", Elementary.cos, 1, 0.79236513)]
        for (name, function, quarters, hardest) in functions {
            let exact = { (x: Float) in ElementaryReference.sine(x, quarters: quarters) }
            var worst = Self.worst(function, exact) { $0.magnitude <= 0x1p17 }
            // The second one lies nearest to a multiple of pi / 2.
            for x: Float in [hardest, 252.8982] { worst.see(x, error: exact(x).error(of: function(x))) }
            #expect(worst.error < 1)
            try Self.expectDocumented(worst.row(name, "-2^17 to 2^17"))
        }
    }

    /// Every number of [1, 4): the others differ by a power of four (`scalingByFourHalvesTheReciprocalRoot`).
    @Test func reciprocalSquareRootErrorIsDocumented() throws {
        var worst = Worst()
        for pattern in Float(1).bitPattern..<Float(4).bitPattern {
            let m = Float(bitPattern: pattern)
            worst.see(m, error: ElementaryReference.reciprocalSquareRootError(m, Elementary.rsqrt(m)))
        }
        #expect(worst.error < 1)
        try Self.expectDocumented(worst.row("rsqrt", "1 to 4, all"))
    }

    /// Outside the measured domains the result is the exact value's rounding: one constant.
    @Test func functionsAreConstantOutsideTheMeasuredDomains() {
        Self.sweep { x in
            guard x.magnitude > 5, !x.isNaN else { return }
            let sign: Float = x < 0 ? -1 : 1
            var isRight = Elementary.erf(x) == sign
            if x.magnitude > 20 { isRight = isRight && Elementary.tanh(x) == sign }
            if x.magnitude > 104 {
                isRight = isRight && Elementary.sigmoid(x).bitPattern == (x < 0 ? 0 : Float(1).bitPattern)
                isRight = isRight && Elementary.exp(x).bitPattern == (x < 0 ? 0 : Float.infinity.bitPattern)
            }
            if !isRight { Issue.record("wrong at \(x)") }
        }
    }
}
