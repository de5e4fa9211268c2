import Formats
import Testing

@Suite struct BlockedSumTests {
    /// `docs/numerics.md`, word by word.
    static func literal(_ numbers: [Float]) -> Float {
        var blocks: [Float] = []
        for start in stride(from: 0, to: numbers.count, by: 16) {
            var level = (0..<16).map { start + $0 < numbers.count ? numbers[start + $0] : Float(0) }
            while level.count > 1 {
                level = stride(from: 0, to: level.count, by: 2).map { level[$0] + level[$0 + 1] }
            }
            blocks.append(level[0])
        }
        guard var total = blocks.first else { return 0 }
        for block in blocks.dropFirst() { total = total + block }
        return total
    }

    @Test(arguments: Array(0...70) + [127, 128, 129, 1000, 4096, 4097])
    func everyLengthFollowsTheTree(count: Int) {
        var random = SplitMix64(seed: UInt64(count))
        for _ in 0..<20 {
            // Magnitudes over 40 binades, so that another order gives other bits.
            let numbers = (0..<count).map { _ in
                Float.random(in: -1...1, using: &random)
                    * Float(sign: .plus, exponent: .random(in: -20...20, using: &random), significand: 1)
            }
            let expected = Self.literal(numbers).bitPattern
            #expect(BlockedSum.sum(count: count) { numbers[$0] }.bitPattern == expected)
            var stream = BlockedSum()
            for number in numbers { stream.add(number) }
            #expect(stream.result.bitPattern == expected)
        }
    }

    @Test func resultCanBeReadOnTheWay() {
        var stream = BlockedSum()
        let numbers = (0..<100).map { Float($0) * 0.1 }
        for (index, number) in numbers.enumerated() {
            #expect(stream.result == Self.literal(Array(numbers[..<index])))
            stream.add(number)
        }
    }

    @Test func zerosInfinitiesAndNaN() {
        #expect(BlockedSum.sum(count: 0) { _ in 1 }.bitPattern == 0)
        #expect(BlockedSum().result.bitPattern == 0)
        #expect(BlockedSum.sum(count: 16) { _ in -0.0 }.bitPattern == 0x8000_0000)
        #expect(BlockedSum.sum(count: 15) { _ in -0.0 }.bitPattern == 0)
        #expect(BlockedSum.sum(count: 20) { $0 == 18 ? -.infinity : 1 } == -.infinity)
        #expect(BlockedSum.sum(count: 20) { $0 == 3 ? .infinity : -.infinity }.bitPattern == 0x7FC0_0000)
        var stream = BlockedSum()
        for number: Float in [.infinity, -.infinity] { stream.add(number) }
        #expect(stream.result.bitPattern == 0x7FC0_0000)
    }
}
