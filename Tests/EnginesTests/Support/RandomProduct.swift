import Arch
import Formats

extension ProductCase {
    /// A product of random shape, nest, scales and values; every fourth one has only extreme values.
    static func random(
        _ format: Multiply.Activations, length: Int = 4, seed: UInt64, maximumRun: Int = 40, maximumColumns: Int = 40,
        pattern: NOfM? = nil, mixed: Bool = false
    ) -> ProductCase {
        var random = SeededGenerator(seed)
        let bits = Int.random(in: 1...8, using: &random)
        var product = ProductCase(
            format: format, length: length, outer: .random(in: 1...3, using: &random),
            inner: .random(in: 1...4, using: &random),
            ky: .random(in: 1...2, using: &random), kx: .random(in: 1...3, using: &random),
            run: .random(in: 1...maximumRun, using: &random),
            columns: .random(in: 1...maximumColumns, using: &random), bits: bits,
            bipolar: .random(using: &random))
        if !format.areTables, Bool.random(using: &random) { product.activationBits = .random(in: 1...8, using: &random) }
        if pattern != nil || mixed { (product.pattern, product.isMixed, product.bipolar) = (pattern, mixed, false) }
        product.scaled = .random(using: &random)
        product.fill(extremes: seed % 4 == 0, using: &random)
        product.chooseScales(using: &random)
        product.prune(using: &random)
        return product
    }

    /// Draws which n of every m k are kept; the other codes, and some that are kept, become their zero points.
    mutating func prune(using random: inout SeededGenerator) {
        guard let pattern else { return }
        positions = []
        for column in 0..<columns {
            var kept: [Int] = []
            for block in 0..<depth / pattern.m {
                let chosen = (0..<pattern.m).shuffled(using: &random).prefix(pattern.n).sorted()
                kept += chosen
                for position in 0..<pattern.m {
                    let k = block * pattern.m + position
                    let isPadding = k % laidOutRun >= run
                    if chosen.contains(position), !isPadding, Int.random(in: 0..<8, using: &random) > 0 { continue }
                    codes[column][k] = UInt8(zeros?[column][k / (weightGroup ?? depth)] ?? zero)
                }
            }
            positions.append(kept)
        }
    }

    mutating func fill(extremes: Bool, using random: inout SeededGenerator) {
        let half = 1 << (activationBits - 1)
        let range = format == .uint8 ? 0...2 * half - 1 : -half...half - 1
        let top = UInt8((1 << bits) - 1)
        func value(_ range: ClosedRange<Int>, _ random: inout SeededGenerator) -> Int {
            extremes ? (Bool.random(using: &random) ? range.lowerBound : range.upperBound)
                : Int.random(in: range, using: &random)
        }
        pixels = (0..<pixelCount).map { _ in (0..<run).map { _ in value(range, &random) } }
        tableCodes = (0..<pixelCount).map { _ in
            (0..<runTables).map { _ in (0..<halfEntries).map { _ in value(-127...127, &random) } }
        }
        codes = (0..<columns).map { _ in
            (0..<depth).map { k in
                k % laidOutRun < run ? UInt8(value(0...Int(top), &random)) : 0
            }
        }
    }

    private mutating func chooseScales(using random: inout SeededGenerator) {
        let weightsScaled = scaled && Bool.random(using: &random)
        if weightsScaled { weightGroup = granule * Int.random(in: 1...12, using: &random) }
        if scaled && Bool.random(using: &random) { activationGroup = granule * Int.random(in: 1...12, using: &random) }
        // What is left out has the code of the zero point, which must be one then.
        let zeroRange = pattern == nil && !isMixed ? (1 << bits) - 256...256 : 0...(1 << bits) - 1
        zero = Int.random(in: zeroRange, using: &random)
        let groups = (depth + (weightGroup ?? depth) - 1) / (weightGroup ?? depth)
        if Bool.random(using: &random) {
            zeros = (0..<columns).map { _ in (0..<groups).map { _ in .random(in: zeroRange, using: &random) } }
        }
        halfScales = .random(using: &random)
        weightScales = (0..<columns).map { _ in
            (0..<groups).map { _ in
                let scale = Float.random(in: 0.001...2, using: &random)
                return halfScales ? Float(Float16(scale)) : scale
            }
        }
        let activationGroups = (depth + (activationGroup ?? depth) - 1) / (activationGroup ?? depth)
        activationScales = (0..<rows).map { _ in
            (0..<activationGroups).map { _ in .random(in: -1...1, using: &random) }
        }
    }
}
