import Arch

/// Where the scales and zero points of one instruction lie: [block][group][column of block] beside the weights, and
/// [row][group] for the activations.
struct GroupParameters: Sendable {
    let multiply: Multiply
    let memory: CoreMemory
    let columnBlock: Int
    let weightGroups: Int
    private let weightScales: Multiply.WeightScales?
    private let activationScales: Multiply.ActivationScales?

    init(_ multiply: Multiply, memory: CoreMemory, columnBlock: Int, weightGroups: Int) {
        self.multiply = multiply
        self.memory = memory
        self.columnBlock = columnBlock
        self.weightGroups = weightGroups
        switch multiply.output {
        case .integer: (weightScales, activationScales) = (nil, nil)
        case .scaled(let weights, let activations): (weightScales, activationScales) = (weights, activations)
        }
    }

    private func entry(column: Int, group: Int) -> Int {
        ((column / columnBlock) * weightGroups + group) * columnBlock + column % columnBlock
    }

    /// Zero point in terms of the unsigned code; 0 for bipolar weights and floats, which have none.
    func zero(column: Int, group: Int) -> Int {
        guard multiply.codes.readsZeros else { return 0 }
        switch multiply.zero {
        case .immediate(let zero): return zero
        case .centroids: return 0
        case .table(let offset):
            let address = offset + 2 * entry(column: column, group: group)
            return Int(Int16(littleEndian: memory.weights.loadUnaligned(fromByteOffset: address, as: Int16.self)))
        }
    }

    /// f32 scale of a segment of one output: the grouped scale, or the rounded product of both; 1 when there is none.
    @inline(__always)
    func scale(row: Int, column: Int, segment: KCut.Segment) -> Float {
        columnScale(column, segment) * rowScale(row, segment)
    }

    /// The weights' part of the scale of a sum; 1 when they have none, which multiplies exactly.
    func columnScale(_ column: Int, _ segment: KCut.Segment) -> Float {
        guard multiply.operandScales == nil else { return 1 }
        return weightScales.map { weightScale($0, column: column, group: segment.weightGroup) } ?? 1
    }

    /// The scale that goes into a weight itself; `nil` when its group's sum is scaled.
    func operandScale(column: Int, group: Int) -> Float? {
        multiply.operandScales.map { weightScale($0, column: column, group: group) }
    }

    /// The activations' part of the scale.
    @inline(__always)
    func rowScale(_ row: Int, _ segment: KCut.Segment) -> Float {
        guard let activationScales else { return 1 }
        return activationScale(activationScales, row: row, group: segment.activationGroup)
    }

    private func weightScale(_ scales: Multiply.WeightScales, column: Int, group: Int) -> Float {
        let address = scales.offset + scales.format.bytes * entry(column: column, group: group)
        switch scales.format {
        case .float32:
            return Float(bitPattern: memory.weights.loadUnaligned(fromByteOffset: address, as: UInt32.self))
        case .float16:
            return Float(Float16(bitPattern: memory.weights.loadUnaligned(fromByteOffset: address, as: UInt16.self)))
        }
    }

    private func activationScale(_ scales: Multiply.ActivationScales, row: Int, group: Int) -> Float {
        let address = scales.local.offset + row * scales.rowPitch + 4 * group
        return Float(
            bitPattern: memory[scales.local.space].loadUnaligned(fromByteOffset: address, as: UInt32.self))
    }
}
