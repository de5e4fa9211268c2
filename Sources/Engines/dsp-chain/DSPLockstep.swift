import Arch
import Formats

/// Whole instructions for the chains with their accumulators. A word of the accumulators has as many sums as leave at once:
/// those of a pass, row after row.
extension DSPChain {
    static let lockstepWords = 256

    func lockstep(_ variant: String) -> RTLBlock {
        var binding = rtl
        binding.parameters["AccumulatorWords"] = Self.lockstepWords
        let patterns = NOfM.all.filter { $0.m <= selectorInputs }
        return RTLBlock(
            "dsp-chain", binding, variant: variant,
            .tiles(
                TileCheck { index, source in
                    let shape = packing == .quad ? quadShape(patterns) : pairShape(patterns)
                    let product = TileProduct(shape, for: self, index: index, source: source)
                    return DSPTileCase(engine: self, product: product).tileCase()
                }))
    }

    private func pairShape(_ patterns: [NOfM]) -> TileShape {
        TileShape(
            rows: 1...2 * rows + 3, columns: 1...(mixesBlocks ? 40 : 3 * columns), run: 1...3 * chainLength,
            zeroRange: { (1 << $0) - 256...256 }, patterns: patterns, mixes: mixesBlocks, busyRows: 2 * rows)
    }

    /// Mostly operands of up to 4 bits, whose weights have 4 bits too when their zero point is taken off.
    private func quadShape(_ patterns: [NOfM]) -> TileShape {
        TileShape(
            rows: 1...2 * rows + 3, columns: 1...6 * columns, run: 1...3 * chainLength, weightBits: 1...5,
            codes: [.offset, .offset, .bipolar, .twosComplement], activationBits: 1...5,
            zeroRange: { $0 <= WeightQuad.weightBits ? (1 << $0) - 8...8 : (1 << $0) - 256...256 }, patterns: patterns,
            busyRows: 2 * rows)
    }
}
