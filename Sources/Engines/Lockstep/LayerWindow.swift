import Arch
import Formats

/// A run of a layer's codes for one instruction: rows and columns from drawn places on, as many as it has.
struct LayerWindow {
    let layer: LayerOperands
    private let row: Int
    private let column: Int
    private let k: Int

    init(_ layer: LayerOperands, using random: inout SplitMix64) {
        self.layer = layer
        row = Int(random.below(UInt64(layer.rows)))
        column = Int(random.below(UInt64(layer.columns)))
        k = Int(random.below(UInt64(layer.depth)))
    }

    func activation(row: Int, k: Int) -> Int { layer.activation(row: self.row + row, k: self.k + k) }

    /// The unsigned code; of engines with narrower codes its highest bits.
    func weight(column: Int, k: Int, bits: Int) -> Int {
        layer.weight(column: self.column + column, k: self.k + k) >> max(0, layer.weightBits - bits)
    }

    func zero(bits: Int) -> Int { layer.weightZero >> max(0, layer.weightBits - bits) }

    /// The slots of a row of activations, the greatest code being some four bits wide.
    func pairs(_ pairs: OutlierVictimPair, row: Int, run: Int) -> [UInt8] {
        let scale = Float(1 << max(0, layer.activationBits - pairs.bits))
        return PairEncoder(pairs).row((0..<run).map { Float(activation(row: row, k: $0)) / scale })
    }

    /// The slots of a column of weights, less their zero point.
    func pairs(_ pairs: OutlierVictimPair, column: Int, depth: Int) -> [UInt8] {
        let scale = Float(1 << max(0, layer.weightBits - pairs.bits))
        return PairEncoder(pairs).row(
            (0..<depth).map { Float(layer.weight(column: self.column + column, k: k + $0) - layer.weightZero) / scale })
    }

    /// The format that an engine takes them in.
    func format(of formats: [Multiply.Activations]) -> Multiply.Activations {
        let integers: Multiply.Activations = layer.hasSignedActivations ? .int8 : .uint8
        return formats.first { $0 == integers } ?? formats[0]
    }
}
