/// A tile of weights in the registers of its elements, an adder tree behind every column of elements.
struct WeightTile: Sendable {
    let elements: ShiftAddElements
    let depth: Int
    private let weightBits: Int
    private let perWeight: Int
    /// Two's complement width of a full tree's sum.
    private let treeBits: Int
    /// [column][element of the weight][k]
    private var digits: [UInt8] = []
    /// [column][k]
    private var negates: [Bool] = []

    /// - Parameter treeInputs: K lanes; `depth` of them hold weights.
    init(elements: ShiftAddElements, weightBits: Int, treeInputs: Int, depth: Int) {
        self.elements = elements
        self.depth = depth
        self.weightBits = weightBits
        perWeight = elements.perWeight(weightBits: weightBits)
        treeBits = elements.productBits + levels(treeInputs)
    }

    /// The next column: its unsigned codes in ascending k.
    mutating func load(_ codes: [Int]) {
        let registers = codes.map { elements.registers(code: $0, weightBits: weightBits) }
        for element in 0..<perWeight { digits += registers.map { UInt8($0.digits[element]) } }
        negates += registers.map(\.negates)
    }

    /// One row of activations against one column.
    func sum(column: Int, activations: [Int]) -> Int {
        elements.joined((0..<perWeight).map { element in
            let first = (column * perWeight + element) * depth
            var tree = 0
            for k in 0..<depth {
                tree += elements.product(
                    activation: activations[k], digit: Int(digits[first + k]), isHighest: element == perWeight - 1,
                    negates: negates[column * depth + k])
            }
            return tree.wrapped(to: treeBits)
        })
    }
}
