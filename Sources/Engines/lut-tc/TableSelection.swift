import Arch
import Formats

/// What an array that builds its tables is offered for one of them, where the weights of all its columns keep the same n of every
/// m activations: a window of whole blocks, and which activations of it go into the table.
struct TableSelection {
    let pattern: NOfM?
    /// Kept weights of the window's first block that belong to the table before.
    let offset: Int
    /// Of the table; what follows is padding.
    let kept: Int
    /// In their blocks, and in the window.
    let positions: [Int]
    let places: [Int]

    private var n: Int { pattern?.n ?? 1 }
    private var m: Int { pattern?.m ?? 1 }

    /// - Parameters:
    ///   - table: of its run.
    ///   - length: activations of a table.
    ///   - run: kept activations of a run.
    init(_ pattern: NOfM?, table: Int, length: Int, run: Int, using random: inout SplitMix64) {
        self.pattern = pattern
        let (n, m) = (pattern?.n ?? 1, pattern?.m ?? 1)
        let first = table * length
        let offset = first % n
        let blocks = (0...(offset + length - 1) / n).map { _ in
            Array((0..<m).shuffled(using: &random).prefix(n).sorted())
        }
        positions = (0..<length).map { blocks[(offset + $0) / n][(offset + $0) % n] }
        places = positions.enumerated().map { (offset + $0.offset) / n * m + $0.element }
        kept = min(length, run - first)
        self.offset = offset
    }

    /// The activations of a row in their places, among others that the weights leave out.
    func window(_ activations: [Int], size: Int, using random: inout SplitMix64) -> [Int] {
        var window = (0..<size).map { _ in Int.random(in: -128...255, using: &random) }
        for (place, activation) in zip(places, activations).prefix(kept) { window[place] = activation }
        return window
    }

    /// Positions, offset, count, log2 n and log2 m, as the array has them.
    var fields: [Int] { positions + [offset, kept, levels(n), levels(m)] }
}

/// The ports of a builder's selectors.
struct TableSelectors: Sendable {
    /// Activations of a table.
    let length: Int
    /// Greatest m; 1 has no selectors.
    let inputs: Int

    private var positionBits: Int { max(1, levels(inputs)) }
    var window: Int { length * inputs }
    var patterns: [NOfM] { NOfM.all.filter { $0.m <= inputs } }

    /// Behind the window.
    func ports(_ prefix: String = "") -> [RTLPort] {
        func port(_ name: String, bits: Int, count: Int = 1) -> RTLPort { RTLPort(prefix + name, bits: bits, count: count) }
        let logBits = levels(positionBits + 1)
        return [
            port("position_i", bits: positionBits, count: length), port("offset_i", bits: positionBits),
            port("count_i", bits: levels(length + 1)), port("log_n_i", bits: logBits), port("log_m_i", bits: logBits),
        ]
    }

    /// Makes of any vector of window and ports one of a pattern that exists.
    func constrain(_ vector: inout [Int]) {
        let patterns = patterns
        let choice = (vector[window + length + 2] + 8 * vector[window + length + 3]) % (patterns.count + 1)
        let pattern = choice < patterns.count ? patterns[choice] : nil
        let (n, m) = (pattern?.n ?? 1, pattern?.m ?? 1)
        for index in window..<window + length { vector[index] &= m - 1 }
        vector[window + length] &= n - 1
        vector[window + length + 1] %= length + 1
        vector[window + length + 2] = levels(n)
        vector[window + length + 3] = levels(m)
    }

    /// What goes into the table, by the positions as they lie in memory.
    func select(_ vector: [Int]) -> [Int] {
        let (offset, kept) = (vector[window + length], vector[window + length + 1])
        let pattern = patterns.first { levels($0.n) == vector[window + length + 2] && levels($0.m) == vector[window + length + 3] }
        let layout = pattern.map { SharedPositionLayout($0) }
        let before = [UInt8](repeating: 0, count: offset)
        let bytes = layout?.layOut(before + vector[window..<window + length].map { UInt8($0) }) ?? []
        return (0..<length).map { index in
            guard index < kept else { return 0 }
            return vector[bytes.withUnsafeBytes { bytes in
                bytes.baseAddress.flatMap { layout?.k($0, kept: offset + index) } ?? index
            }]
        }
    }
}
