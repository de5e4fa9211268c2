import Formats

/// The INT8-quantised lookup tables of one row of activations: one table per group of activations, zeros past K.
struct QuantisedTables: Sendable {
    /// 2^length entries per table. Entry n has sign +1 for a_i where bit i of n is 1, else -1; the table is odd, so the
    /// half with bit 0 clear defines it: half[t] = ((-a0 + s0 a1) + s1 a2) + ..., t = n >> 1.
    var entries: [Int32] = []
    /// One scale per table group.
    var scales: [Float] = []

    /// Real activations: every entry is computed in f32.
    init(reals: [Float], _ quantisation: TableQuantisation) {
        let groups = Self.groups(reals, length: quantisation.length, zero: 0)
        let sums = groups.map { $0.dropFirst().reduce($0[0].magnitude) { $0 + $1.magnitude } }
        quantise(groups.map(Self.half), sums, quantisation)
    }

    /// Symmetric codes: every entry is an exact integer, then converted.
    init(codes: [Int32], _ quantisation: TableQuantisation) {
        let groups = Self.groups(codes.map(Int.init), length: quantisation.length, zero: 0)
        let sums = groups.map { Float($0.reduce(0) { $0 + abs($1) }) }
        quantise(groups.map { Self.half($0).map { Float($0) } }, sums, quantisation)
    }

    private static func groups<Value>(_ values: [Value], length: Int, zero: Value) -> [[Value]] {
        stride(from: 0, to: values.count, by: length).map { start in
            (start..<start + length).map { $0 < values.count ? values[$0] : zero }
        }
    }

    /// Sums from left to right, each of its own.
    private static func half<Value: SignedNumeric>(_ a: [Value]) -> [Value] {
        (0..<1 << (a.count - 1)).map { t in
            a.indices.dropFirst().reduce(-a[0]) { $0 + (t >> ($1 - 1) & 1 == 1 ? a[$1] : -a[$1]) }
        }
    }

    /// Scale f32(m / 127), or 1 when m = 0; codes clamp(round(f32(half / scale)), -127, 127).
    private mutating func quantise(_ halves: [[Float]], _ sums: [Float], _ quantisation: TableQuantisation) {
        let tablesPerScale = quantisation.activations / quantisation.length
        for first in stride(from: 0, to: halves.count, by: tablesPerScale) {
            let group = first..<min(first + tablesPerScale, halves.count)
            let candidates: [Float] =
                switch quantisation {
                case .perTable: halves[group].joined().map(\.magnitude)
                case .per64Activations: Array(sums[group])
                }
            let greatest = candidates.reduce(0) { $0 < $1 ? $1 : $0 }
            let scale = greatest == 0 ? 1 : greatest / 127
            scales.append(scale)
            for table in group {
                let half = halves[table].map {
                    Int32(Quantiser.quantised($0, scale: scale, zeroPoint: 0, range: -127...127))
                }
                let last = 2 * half.count - 1
                entries += (0...last).map { n in n & 1 == 0 ? half[n >> 1] : -half[(last - n) >> 1] }
            }
        }
    }
}
