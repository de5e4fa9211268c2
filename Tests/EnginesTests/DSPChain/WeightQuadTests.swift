import Engines
import Testing

struct WeightQuadTests {
    static func exact(_ weights: [[Int]], _ activations: [Int]) -> [Int] {
        (0..<4).map { lane in zip(weights, activations).reduce(0) { $0 + $1.0[lane] * $1.1 } }
    }

    static func accumulate(_ weights: [[Int]], _ activations: [Int]) -> QuadAccumulator {
        var quad = QuadAccumulator()
        for (four, activation) in zip(weights, activations) { quad.add(weights: four, activation: activation) }
        return quad
    }

    @Test func canariesGiveBackWhatLanesCarry() {
        let one = Self.accumulate([[-8, 7, -3, 5]], [15])
        #expect(one.p == 313_125_000)
        // 105, less the borrow of lane 0, does not fit the seven bits of lane 1.
        #expect((one.p >> 8 & 127).wrapped(to: 7) == 104 - 128)
        #expect(one.sums == [-120, 105, -45, 75])
        // Without the canaries 105 is 105 - 128, and lane 2 has got the carry.
        #expect(one.lanes == [-120, -23, -44, 75])
        let three = Self.accumulate([[-8, 7, -3, 5], [-8, -8, 7, -1], [-8, 3, -8, 7]], [15, 15, 9])
        #expect(three.p == 515_508_936)
        #expect(three.carries == [-2, 0, -1])
        #expect(three.sums == [-312, 12, -12, 123])
    }

    @Test func portsAreMagnitudesAndSigns() {
        let ports = WeightQuad.ports([-8, 7, -3, 5])
        #expect(ports.a == 8 + 8 << 15)
        #expect(ports.d == 7 << 8 + 5 << 15 + 5 << 22)
        #expect(ports.d - ports.a == 20_875_000)
    }

    /// Every weight quad's corner values with every activation, alone.
    @Test func everyProductIsExact() {
        let corners = [-8, -7, -1, 0, 1, 7]
        var wrong = 0
        for index in 0..<1296 {
            let weights = (0..<4).map { corners[index / [1, 6, 36, 216][$0] % 6] }
            for activation in -8...15 where Self.accumulate([weights], [activation]).sums != weights.map({ $0 * activation }) {
                wrong += 1
            }
        }
        #expect(wrong == 0)
    }

    @Test(arguments: [0...15, -8...7])
    func longChainsAreExact(_ range: ClosedRange<Int>) {
        var random = SeededGenerator(22)
        for index in 0..<3000 {
            let depth = Int.random(in: 1...64, using: &random)
            let isExtreme = index % 3 == 0
            let weights = (0..<depth).map { _ in
                (0..<4).map { _ in isExtreme ? (Bool.random(using: &random) ? -8 : 7) : Int.random(in: -8...7, using: &random) }
            }
            let activations = (0..<depth).map { _ in isExtreme ? range.upperBound : Int.random(in: range, using: &random) }
            #expect(Self.accumulate(weights, activations).sums == Self.exact(weights, activations))
        }
        let deep = Self.accumulate(
            Array(repeating: [-8, 7, -8, 7], count: 4096), Array(repeating: range.upperBound, count: 4096))
        #expect(deep.sums == [-8, 7, -8, 7].map { $0 * 4096 * range.upperBound })
    }

    /// One slice with D - A, B and its own P makes the same words.
    @Test func theSliceAccumulatesTheSameWords() {
        var slice = DSP48E2(ClockedChain.configuration)
        #expect(DSP48E2.broken(ClockedChain.configuration, WeightQuad.operation) == [])
        var quad = QuadAccumulator()
        var random = SeededGenerator(7)
        var words: [Int] = [0, 0, 0]
        for edge in 0..<200 {
            let weights = (0..<4).map { _ in Int.random(in: -8...7, using: &random) }
            let activation = Int.random(in: 0...15, using: &random)
            let ports = WeightQuad.ports(weights)
            slice.clock(DSP48E2.Inputs(a: ports.a, b: activation, d: ports.d), WeightQuad.operation)
            quad.add(weights: weights, activation: activation)
            words.append(quad.p)
            #expect(slice.outputs(DSP48E2.Inputs(), WeightQuad.operation).p == words[edge])
        }
    }

    /// Of 256 products of a signed and an unsigned number of four bits, 35 do not fit lane 1.
    @Test func productsThatDoNotFitALane() {
        let lost = (-8...7).flatMap { w in (0...15).map { a in (w, a) } }
            .filter { Self.accumulate([[0, $0.0, 0, 0]], [$0.1]).lanes[1] != $0.0 * $0.1 }
        #expect(lost.count == 35)
    }
}
