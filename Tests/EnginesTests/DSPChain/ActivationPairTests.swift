import Engines
import Testing

struct ActivationPairTests {
    static func p(_ a: [Int], _ d: [Int], _ w: [Int]) -> Int {
        zip(zip(a, d), w).reduce(0) { $0 + ActivationPair.packed(upper: $1.0.0, lower: $1.0.1) * $1.1 }
    }

    @Test func sevenProductsOfAnyCodesFitTheirLanes() {
        let a = [12, -128, 127, -5, 100, -100, 33]
        let d = [-128, -128, -128, 7, -64, 99, -2]
        let w = [-128, -128, -128, 127, -77, 55, -1]
        let words = [
            "ffffe8004000", "0000e8008000", "ffffea00c000", "ffffe014c379", "ffff67c4d6b9", "ffff11d4ebfe", "ffff1150ec00",
        ]
        let lanes = [
            (-1536, 16384), (14848, 32768), (-1408, 49152), (-2043, 50041), (-9743, 54969), (-15243, 60414),
            (-15276, 60416),
        ]
        for n in 1...7 {
            let p = Self.p(Array(a.prefix(n)), Array(d.prefix(n)), Array(w.prefix(n)))
            #expect(DSP48E2Tests.hex(p) == words[n - 1])
            #expect(ActivationPair.lanes(p) == lanes[n - 1])
        }
    }

    @Test func eightFullProductsOverflowTheLowerLane() {
        func uniform(_ n: Int, _ a: Int, _ w: Int) -> (upper: Int, lower: Int) {
            let list = [Int](repeating: a, count: n)
            return ActivationPair.lanes(Self.p(list, list, [Int](repeating: w, count: n)))
        }
        #expect(uniform(7, -128, -128) == (114688, 114688))
        #expect(uniform(8, -128, -128) == (131073, -131072))
        #expect(uniform(8, 127, -128) == (-130048, -130048))
        #expect(uniform(8, -127, -127) == (129032, 129032))
        #expect(uniform(9, 127, -128) != (-146304, -146304))
        #expect(uniform(4, 255, -128) == (-130560, -130560))
        #expect(uniform(5, 255, -128) != (-163200, -163200))
    }

    @Test func everyPairOfCodesFitsThePreadder() {
        for upper in -128...255 {
            for lower in [-128, -1, 0, 127, 255] {
                #expect(ActivationPair.packed(upper: upper, lower: lower) == upper * 262_144 + lower)
            }
        }
    }

    /// Two full levels of one activation pair, all weights: 2^24 products in closed form would be the same loop; corners of
    /// the other lane suffice because lanes do not depend on each other but for the borrow.
    @Test func everyProductIsExactBesideEveryCorner() {
        var wrong = 0
        for activation in -128...127 {
            for weight in -128...127 {
                for other in [-128, -127, -1, 0, 1, 127] {
                    let low = ActivationPair.lanes(ActivationPair.packed(upper: other, lower: activation) * weight)
                    let high = ActivationPair.lanes(ActivationPair.packed(upper: activation, lower: other) * weight)
                    if low != (other * weight, activation * weight) || high != (activation * weight, other * weight) {
                        wrong += 1
                    }
                }
            }
        }
        #expect(wrong == 0)
    }

    /// Proven by hand: 7 * 16384 + 2^14 - 1 = 131071 = 8 * 16256 + 2^10 - 1.
    @Test func laneBoundsAreThoseOfTheLiterature() {
        let full = LaneBound(activations: -128...127, weights: -128...127)
        #expect(full.depth(residue: 0) == 7)
        #expect([14, 15, 16, 17].map { full.depth(residue: 1 << $0 - 1) } == [7, 6, 4, 0])
        let narrow = LaneBound(activations: -128...127, weights: -127...127)
        #expect(narrow.depth(residue: 0) == 8)
        #expect([10, 11, 14, 15].map { narrow.depth(residue: 1 << $0 - 1) } == [8, 7, 7, 6])
        #expect(LaneBound(activations: 0...255, weights: -128...127).depth(residue: 511) == 4)
        #expect(LaneBound(activations: -128...127, weights: -255...255).depth(residue: 511) == 4)
        #expect(LaneBound(activations: 0...255, weights: -256...255).depth(residue: 511) == 2)
        #expect(LaneBound(activations: 0...255, weights: -256...255).depth(residue: 1023) == 1)
        #expect(LaneBound(activations: -128...127, weights: -8...7).depth(residue: 0) == 127)
    }

    @Test(arguments: [
        (127, -128, -128, 0x1FBFF80, 0, -16256), (-128, -128, -128, 0x5FFFF80, 0, 16384), (5, -3, 7, 0x13FFFD, 1, 34),
        (-77, 45, -101, 0x6CC002D, 1, 7776), (0, -1, 1, 0x7FFFFFF, 1, -1), (-1, 127, 127, 0x7FC007F, 0, -127),
    ])
    func preadderBorrowAndUpperBits(_ a: Int, _ d: Int, _ w: Int, _ ad: Int, _ borrow: Int, _ raw: Int) {
        let packed = ActivationPair.packed(upper: a, lower: d)
        #expect(packed & 0x7FF_FFFF == ad)
        #expect(((packed * w) >> 17) & 1 == borrow && (packed * w) >> 18 == raw)
    }
}
