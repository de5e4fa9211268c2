import Formats

/// Binary32 operands that chance would miss: special numbers, the least and greatest of each kind, and numbers so near
/// to each other that their sum cancels or rounds.
enum FloatCorners {
    private static let numbers: [Int] = {
        let magnitudes = [
            0, 1, 2, 0x7F_FFFF, 0x80_0000, 0x80_0001, 0x3F00_0000, 0x3F80_0000, 0x3F80_0001, 0x3FFF_FFFF, 0x4B00_0000,
            0x4B80_0000, 0x7F7F_FFFF, 0x7F80_0000, 0x7F80_0001, 0x7FC0_0000, 0x7FFF_FFFF,
        ]
        return magnitudes + magnitudes.map { $0 | 0x8000_0000 }
    }()

    static let pairs: [[Int]] = numbers.flatMap { a in numbers.map { [a, $0] } }

    /// Two numbers whose exponents are at most 30 apart, half of the time within 2; one pair in four is subnormal or about.
    @Sendable static func near(_ random: inout SplitMix64) -> [Int] {
        let first = Int(random.below(1 << 32))
        let reach = random.below(2) == 0 ? 2 : 30
        let exponent = first >> 23 & 0xFF
        let other = max(0, min(254, exponent + Int.random(in: -reach...reach, using: &random)))
        let second = Int(random.below(2)) << 31 | other << 23 | Int(random.below(1 << 23))
        guard random.below(4) == 0 else { return [first, second] }
        let mask = 0x80FF_FFFF | Int(random.below(32)) << 23
        return [first & mask, second & mask]
    }
}
