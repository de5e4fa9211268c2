import Arch

/// The ports of a weight-stationary array's activations, which N:M structured weights select from.
struct SelectorPorts: Sendable {
    /// K lanes.
    var rows: Int
    var selectorInputs: Int

    var positionBits: Int { max(1, levels(selectorInputs)) }
    private var logBits: Int { selectorInputs > 1 ? levels(levels(selectorInputs) + 1) : 1 }
    private var window: Int { rows * selectorInputs }

    /// Activations of a row of a tile, and the structure of the weights that they meet.
    var fields: [RTLPort] {
        [
            .signed("row_value_i", bits: 9, count: window), RTLPort("row_structured_i", bits: 1),
            RTLPort("row_log_n_i", bits: logBits), RTLPort("row_log_m_i", bits: logBits),
        ]
    }

    func beat(_ kBlock: KBlock, row: Int, _ multiply: Multiply, _ memory: CoreMemory) -> [Int] {
        let nest = ActivationNest(multiply: multiply)
        var operands = kBlock.window.map { nest.code(row: row, laidOut: $0, memory: memory) }
        operands += Array(repeating: 0, count: window - operands.count)
        let pattern = multiply.structure.pattern
        return operands + [
            pattern == nil ? 0 : 1, pattern.map { levels($0.n) } ?? 0, pattern.map { levels($0.m) } ?? 0,
        ]
    }
}
