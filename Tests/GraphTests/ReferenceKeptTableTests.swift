import Formats
import Graph
import Testing

/// `tableLinear` of N:M weights against the dense one of what is kept, gathered by hand.
@Suite struct ReferenceKeptTableTests {
    /// K = 10 and blocks of 4 keep two. Columns 0 and 1 hold 1 and 3, then 4 alone, then nothing of the short block: kept are
    /// 1 3, 4 7 (the highest of those that are free), and two places past the end. Columns 2 and 3 hold 0 2, 5 6, 8 9.
    static let kept = [[1, 3, 4, 7, 10, 11], [0, 2, 5, 6, 8, 9]]
    static let zero = 7
    static let weights: [[Int]] = [
        [7, 3, 7, 7, 15, 7, 7, 7, 7, 7], [7, 7, 7, 1, 7, 7, 7, 7, 7, 7],
        [2, 7, 9, 7, 7, 0, 12, 7, 6, 7], [11, 7, 7, 7, 7, 7, 5, 7, 7, 14],
    ]

    private static func encoding(_ structure: WeightStructure, group: Int?) -> TensorEncoding {
        var encoding = TensorEncoding.codes(
            .unsigned(bits: 4), scale: .tensor("s", group.map { .group(size: $0) } ?? .axis(0)), zero: .uniform(zero))
        encoding.structure = structure
        return encoding
    }

    /// Rows of values at the kept places; 0 past the end.
    private static func taken(_ row: [Float], _ places: [Int]) -> [Float] { places.map { $0 < row.count ? row[$0] : 0 } }

    /// - Parameter group: weights that share a scale: two blocks, of which four are kept; `nil` for one scale per column.
    @Test(arguments: [nil, 8], [TableQuantisation.perTable(length: 4), .perTable(length: 2), .per64Activations(length: 4)])
    func tablesAreBuiltOfWhatAGroupOfColumnsKeeps(_ group: Int?, _ contract: TableQuantisation) throws {
        var random = SeededGenerator(71)
        let pattern = try #require(NOfM(n: 2, m: 4))
        let x = (0..<3).map { _ in random.floats(10) }
        let entries = group == nil ? 1 : 2
        let scales = random.floats(4 * entries, 0.1...1)
        var node = OneNode(.tableLinear(contract))
        node.add("x", [3, 10], x.flatMap { $0 })
        node.add("w", [4, 10], Self.encoding(.sharedNOfM(pattern, columns: 2), group: group), Self.weights.flatMap { $0 })
        node.add("s", group == nil ? [4] : [4, 2], scales, as: .parameter)
        let all = try node.floats([3, 4])
        for (pair, places) in Self.kept.enumerated() {
            var dense = OneNode(.tableLinear(contract))
            dense.add("x", [3, 6], x.flatMap { Self.taken($0, places) })
            let codes = Self.weights[2 * pair..<2 * pair + 2].flatMap { row in places.map { $0 < 10 ? row[$0] : 0 } }
            dense.add("w", [2, 6], Self.encoding(.dense, group: group.map { $0 / 2 }), codes)
            dense.add(
                "s", group == nil ? [2] : [2, 2], Array(scales[2 * pair * entries..<(2 * pair + 2) * entries]), as: .parameter)
            let expected = try dense.floats([3, 2])
            for row in 0..<3 { #expect(Array(all[4 * row + 2 * pair..<4 * row + 2 * pair + 2]) == expected[2 * row..<2 * row + 2].map { $0 }) }
        }
    }

    /// 64 kept activations share a scale, which are 256 of all at 1:4: a great one among them changes the rounding of the first,
    /// far behind the 64th of all; one behind them does not.
    @Test func sixtyFourKeptActivationsShareAScale() throws {
        let pattern = try #require(NOfM(n: 1, m: 4))
        func sums(greatAt place: Int?) throws -> [Float] {
            var x = (0..<260).map { Float($0 % 5) + 1.25 }
            if let place { x[place] = 1000 }
            var encoding = TensorEncoding.codes(.unsigned(bits: 2), scale: .uniform(1), zero: .uniform(0))
            encoding.structure = .sharedNOfM(pattern, columns: 1)
            var node = OneNode(.tableLinear(.per64Activations(length: 4)))
            node.add("x", [1, 260], x)
            // Kept are 3, 7, 11, ...; only the first of them has a weight.
            node.add("w", [1, 260], encoding, [0, 0, 0, 1] + [Int](repeating: 0, count: 256))
            return try node.floats([1, 1])
        }
        let small = try sums(greatAt: nil)
        #expect(abs(small[0] - 4.25) < 0.5)
        #expect(try sums(greatAt: 251) != small)
        #expect(try sums(greatAt: 259) == small)
        // No kept activation at all.
        #expect(try sums(greatAt: 250) == small)
    }

    @Test func blocksThatHoldTooManyAreRefused() throws {
        let pattern = try #require(NOfM(n: 1, m: 4))
        var encoding = TensorEncoding.codes(.unsigned(bits: 2), scale: .uniform(1), zero: .uniform(0))
        encoding.structure = .sharedNOfM(pattern, columns: 2)
        var node = OneNode(.tableLinear(.perTable(length: 4)))
        node.add("x", [1, 4], [1, 2, 3, 4])
        node.add("w", [2, 4], encoding, [1, 0, 0, 0, 0, 2, 0, 0])
        #expect(throws: (any Error).self) { try node.floats([1, 2]) }
    }
}
