import Arch
import Engines

/// Weights of which every block of 16 k by 16 columns keeps a number of its own.
extension ProductCase {
    /// Draws the counts and which k are kept; the other codes become their zero points.
    static func randomMixed(_ format: Multiply.Activations, seed: UInt64, maximumColumns: Int = 70) -> ProductCase {
        var random = SeededGenerator(seed &+ 77)
        var product = ProductCase.random(
            format, seed: seed, maximumRun: 70, maximumColumns: maximumColumns, mixed: true)
        let blocks = product.depth / 16
        product.counts = (0..<(product.columns + 15) / 16).map { _ in
            (0..<blocks).map { _ in [0, 2, 4, 8, 16].randomElement(using: &random) ?? 0 }
        }
        product.positions = (0..<product.columns).map { column in
            (0..<blocks).flatMap { block -> [Int] in
                let count = product.counts?[column / 16][block] ?? 0
                let chosen = (0..<16).shuffled(using: &random).prefix(count).sorted()
                for position in 0..<16 where !chosen.contains(position) || (block * 16 + position) % product.laidOutRun >= product.run {
                    let k = block * 16 + position
                    product.codes[column][k] = UInt8(
                        product.zeros?[column][k / (product.weightGroup ?? product.depth)] ?? product.zero)
                }
                return chosen
            }
        }
        return product
    }

    /// Counts, positions and codes as the definition of the layout says: [column block][block of K][stripe][kept][column].
    func mixedBytes(_ counts: [[Int]], block: Int) -> (codes: [UInt8], positions: [UInt8], counts: [UInt8]) {
        var bits: (codes: [Int], positions: [Int]) = ([], [])
        var stored: [UInt8] = []
        for first in stride(from: 0, to: columns, by: block) {
            for depthBlock in 0..<depth / 16 {
                for stripe in first / 16..<(first + block) / 16 {
                    let count = stripe < counts.count ? counts[stripe][depthBlock] : 0
                    stored.append(UInt8(count))
                    for kept in 0..<count {
                        for column in stripe * 16..<stripe * 16 + 16 {
                            let before = column < columns ? counts[stripe][..<depthBlock].reduce(0, +) : 0
                            let position = column < columns ? positions[column][before + kept] : 0
                            let code = column < columns ? Int(codes[column][depthBlock * 16 + position]) : 0
                            bits.positions += (0..<4).map { position >> $0 & 1 }
                            bits.codes += (0..<self.bits).map { code >> $0 & 1 }
                        }
                    }
                }
            }
        }
        func bytes(_ bits: [Int]) -> [UInt8] {
            stride(from: 0, to: bits.count, by: 8).map { start in (0..<8).reduce(0) { $0 | UInt8(bits[start + $1]) << $1 } }
        }
        return (bytes(bits.codes), bytes(bits.positions), stored)
    }
}
