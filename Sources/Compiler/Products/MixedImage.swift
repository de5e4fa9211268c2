import Arch
import Diagnostics
import Formats
import Graph

/// Where the weights of mixed blocks lie in DRAM, and how many each block keeps.
struct MixedImage: Hashable {
    /// [stripe][block of K], as the graph's weight is cut.
    var counts: [UInt8]
    var stripes: Int
    var depthBlocks: Int
    /// Four bits of every kept weight, in the order of the weights.
    var positions: GlobalAddress
    /// N of every block, a byte each: [column block][block of K][stripe].
    var blocks: GlobalAddress
    func layout(columnBlock: Int) -> MixedLayout {
        MixedLayout(counts: counts, stripes: stripes, depthBlocks: depthBlocks, columnBlock: columnBlock)
    }

    /// The counts of a part: stripes by blocks of K.
    func counts(stripes: Range<Int>, depthBlocks range: Range<Int>) -> [UInt8] {
        stripes.flatMap { stripe in range.map { counts[stripe * depthBlocks + $0] } }
    }

    /// Kept share of all weights.
    var density: Double {
        Double(counts.reduce(0) { $0 + Int($1) }) / Double(max(1, counts.count * BlockMix.side))
    }

    /// For reports.
    var note: String {
        let percent = Int((density * 100).rounded())
        return ", weights in blocks of their own N, \(percent) % kept"
    }
}

/// A weight as its blocks keep it: [row of 16 columns], in the order of `MixedLayout`.
struct MixedCodes {
    var codes: [UInt8] = []
    var positions: [UInt8] = []

    /// - Parameters:
    ///   - weights: codes u, [column][k], taps and channels being k.
    ///   - zeros: of every (column, k).
    init(_ weights: WeightCodes, zeros: WeightCodes.Zeros, blocks: MixedWeights, layout: MixedLayout) {
        let offset = weights.type.encoding.codec.codeOffset ?? 0
        for block in 0..<layout.columnBlocks {
            for depthBlock in 0..<layout.depthBlocks {
                for lane in 0..<layout.stripesPerBlock {
                    let stripe = block * layout.stripesPerBlock + lane
                    let count = layout.count(stripe: stripe, depthBlock: depthBlock)
                    guard count > 0 else { continue }
                    let columns = (0..<BlockMix.side).map { lane in
                        Self.column(
                            stripe * BlockMix.side + lane, depthBlock, count: count, weights, zeros, offset, blocks)
                    }
                    for kept in 0..<count {
                        for column in columns {
                            codes.append(column[kept].code)
                            positions.append(column[kept].position)
                        }
                    }
                }
            }
        }
    }

    /// The kept weights of one column of a block: those that are not zero, and zeros at the highest free positions. Past
    /// the last column all are zeros.
    private static func column(
        _ column: Int, _ depthBlock: Int, count: Int, _ weights: WeightCodes, _ zeros: WeightCodes.Zeros, _ offset: Int,
        _ blocks: MixedWeights
    ) -> [(code: UInt8, position: UInt8)] {
        guard column < blocks.columnCount else { return Array(repeating: (0, 0), count: count) }
        let elements = blocks.elements(column: column, depthBlock: depthBlock)
        let k = elements.lowerBound - column * weights.depth
        let zero = UInt8(truncatingIfNeeded: zeros[column, min(k, weights.depth - 1)] + offset)
        var mask: UInt32 = 0
        for (position, element) in elements.enumerated() where weights.codes[element] != zero { mask |= 1 << UInt32(position) }
        var free = BlockMix.side
        while mask.nonzeroBitCount < count {
            free -= 1
            mask |= 1 << UInt32(free)
        }
        return (0..<BlockMix.side).filter { mask >> UInt32($0) & 1 == 1 }.map { position in
            (position < elements.count ? weights.codes[elements.lowerBound + position] : zero, UInt8(position))
        }
    }

    /// Rows of 16 fields of so many bits, first column in the lowest bits.
    static func packed(_ values: [UInt8], bits: Int) -> [UInt8] {
        var bytes = [UInt8](repeating: 0, count: values.count * bits / 8)
        for (index, value) in values.enumerated() {
            let (byte, shift) = (index * bits).quotientAndRemainder(dividingBy: 8)
            let field = UInt16(value) << UInt16(shift)
            bytes[byte] |= UInt8(truncatingIfNeeded: field)
            if field > 255 { bytes[byte + 1] |= UInt8(truncatingIfNeeded: field >> 8) }
        }
        return bytes
    }
}

extension Lowering {
    /// Lays a weight of mixed blocks out; scales and zero points are those of every weight.
    mutating func mixedImage(
        _ node: Node, mix: BlockMix, engine: any Engine, activations: Codec
    ) throws -> (weights: GlobalAddress, image: MixedImage) {
        let name = node.inputs[1]
        let type = type(name)
        let bits = type.encoding.codec.bits
        let blocks = MixedWeights(mix, shape: type.shape)
        let zeroCodec = zeroCodec(type.encoding)
        @Sendable func codes(_ constant: ConstantValues) throws -> (weights: WeightCodes, zeros: WeightCodes.Zeros) {
            let weights = WeightCodes(tensor: try constant(name), type: type, zeroCodec: zeroCodec)
            return (weights, try weights.zeros(constant))
        }
        var counts = blocks.drawnCounts(seed: 0, name: name)
        if let constant {
            let (weights, zeros) = try codes(constant)
            try weights.proveAccumulators(node: node, activations: activations, constant: constant)
            counts = try mixedCounts(node, blocks, weights, zeros)
        }
        let layout = MixedLayout(
            counts: counts, stripes: blocks.stripes, depthBlocks: blocks.depthBlocks, columnBlock: engine.columnBlock)
        func stored(_ what: String, rowBytes: Int, _ traffic: Traffic, _ bytes: @escaping @Sendable (MixedCodes) -> [UInt8]) throws -> TensorView {
            try parameter(
                "\(name) \(what) in blocks of \(engine.columnBlock)", shape: [max(1, layout.rows * rowBytes)], type: .uint8,
                traffic: traffic
            ) { constant in
                let (weights, zeros) = try codes(constant)
                return bytes(MixedCodes(weights, zeros: zeros, blocks: blocks, layout: layout))
            }
        }
        let weights = try stored("codes", rowBytes: MixedLayout.rowBytes(weightBits: bits), .weights) {
            MixedCodes.packed($0.codes, bits: bits)
        }
        let positions = try stored("positions", rowBytes: MixedLayout.positionRowBytes, .metadata) {
            MixedCodes.packed($0.positions, bits: 4)
        }
        let stripes = try parameter(
            "\(name) block counts for \(engine.columnBlock)", shape: [layout.columnBlocks * layout.countBytes], type: .uint8,
            traffic: .metadata
        ) { _ in layout.storedCounts }
        let image = MixedImage(
            counts: counts, stripes: blocks.stripes, depthBlocks: blocks.depthBlocks, positions: positions.address,
            blocks: stripes.address)
        if constant == nil { assume(image, mix, name) }
        return (weights.address, image)
    }

    private mutating func assume(_ image: MixedImage, _ mix: BlockMix, _ name: String) {
        let shares = zip(mix.allowed, mix.frequencies).map { "\($0) x \($1)" }.joined(separator: ", ")
        let sentence = "'\(name)' has no values: N of its blocks drawn with seed 0, N x frequency \(shares); "
            + "\(Int((image.density * 100).rounded())) % kept"
        if !assumptions.contains(sentence) { assumptions.append(sentence) }
    }

    private func mixedCounts(
        _ node: Node, _ blocks: MixedWeights, _ weights: WeightCodes, _ zeros: WeightCodes.Zeros
    ) throws -> [UInt8] {
        let offset = weights.type.encoding.codec.codeOffset ?? 0
        do {
            return try blocks.counts { index in
                let (column, k) = index.quotientAndRemainder(dividingBy: weights.depth)
                return Int(weights.codes[index]) == zeros[column, k] + offset
            }
        } catch {
            throw Diagnostics(Diagnostic(node: node.name, field: "inputs[1]", error.message))
        }
    }
}
