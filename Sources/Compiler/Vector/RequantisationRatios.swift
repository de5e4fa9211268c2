import Diagnostics
import Formats
import Graph

/// The static scales on both sides of a requantisation, one ratio for all columns or one for each.
struct RequantisationRatios {
    private let node: Node
    private let row: Float
    private let column: ScaleTerm
    private let output: ScaleTerm
    /// Columns with a ratio of their own, 1 when all share one.
    let count: Int

    init(node: Node, input: TensorType, output: TensorEncoding, lowering: Lowering) throws {
        self.node = node
        var row = Scale.none
        var column = Scale.none
        if case .product(let r, let c) = input.encoding.scale { (row, column) = (r, c) } else { column = input.encoding.scale }
        switch row {
        case .none: self.row = 1
        case .uniform(let value): self.row = value
        case .tensor(let name, .tensor):
            guard case .uniform(let value) = lowering.uniformTensor(name) else { fallthrough }
            self.row = value
        case .tensor, .product:
            throw lowering.failure(node, "inputs[0]", "has a scale made at run time; requantise needs static scales, use dequantise")
        }
        self.column = try Self.constantTerm(column, node: node, lowering: lowering)
        self.output = try Self.constantTerm(output.scale, node: node, lowering: lowering)
        count = [self.column, self.output].map { term in
            if case .column(let name) = term { return lowering.type(name).count }
            return 1
        }.max() ?? 1
    }

    private static func constantTerm(_ scale: Scale, node: Node, lowering: Lowering) throws -> ScaleTerm {
        switch scale {
        case .none, .product: return .uniform(1)
        case .uniform(let value): return .uniform(value)
        case .tensor(let name, let granularity):
            guard lowering.graph.constants.contains(name) else {
                throw lowering.failure(node, "inputs[0]", "has a scale made at run time; requantise needs static scales, use dequantise")
            }
            return granularity == .tensor ? lowering.uniformTensor(name) : .column(name)
        }
    }

    private func values(_ term: ScaleTerm, _ constant: ConstantValues) throws -> [Float] {
        switch term {
        case .uniform(let value): return [value]
        case .column(let name):
            let tensor = try constant(name)
            return (0..<tensor.count).map { tensor.float(at: $0) }
        case .none, .row: return [1]
        }
    }

    /// f32(row * column) and the output scale, for each column.
    private func pairs(_ constant: ConstantValues) throws -> [(product: Float, output: Float)] {
        let columns = try values(column, constant)
        let outputs = try values(output, constant)
        return (0..<count).map { (row * columns[$0 % columns.count], outputs[$0 % outputs.count]) }
    }

    func floats(_ constant: ConstantValues) throws -> [Float] {
        try pairs(constant).map { $0.product / $0.output }
    }

    func explicitCount(_ requantisation: Requantisation, lowering: Lowering) -> Int {
        [requantisation.multiplier, requantisation.shift].map { $0.map { lowering.type($0).count } ?? 1 }.max() ?? 1
    }

    /// Records of bias, multiplier and shift (docs/isa.md, requantiseDyadic).
    func records(
        _ constant: ConstantValues, _ requantisation: Requantisation, bias: ProductBias?, count: Int
    ) throws -> [UInt32] {
        let pairs = try pairs(constant)
        let biases = try bias?.values(constant) ?? [0]
        let multipliers = try requantisation.multiplier.map { try integers($0, constant) }
        let shifts = try requantisation.shift.map { try integers($0, constant) }
        return try (0..<count).flatMap { index -> [UInt32] in
            let pair = pairs[index % pairs.count]
            var dyadic = Dyadic(ratio: Double(pair.product) / Double(pair.output))
            if let multipliers, let shifts {
                dyadic = Dyadic(multiplier: Int64(multipliers[index % multipliers.count]), shift: shifts[index % shifts.count])
            }
            guard let dyadic else {
                throw Diagnostics(Diagnostic(
                    node: node.name, field: "encoding.scale",
                    "column \(index) has the scale ratio \(pair.product) / \(pair.output); a positive finite ratio expected"))
            }
            return [
                UInt32(bitPattern: biases[index % biases.count]), UInt32(truncatingIfNeeded: dyadic.multiplier),
                UInt32(bitPattern: Int32(clamping: dyadic.shift)),
            ]
        }
    }

    private func integers(_ name: String, _ constant: ConstantValues) throws -> [Int] {
        let tensor = try constant(name)
        return (0..<tensor.count).map { Int(tensor.integerValue(at: $0, .int32)) }
    }
}
