import Formats

/// Weights of which every block of 16 k by 16 columns keeps an N of its own (`BlockMix`). How many is static data of the
/// program, because it decides how long an instruction takes and where its weights lie.
public struct MixedBlocks: Hashable, Sendable {
    public static let side = BlockMix.side

    /// N of every block, [stripe of 16 columns][block of K as laid out]: a part of `Program.blockCounts`.
    public var counts: [UInt8]
    /// Index of the first of them in `Program.blockCounts`.
    @Narrow public var table: Int
    /// In the weight space: 4 bits of every kept weight, laid out as the weights are.
    @Narrow public var positions: Int
    /// In the weight space: N of every block as a byte, [column block][block of K][stripe of the column block].
    @Narrow public var blocks: Int

    public init(counts: [UInt8] = [], table: Int = 0, positions: Int, blocks: Int = 0) {
        self.counts = counts
        self.table = table
        self.positions = positions
        self.blocks = blocks
    }

    /// Sum of N over all blocks: kept rows of 16 weights.
    public var keptRows: Int { counts.reduce(0) { $0 + Int($1) } }
}

extension Multiply {
    /// Blocks along the K of an instruction, every run padded to whole ones.
    public var mixedDepthBlocks: Int { ky.count * kx.count * ceilingQuotient(run, MixedBlocks.side) }
    /// Stripes of 16 columns.
    public var mixedStripes: Int { ceilingQuotient(columns, MixedBlocks.side) }
    /// Counts that an instruction of mixed blocks has; `nil` when they are too many to be counted.
    public var mixedBlockCount: Int? {
        var total = 1
        for factor in [ky.count, kx.count, ceilingQuotient(run, MixedBlocks.side), mixedStripes] {
            let (product, overflow) = total.multipliedReportingOverflow(by: factor)
            guard factor > 0, !overflow else { return nil }
            total = product
        }
        return total
    }
}

/// How mixed blocks lie in memory: for each column block of an engine, for each block of K, for each stripe of 16 columns,
/// for each of its N kept weights a row of 16 codes, first column in the lowest bits. A range of K of one column block is
/// contiguous, and so are whole column blocks.
public struct MixedLayout: Sendable {
    public let stripesPerBlock: Int
    public let depthBlocks: Int
    public let stripes: Int
    /// Rows before each (column block, block of K, stripe), and all rows.
    private let starts: [Int]
    private let counts: [UInt8]

    /// - Parameters:
    ///   - counts: [stripe][block of K]; those that are missing are 0.
    ///   - columnBlock: a multiple of 16.
    public init(counts: [UInt8], stripes: Int, depthBlocks: Int, columnBlock: Int) {
        self.counts = counts
        self.stripes = stripes
        self.depthBlocks = depthBlocks
        stripesPerBlock = max(1, columnBlock / MixedBlocks.side)
        var starts: [Int] = []
        var rows = 0
        for block in 0..<ceilingQuotient(stripes, stripesPerBlock) {
            for k in 0..<depthBlocks {
                for lane in 0..<stripesPerBlock {
                    starts.append(rows)
                    let (stripe, index) = (block * stripesPerBlock + lane, (block * stripesPerBlock + lane) * depthBlocks + k)
                    if stripe < stripes, index < counts.count { rows += Int(counts[index]) }
                }
            }
        }
        self.starts = starts + [rows]
    }

    public init(_ mixed: MixedBlocks, of multiply: Multiply, columnBlock: Int) {
        self.init(
            counts: mixed.counts, stripes: multiply.mixedStripes, depthBlocks: multiply.mixedDepthBlocks,
            columnBlock: columnBlock)
    }

    /// N of a block, 0 past the last column.
    public func count(stripe: Int, depthBlock: Int) -> Int {
        let index = stripe * depthBlocks + depthBlock
        return stripe < stripes && index < counts.count ? Int(counts[index]) : 0
    }

    /// Rows before a block.
    public func start(stripe: Int, depthBlock: Int) -> Int {
        let (block, lane) = stripe.quotientAndRemainder(dividingBy: stripesPerBlock)
        return starts[(block * depthBlocks + depthBlock) * stripesPerBlock + lane]
    }

    /// Rows before a block of K of a column block; of the first one past the end, all rows.
    public func start(columnBlock: Int, depthBlock: Int) -> Int {
        starts[min(starts.count - 1, (columnBlock * depthBlocks + depthBlock) * stripesPerBlock)]
    }

    public var rows: Int { starts[starts.count - 1] }
    public var columnBlocks: Int { ceilingQuotient(stripes, stripesPerBlock) }

    /// Bytes of a row of codes, and of positions.
    public static func rowBytes(weightBits: Int) -> Int { MixedBlocks.side * weightBits / 8 }
    public static let positionRowBytes = rowBytes(weightBits: 4)

    /// Bytes of the counts of a column block.
    public var countBytes: Int { depthBlocks * stripesPerBlock }

    /// N of every block as the engine reads it.
    public var storedCounts: [UInt8] {
        (0..<columnBlocks).flatMap { block in
            (0..<depthBlocks).flatMap { k in
                (0..<stripesPerBlock).map {
                    UInt8(count(stripe: block * stripesPerBlock + $0, depthBlock: k))
                }
            }
        }
    }
}
