import Arch

extension SerialMAC {
    /// What the hardware does: one activation per cycle, a product and a sum in every lane.
    public func multiplyStructurally(_ multiply: Multiply, shape: LookupShape?, memory: CoreMemory) {
        let cut = KCut(multiply, granule: 1)
        let parameters = GroupParameters(
            multiply, memory: memory, columnBlock: columns, weightGroups: cut.weightGroups)
        let weights = WeightValues(
            multiply: multiply, memory: memory, layout: layout(multiply.weightBits), depth: cut.depth,
            parameters: parameters)
        let activations = ActivationNest(multiply: multiply)
        let accumulators = AccumulatorFile(multiply: multiply, memory: memory)
        for first in stride(from: 0, to: multiply.columns, by: columns) {
            let lanes = first..<min(multiply.columns, first + columns)
            for row in 0..<multiply.rows {
                for segment in cut.segments {
                    var sums = [Int32](repeating: 0, count: lanes.count)
                    for k in segment.range {
                        let activation = activations.code(row: row, laidOut: k, memory: memory)
                        for column in lanes {
                            let weight = weights.value(column: column, k: k, group: segment.weightGroup)
                            sums[column - first] &+= Int32(activation * weight)
                        }
                    }
                    for column in lanes {
                        accumulators.leave(
                            sums[column - first], row: row, column: column, segment: segment, parameters: parameters)
                    }
                }
            }
        }
    }
}
