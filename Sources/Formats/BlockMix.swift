/// N:16 sparsity with an N of its own for every block of 16 k by 16 output columns (FlightLLM, arXiv 2401.03868: M = 16,
/// N in {0, 2, 4, 8, 16}): every column of a block keeps N of its 16 k, 0 keeps nothing, 16 everything.
public struct BlockMix: Hashable, Sendable {
    /// k, and columns, of a block: m of the patterns.
    public static let side = 16
    /// What N can be.
    public static let counts = [0, 2, 4, 8, 16]

    /// What N may be in this tensor, ascending.
    public let allowed: [Int]
    /// How often each of `allowed` is drawn for a tensor without values; the sum is positive.
    public let frequencies: [Int]

    /// `nil` unless `allowed` are some of `counts`, ascending and not 0 alone, and there are as many frequencies in
    /// 0...1000, one of them positive; without frequencies all are drawn alike.
    public init?(allowed: [Int], frequencies: [Int]? = nil) {
        let frequencies = frequencies ?? allowed.map { _ in 1 }
        guard !allowed.isEmpty, allowed != [0], allowed.allSatisfy(Self.counts.contains),
            zip(allowed, allowed.dropFirst()).allSatisfy({ $0 < $1 }), frequencies.count == allowed.count,
            frequencies.allSatisfy((0...1000).contains), frequencies.contains(where: { $0 > 0 })
        else { return nil }
        self.allowed = allowed
        self.frequencies = frequencies
    }

    /// Every N.
    public static let all = BlockMix(known: counts)

    private init(known: [Int]) {
        allowed = known
        frequencies = known.map { _ in 1 }
    }

    /// The least N that holds so many values of a column; `nil` when none does.
    public func count(holding values: Int) -> Int? { allowed.first { $0 >= values } }

    /// N of a block without values. `draw` gives a number below its argument.
    public func drawn(_ draw: (Int) -> Int) -> Int {
        var left = draw(frequencies.reduce(0, +))
        for (count, frequency) in zip(allowed, frequencies) {
            if left < frequency { return count }
            left -= frequency
        }
        return allowed[allowed.count - 1]
    }

    /// `0,2,4,8,16:16`
    public var name: String { allowed.map(String.init).joined(separator: ",") + ":\(Self.side)" }
}
