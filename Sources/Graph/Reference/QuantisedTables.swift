import Formats

/// The INT8-quantised lookup tables of one row of activations: one table per quad a0..a3, zeros past K.
struct QuantisedTables: Sendable {
    /// 16 entries per quad. Entry n has sign +1 for a_i where bit i of n is 1, else -1; the table is odd, so the half
    /// with bit 0 clear defines it: half[t] = ((-a0 + s0 a1) + s1 a2) + s2 a3, t = n >> 1.
    var entries: [Int32] = []
    /// One scale per table group.
    var scales: [Float] = []

    /// Real activations: every entry is computed in f32.
    init(reals: [Float], _ quantisation: TableQuantisation) {
        let quads = Self.quads(reals, zero: 0)
        let halves = quads.map { a in
            (0..<8).map { t in ((-a[0] + Self.signed(a[1], t, 0)) + Self.signed(a[2], t, 1)) + Self.signed(a[3], t, 2) }
        }
        let sums = quads.map { a in ((a[0].magnitude + a[1].magnitude) + a[2].magnitude) + a[3].magnitude }
        quantise(halves, sums, quantisation)
    }

    /// Symmetric codes: every entry is an exact integer, then converted.
    init(codes: [Int32], _ quantisation: TableQuantisation) {
        let quads = Self.quads(codes.map(Int.init), zero: 0)
        let halves = quads.map { a in
            (0..<8).map { t in
                Float(-a[0] + Self.signed(a[1], t, 0) + Self.signed(a[2], t, 1) + Self.signed(a[3], t, 2))
            }
        }
        let sums = quads.map { a in Float(a.reduce(0) { $0 + abs($1) }) }
        quantise(halves, sums, quantisation)
    }

    private static func quads<Value>(_ values: [Value], zero: Value) -> [[Value]] {
        stride(from: 0, to: values.count, by: 4).map { start in
            (start..<start + 4).map { $0 < values.count ? values[$0] : zero }
        }
    }

    private static func signed<Value: SignedNumeric>(_ value: Value, _ t: Int, _ bit: Int) -> Value {
        t >> bit & 1 == 1 ? value : -value
    }

    /// Scale f32(m / 127), or 1 when m = 0; codes clamp(round(f32(half / scale)), -127, 127).
    private mutating func quantise(_ halves: [[Float]], _ sums: [Float], _ quantisation: TableQuantisation) {
        let quadsPerScale = quantisation.activations / 4
        for first in stride(from: 0, to: halves.count, by: quadsPerScale) {
            let group = first..<min(first + quadsPerScale, halves.count)
            let candidates: [Float] =
                switch quantisation {
                case .perTable: halves[group].joined().map(\.magnitude)
                case .per64Activations: Array(sums[group])
                }
            let greatest = candidates.reduce(0) { $0 < $1 ? $1 : $0 }
            let scale = greatest == 0 ? 1 : greatest / 127
            scales.append(scale)
            for quad in group {
                let half = halves[quad].map {
                    Int32(Quantiser.quantised($0, scale: scale, zeroPoint: 0, range: -127...127))
                }
                entries += (0..<16).map { n in n & 1 == 0 ? half[n >> 1] : -half[~n >> 1 & 7] }
            }
        }
    }
}
