import Arch

/// Whether two operands of 4 bits share a DSP48E2 by fours instead of by pairs.
public enum INT4Packing: String, Hashable, Sendable, CaseIterable {
    /// Always pairs, as FlightLLM has them.
    case off
    /// Four columns of 4-bit weights share an activation of 4 bits (`WeightQuad`).
    case quad
}

extension DSPChain {
    /// The instruction's products go by fours: every weight value is a signed number of 4 bits, every activation has 4 bits,
    /// and no multiplexer picks an activation of its own for every column.
    func packsQuads(_ multiply: Multiply) -> Bool {
        guard packing == .quad, multiply.structure == .dense, multiply.activationBits <= WeightQuad.weightBits else { return false }
        return WeightQuad.weights.contains(multiply.weightRange.lowerBound)
            && WeightQuad.weights.contains(multiply.weightRange.upperBound)
    }

    /// Products of a DSP48E2 in a cycle.
    func productsPerSlice(_ multiply: Multiply) -> Int { packsQuads(multiply) ? WeightQuad.offsets.count : 2 }

    /// Rows and columns of a pass: as matrices have them, and as few rows have them.
    func arrangements(_ multiply: Multiply) -> [PassCycles.Arrangement] {
        if packsQuads(multiply) {
            // A chain takes one row by four columns in place of two rows by one column, so half the chains of a pair of rows
            // take the upper row; an odd number of chains takes one row as a whole.
            let lanes = WeightQuad.offsets.count
            let matrix = columns.isMultiple(of: 2)
                ? PassCycles.Arrangement(rows: rows, columns: lanes / 2 * columns)
                : PassCycles.Arrangement(rows: rows / 2, columns: lanes * columns)
            return [matrix, .init(rows: 1, columns: lanes * vectorColumns)]
        }
        let parts = ChainParts(self, multiply.structure.pattern).count
        return [.init(rows: rows, columns: parts * columns), .init(rows: 2, columns: parts * vectorColumns)]
    }
}

extension DSPPass {
    /// One cycle of chains that take a row and four columns each.
    mutating func runQuads(_ kBlock: KBlock, weights: [[Int]]) {
        let nest = ActivationNest(multiply: multiply)
        for row in rows {
            let operands = kBlock.window.map { nest.code(row: row, laidOut: $0, memory: memory) }
            for first in stride(from: 0, to: columns.count, by: WeightQuad.offsets.count) {
                let lanes = first..<min(columns.count, first + WeightQuad.offsets.count)
                var chain = QuadAccumulator()
                for (k, activation) in operands.enumerated() {
                    // Lanes past the last column multiply zeros.
                    let four = WeightQuad.offsets.indices.map { first + $0 < lanes.upperBound ? weights[first + $0][k] : 0 }
                    chain.add(weights: four, activation: activation)
                }
                let found = countsCarries ? chain.sums : chain.lanes
                for lane in lanes { add(found[lane - first], row: row, lane: lane) }
            }
        }
    }
}
