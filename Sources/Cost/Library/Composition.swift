/// A block of any size, from sizes of it that were synthesised.
///
/// With parameters R, C, E, ... that say how large it is, a quantity is `fixed + a R + b C + c R C + d E + ...`: what a block
/// has once, per row, per column, per element, per lane. As many sizes as there are terms determine them; of more, the largest
/// that the others can do without is kept back and tells how wrong they are.
public struct Composition<Block: SynthesisedBlock>: Hashable, Sendable {
    /// Names of R, C, E, ...
    public let scales: [String]
    public let fitted: [Block]
    /// The size that the fit did not see; `nil` when it needs all of them.
    public let checked: Block?

    /// - Returns: `nil` when the sizes do not determine the terms.
    public init?(_ costs: [Block], scales: [String]) {
        let sized = costs.filter { cost in scales.allSatisfy { cost.parameters[$0] != nil } }
            .sorted { $0.extent < $1.extent }
        let terms = Self.terms(scales.map { _ in 1 }).count
        guard sized.count >= terms else { return nil }
        self.scales = scales
        func without(_ place: Int?) -> [Block] { sized.indices.filter { $0 != place }.map { sized[$0] } }
        func determines(_ blocks: [Block]) -> Bool { Self.solution(blocks, scales) { _ in 1 } != nil }
        let spare = sized.count > terms ? sized.indices.last { determines(without($0)) } : nil
        checked = spare.map { sized[$0] }
        fitted = without(spare)
        guard determines(fitted) else { return nil }
    }

    private static func terms(_ size: [Int]) -> [Double] {
        let size = size.map(Double.init)
        return [1] + size + (size.count > 1 ? [size[0] * size[1]] : [])
    }

    private static func size(_ cost: Block, _ scales: [String]) -> [Int] { scales.map { cost.parameters[$0] ?? 0 } }

    private func size(_ cost: Block) -> [Int] { Self.size(cost, scales) }

    private static func solution(_ blocks: [Block], _ scales: [String], _ quantity: (Block) -> Double) -> [Double]? {
        LeastSquares.solve(blocks.map { (terms(size($0, scales)), quantity($0)) })
    }

    private func solution(_ quantity: (Block) -> Double) -> [Double]? { Self.solution(fitted, scales, quantity) }

    /// The quantity at a size.
    public func value(_ quantity: (Block) -> Double, at size: [Int]) -> Double {
        zip(solution(quantity) ?? [], Self.terms(size)).reduce(0) { $0 + $1.0 * $1.1 }
    }

    /// The terms in words: `10 + 2 Rows + 3 Columns + 5 Rows x Columns`.
    func formula(_ quantity: (Block) -> Double) -> String {
        let names = [""] + scales + (scales.count > 1 ? ["\(scales[0]) x \(scales[1])"] : [])
        let terms = zip(solution(quantity) ?? [], names).map { value, name in
            let rounded = (value * 10).rounded() / 10
            return name.isEmpty ? "\(rounded)" : "\(rounded) \(name)"
        }
        return terms.joined(separator: " + ")
    }

    /// Relative error at the size that the fit did not see.
    public func error(_ quantity: (Block) -> Double) -> Double? {
        checked.map { value(quantity, at: size($0)) / quantity($0) - 1 }
    }

    /// Sizes in words: `4x4x1`.
    func name(_ cost: Block) -> String { Self.name(size(cost)) }

    static func name(_ size: [Int]) -> String { size.map(String.init).joined(separator: "x") }
}
