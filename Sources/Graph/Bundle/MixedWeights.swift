import Diagnostics
import Formats

/// The blocks of a weight of mixed N (`BlockMix`): 16 of its first axis, the output columns, by 16 of its last axis. The
/// axes between them, taps of a window, follow one another along K.
public struct MixedWeights: Sendable {
    let mix: BlockMix
    private let columns: Int
    private let taps: Int
    private let last: Int

    public init(_ mix: BlockMix, shape: [Int]) {
        self.mix = mix
        columns = shape.first ?? 1
        last = shape.count > 1 ? shape[shape.count - 1] : 1
        taps = shape.dropFirst().dropLast().reduce(1, *)
    }

    private var blocksOfTap: Int { (last + BlockMix.side - 1) / BlockMix.side }
    public var columnCount: Int { columns }
    public var depthBlocks: Int { taps * blocksOfTap }
    public var stripes: Int { (columns + BlockMix.side - 1) / BlockMix.side }

    /// Columns of a stripe.
    func columns(of stripe: Int) -> Range<Int> {
        stripe * BlockMix.side..<min(columns, (stripe + 1) * BlockMix.side)
    }

    /// Flat indices of the elements of one column of a block.
    public func elements(column: Int, depthBlock: Int) -> Range<Int> {
        let (tap, block) = depthBlock.quotientAndRemainder(dividingBy: blocksOfTap)
        let row = (column * taps + tap) * last
        return row + block * BlockMix.side..<row + min(last, (block + 1) * BlockMix.side)
    }

    /// N of every block of a weight without values, [stripe][block of K]; the same seed and name give the same blocks.
    public func drawnCounts(seed: UInt64, name: String) -> [UInt8] {
        var random = SplitMix64(seed: seed, name: name + " blocks")
        return (0..<stripes * depthBlocks).map { _ in UInt8(mix.drawn { Int(random.below(UInt64($0))) }) }
    }

    /// The least N of every block that holds its values, [stripe][block of K].
    /// - Parameter isZero: of a flat index.
    /// - Throws: the first block of which some column has more values than any N allows.
    public func counts(isZero: (Int) -> Bool) throws(Diagnostic) -> [UInt8] {
        var counts: [UInt8] = []
        counts.reserveCapacity(stripes * depthBlocks)
        for stripe in 0..<stripes {
            for block in 0..<depthBlocks {
                var most = (values: 0, column: columns(of: stripe).lowerBound)
                for column in columns(of: stripe) {
                    let values = elements(column: column, depthBlock: block).reduce(0) { $0 + (isZero($1) ? 0 : 1) }
                    if values > most.values { most = (values, column) }
                }
                guard let count = mix.count(holding: most.values) else {
                    throw Diagnostic(
                        field: "[\(elements(column: most.column, depthBlock: block).lowerBound)]",
                        "row \(most.column), block \(block) of columns \(columns(of: stripe).lowerBound) to "
                            + "\(columns(of: stripe).upperBound - 1) has \(most.values) values that are not zero, at most "
                            + "\(mix.allowed[mix.allowed.count - 1]) of \(BlockMix.side) expected")
                }
                counts.append(UInt8(count))
            }
        }
        return counts
    }

    /// Which elements a random weight keeps: in every block as many of each column as were drawn for it.
    /// - Parameter draw: gives a number below its argument.
    func keptElements(_ counts: [UInt8], draw: (Int) -> Int) -> [Bool] {
        var keeps = [Bool](repeating: false, count: columns * taps * last)
        for column in 0..<columns {
            for block in 0..<depthBlocks {
                // Selection sampling, as for patterns of one N.
                let elements = elements(column: column, depthBlock: block)
                var wanted = min(Int(counts[column / BlockMix.side * depthBlocks + block]), elements.count)
                for element in elements where draw(elements.upperBound - element) < wanted {
                    keeps[element] = true
                    wanted -= 1
                }
            }
        }
        return keeps
    }
}
