import Arch
import Formats

extension InstructionCheck {
    /// Blocks that keep an N of their own: on an engine that takes them, one count for each, every byte inside.
    mutating func checkMixedBlocks(_ work: Multiply, engine: any Engine) {
        guard let mixed = work.structure.mixed else { return }
        let format = ProductFormat(
            activations: work.activationFormat == .uint8 ? .uint8 : .int8, weights: .unsigned(bits: work.weightBits),
            runtimeWeights: work.codes == .twosComplement, mix: .all)
        if let reason = engine.mixRefusal(format) { report("structure", "engine '\(engine.kind)': \(reason)") }
        require(work.codes == .offset, "structure", "weights of mixed blocks have int codes")
        let counted = work.mixedBlockCount
        require(
            counted == mixed.counts.count, "structure",
            "\(mixed.counts.count) block counts where \(counted.map(String.init) ?? "fewer blocks") are expected")
        require(
            mixed.counts.allSatisfy { BlockMix.counts.contains(Int($0)) }, "structure",
            "block counts are \(BlockMix.counts.map(String.init).joined(separator: ", "))")
        if case .scaled(let weights, let activations) = work.output {
            for group in [weights?.group, activations?.group].compactMap({ $0 }) {
                require(
                    group.isMultiple(of: MixedBlocks.side), "structure",
                    "groups of \(group) along K do not hold whole blocks of \(MixedBlocks.side)")
            }
        }
        for (start, bytes, field) in [
            (work.weights, work.weightBytes(of: engine), "weights"), (mixed.positions, work.positionBytes(of: engine), "positions"),
            (mixed.blocks, work.blockCountBytes(of: engine), "blocks"),
        ] where bytes > 0 {
            // Blocks that all keep nothing have no bytes.
            require(Extent(start: start, bytes: bytes), in: .weights, field)
        }
    }
}
