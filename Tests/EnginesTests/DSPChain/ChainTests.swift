import Engines
import Testing

/// Whole chains: exact up to the limits, equal to clocked slices, and wrapping beyond.
struct ChainTests {
    static let corners = [-128, -127, -1, 0, 1, 127]
    static let triples: [(Int, Int, Int)] = corners.flatMap { a in
        corners.flatMap { d in corners.map { w in (a, d, w) } }
    }

    static func exact(_ a: [Int], _ w: [Int]) -> Int { zip(a, w).reduce(0) { $0 + $1.0 * $1.1 } }

    static func check(_ plan: ChainPlan, _ operands: ClockedChain.Operands) -> Bool {
        let packed = zip(operands.upper, operands.lower).map { ActivationPair.packed(upper: $0.0, lower: $0.1) }
        return plan.sums(packed: packed, weights: operands.weights)
            == (exact(operands.upper, operands.weights), exact(operands.lower, operands.weights))
    }

    /// Every two triples of corner operands in turn, in chains of every length up to the limit.
    @Test func everyDepthUpToTheLimitIsExactOnCorners() {
        var wrong = 0
        for depth in 1...7 {
            let plan = ChainPlan(length: depth, section: depth, adjust: OverflowAdjust(lspBits: 9))
            for (i, even) in Self.triples.enumerated() {
                for odd in Self.triples[i...] {
                    let steps = (0..<depth).map { $0 % 2 == 0 ? even : odd }
                    let operands = ClockedChain.Operands(
                        upper: steps.map(\.0), lower: steps.map(\.1), weights: steps.map(\.2))
                    if !Self.check(plan, operands) { wrong += 1 }
                }
            }
        }
        #expect(wrong == 0)
    }

    /// Lanes at their greatest and least with the residue at its greatest, for every width that the bound allows, and not
    /// one bit more.
    @Test(arguments: [(6, 15), (7, 14), (4, 16), (5, 15), (1, 16)])
    func residueIsAsWideAsTheBoundSays(_ section: Int, _ bits: Int) {
        func isExact(_ bits: Int) -> Bool {
            let plan = ChainPlan(length: 4 * section, section: section, adjust: OverflowAdjust(lspBits: bits))
            // Sums of the first section end in ones, so that the residue is 2^bits - 1 where it can be.
            return Self.corners.allSatisfy { first in
                var steps = [Int](repeating: -128, count: plan.length)
                steps[section - 1] = first
                let operands = ClockedChain.Operands(
                    upper: steps, lower: steps,
                    weights: (0..<plan.length).map { $0 == section - 1 ? 1 : -128 })
                return Self.check(plan, operands)
            }
        }
        #expect(isExact(bits))
        #expect(LaneBound(activations: -128...127, weights: -128...127).depth(residue: 1 << bits - 1) >= section)
        if bits < 16 { #expect(!isExact(bits + 1)) }
    }

    @Test func aMillionRandomChainsAreExact() {
        var random = SeededGenerator(1_000_000)
        var wrong = 0
        let plans = [(6, 9), (7, 14), (4, 16), (2, 1), (5, 15)].map {
            ChainPlan(length: 16, section: $0.0, adjust: OverflowAdjust(lspBits: $0.1))
        }
        func codes() -> [Int] {
            var list: [Int] = []
            list.reserveCapacity(16)
            for _ in 0..<2 {
                let bytes = random.next()
                // Every fourth word holds extremes only.
                for i in 0..<8 {
                    let byte = Int(Int8(truncatingIfNeeded: bytes >> UInt64(8 * i)))
                    list.append(bytes & 0x300 == 0 ? (byte < 0 ? -128 : 127) : byte)
                }
            }
            return list
        }
        for index in 0..<1_000_000 {
            let operands = ClockedChain.Operands(upper: codes(), lower: codes(), weights: codes())
            if !Self.check(plans[index % plans.count], operands) { wrong += 1 }
        }
        #expect(wrong == 0)
    }

    /// Streams of operands through real slices: a result every cycle, `latency` edges after its operands, wrapped ones too.
    @Test(arguments: [(1, 1, 9), (2, 2, 9), (5, 2, 9), (16, 6, 9), (16, 8, 10), (16, 16, 9), (9, 4, 16), (12, 1, 3)])
    func clockedSlicesEqualTheClosedForm(_ length: Int, _ section: Int, _ bits: Int) {
        let plan = ChainPlan(length: length, section: section, adjust: OverflowAdjust(lspBits: bits))
        #expect(plan.latency == 4 + (length - 1) + plan.boundaries)
        var chain = ClockedChain(plan)
        var random = SeededGenerator(UInt64(length * 100 + section))
        var stream: [ClockedChain.Operands] = []
        for edge in 0..<120 {
            func codes() -> [Int] {
                (0..<length).map { _ in
                    edge % 3 == 0 ? [-128, 127].randomElement(using: &random) ?? 0 : .random(in: -128...127, using: &random)
                }
            }
            stream.append(ClockedChain.Operands(upper: codes(), lower: codes(), weights: codes()))
            chain.clock(stream[edge])
            guard edge + 1 >= plan.latency else { continue }
            let entered = stream[edge + 1 - plan.latency]
            let packed = zip(entered.upper, entered.lower).map { ActivationPair.packed(upper: $0.0, lower: $0.1) }
            #expect(chain.sums == plan.sums(packed: packed, weights: entered.weights), "edge \(edge)")
        }
    }

    /// The clocked chain uses the slice legally.
    @Test func operationsOfAChainAreLegal() {
        let plan = ChainPlan(length: 16, section: 6, adjust: OverflowAdjust(lspBits: 9))
        for dsp in 0..<16 {
            #expect(DSP48E2.broken(ClockedChain.configuration, ClockedChain.operation(dsp: dsp, plan: plan)) == [])
        }
        #expect(ClockedChain.operation(dsp: 0, plan: plan).opMode.bits == 0b0_0000_0101)
        #expect(ClockedChain.operation(dsp: 5, plan: plan).opMode.bits == 0b0_0001_0101)
        #expect(ClockedChain.operation(dsp: 6, plan: plan).opMode.bits == 0b0_0011_0101)
    }

    /// Weights of at most 127 in magnitude: eight products. Activations of uint8: four.
    @Test(arguments: [
        ([-128, -127, -1, 0, 1, 127], [-127, -1, 0, 1, 127], 8), ([0, 1, 127, 128, 255], [-128, -127, -1, 0, 1, 127], 4),
    ] as [([Int], [Int], Int)])
    func otherLimitsAreExactOnCorners(_ activations: [Int], _ weights: [Int], _ limit: Int) {
        let triples = activations.flatMap { a in activations.flatMap { d in weights.map { (a, d, $0) } } }
        var wrong = 0
        for depth in 1...limit {
            let plan = ChainPlan(length: depth, section: depth, adjust: OverflowAdjust(lspBits: 9))
            for (i, even) in triples.enumerated() {
                for odd in triples[i...] {
                    let steps = (0..<depth).map { $0 % 2 == 0 ? even : odd }
                    let operands = ClockedChain.Operands(
                        upper: steps.map(\.0), lower: steps.map(\.1), weights: steps.map(\.2))
                    if !Self.check(plan, operands) { wrong += 1 }
                }
            }
        }
        #expect(wrong == 0)
    }
}
