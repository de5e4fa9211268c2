import Arch

/// A weight-stationary array of shift-and-add elements, after MixPE (arXiv 2411.16158): codes are multiplied as they are
/// stored, and one scale and one zero-point correction follow per group of K, behind the group's sum.
///
/// `rows` lanes of K feed an adder tree in each of `columns` columns of elements. Weights of up to `bitsPerElement` bits
/// take one column, wider ones neighbouring columns, whose sums are joined behind their trees.
public struct MixPEArray: DenseWeightEngine {
    public let operands: ShiftAddOperands
    /// K lanes; a multiple of 16 for floats.
    public let rows: Int
    /// Columns of elements.
    public let columns: Int
    /// Elements and how they see signs.
    public let elements: ShiftAddElements
    /// Units that correct a sum (of integers) and scale it to f32.
    public let epilogueLanes: Int
    /// Rows of sums that the engine holds while a group is longer than `rows`.
    public let partialRows: Int
    /// Inputs of the activation selector in front of every weight's elements: the greatest m of N:M structured weights; 1
    /// is an array without selectors.
    public let selectorInputs: Int

    /// `epilogueLanes` is `columns` when left out. `columns` is a multiple of 8 / `bitsPerElement`; all at least 1.
    public init(
        operands: ShiftAddOperands = .int8, rows: Int = 64, columns: Int = 128, bitsPerElement: Int = 4, signs: WeightSigns = .offset,
        epilogueLanes: Int? = nil, partialRows: Int = 128, selectorInputs: Int = 32
    ) {
        self.operands = operands
        self.rows = rows
        self.columns = columns
        elements = ShiftAddElements(bitsPerElement: bitsPerElement, signs: signs)
        self.epilogueLanes = epilogueLanes ?? columns
        self.partialRows = partialRows
        self.selectorInputs = selectorInputs
    }

    init(_ reader: inout ParameterReader) {
        let bits = reader.powerOfTwo("bitsPerElement", default: 4, in: 1...8)
        var columns = reader.integer("columns", default: 128, in: 1...1024)
        if !columns.isMultiple(of: 8 / bits) {
            reader.report("columns", "is \(columns), expected a multiple of the \(8 / bits) elements of an 8-bit weight")
            columns = 128
        }
        let operands = reader.choice("operands", default: ShiftAddOperands.int8)
        let rows = reader.integer("rows", default: 64, in: 1...1024)
        if operands.isFloat, !rows.isMultiple(of: operands.contract.lanes) {
            reader.report("rows", "is \(rows), a multiple of \(operands.contract.lanes) expected for floats")
        }
        self.init(
            operands: operands, rows: rows, columns: columns, bitsPerElement: bits,
            signs: reader.choice("signs", default: .offset),
            epilogueLanes: reader.integer("epilogueLanes", default: columns, in: 1...1024),
            partialRows: reader.integer("partialRows", default: 128, in: 1...65536),
            selectorInputs: reader.integer("selectorInputs", default: 32, in: 1...32))
    }

    public var kind: String { "mixpe" }
    public var summary: String {
        let weights = operands.isFloat ? "\(operands.rawValue) activations" : "\(elements.signs.rawValue) weights"
        return "\(rows)x\(columns) shift-and-add elements of \(elements.bitsPerElement) bits, \(weights), "
            + "\(epilogueLanes) scale lanes"
    }
    public var parameters: [EngineParameter] {
        [
            EngineParameter(
                name: "bitsPerElement", value: "\(elements.bitsPerElement)", meaning: "weight bits of one element"),
            EngineParameter(name: "columns", value: "\(columns)", meaning: "columns of elements"),
            EngineParameter(
                name: "operands", value: operands.rawValue,
                meaning: "activations that are shifted: int8, fp16 or fp8; fp16-rounded and fp16-terms round products to f16"),
            EngineParameter(name: "rows", value: "\(rows)", meaning: "K lanes, inputs of each adder tree"),
            EngineParameter(
                name: "signs", value: elements.signs.rawValue,
                meaning: "how elements see the sign of a weight (int8; the others hold sign and magnitude)"),
            EngineParameter(
                name: "epilogueLanes", value: "\(epilogueLanes)", meaning: "zero-point correction and f32 scale units"),
            EngineParameter(
                name: "partialRows", value: "\(partialRows)",
                meaning: "rows of sums held while a group is longer than the K lanes"),
            EngineParameter(
                name: "selectorInputs", value: "\(selectorInputs)",
                meaning: "activations that a weight selects from for N:M structured weights, 1 without selectors"),
        ]
    }

    /// Columns of the product at once.
    public func columnLanes(weightBits: Int) -> Int { columns / elements.perWeight(weightBits: weightBits) }
    func correction(_ multiply: Multiply) -> GroupCorrection {
        GroupCorrection(multiply, centre: elements.signs.centre(bits: multiply.weightBits))
    }
    public func peak(weightBits: Int) -> Double { Double(rows * columnLanes(weightBits: weightBits)) }
    /// As many columns as 8-bit weights have; narrower ones take several blocks at once.
    public var columnBlock: Int { columnLanes(weightBits: 8) }

    /// Significant bits of float activations.
    var significandBits: Int { operands == .fp8 ? 4 : 11 }

    public var rtl: RTLBinding {
        let sizes = [
            "Rows": rows, "Columns": columns, "BitsPerElement": elements.bitsPerElement,
            "EpilogueLanes": epilogueLanes, "PartialRows": partialRows,
        ]
        guard operands.isFloat else {
            let integers = ["Signs": elements.signs.index, "SelectorInputs": selectorInputs]
            return RTLBinding(top: "mixpe_array", parameters: sizes.merging(integers) { first, _ in first })
        }
        let products =
            switch operands.contract.products {
            case .single: 0
            case .half: 1
            case .halfTerms: 2
            }
        let floats = ["SignificandBits": significandBits, "Products": products]
        return RTLBinding(top: "mixpe_float_array", parameters: sizes.merging(floats) { first, _ in first })
    }

    /// f32 holds every integer up to 2^24.
    public var exactSumLimit: Int? { operands.isFloat ? 1 << 24 : nil }

    public func multiply(_ multiply: Multiply, shape: LookupShape?, memory: CoreMemory) {
        if operands.isFloat {
            return FloatDot(
                multiply, memory: memory, schedule: schedule(multiply), sums: ArraySums(multiply, isFloat: true),
                layout: layout(multiply.weightBits), significandBits: 24, contract: operands.contract
            ).run()
        }
        multiplyDots(multiply, shape: shape, memory: memory)
    }

    public func product(_ multiply: Multiply, memory: CoreMemory) -> DotInstruction? {
        operands.isFloat ? nil : codeProduct(multiply, memory: memory)
    }
}

extension ParameterReader {
    fileprivate mutating func powerOfTwo(_ name: String, default fallback: Int, in range: ClosedRange<Int>) -> Int {
        let number = integer(name, default: fallback, in: range)
        guard number.nonzeroBitCount == 1 else {
            report(name, "is \(number), expected a power of two")
            return fallback
        }
        return number
    }
}
