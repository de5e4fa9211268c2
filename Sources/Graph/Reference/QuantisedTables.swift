import Formats

/// The INT8-quantised lookup tables of one row of activations: one table per quad a0..a3, zeros past K.
struct QuantisedTables: Sendable {
    /// 16 entries per quad. Entry n has sign +1 for a_i where bit i of n is 1, else -1; the table is odd, so the half with
    /// bit 0 clear defines it: half[t] = ((-a0 + s0 a1) + s1 a2) + s2 a3, t = n >> 1.
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

/// The weights of `tableLinear`: for every column, quad and bit plane the index into the quad's table.
struct TableWeights: Sendable {
    /// Index of (column, quad, plane); bit i is the plane's bit of the weight at k = 4 quad + i.
    var indices: [UInt8]
    var bits: Int
    var quads: Int
    var depth: Int
    /// z', the zero point after reinterpretation.
    var zero: SharedParameter<Int>
    var scale: SharedParameter<Float>?
    /// q' - z' is twice the value, so sums are halved.
    var isAffine: Bool

    /// - Parameter codes: u of every weight, [columns, depth].
    init(
        codes: [UInt32], bits: Int, columns: Int, depth: Int, zero: SharedParameter<Int>,
        scale: SharedParameter<Float>?, isAffine: Bool
    ) {
        self.bits = bits
        self.depth = depth
        self.zero = zero
        self.scale = scale
        self.isAffine = isAffine
        quads = (depth + 3) / 4
        indices = []
        indices.reserveCapacity(columns * quads * bits)
        for column in 0..<columns {
            for first in stride(from: 0, to: depth, by: 4) {
                for plane in 0..<bits {
                    var index: UInt8 = 0
                    for k in first..<min(first + 4, depth) {
                        index |= UInt8(codes[column * depth + k] >> UInt32(plane) & 1) << UInt8(k - first)
                    }
                    indices.append(index)
                }
            }
        }
    }
}

/// The sum of one output of `tableLinear`.
struct TableSum {
    var tables: [QuantisedTables]
    var weights: TableWeights
    var rowScale: SharedParameter<Float>?
    var depth: Int
    var columns: Int
    var activationsPerScale: Int
    var segments: [Range<Int>]

    /// `nil` when an integer sum does not fit int32.
    func result(row: Int, column: Int) -> Float? {
        let table = tables[row]
        let rowIsGrouped = isGrouped(rowScale)
        let columnIsGrouped = isGrouped(weights.scale)
        var accumulated: Float = 0
        for segment in segments {
            guard let sum = Int32(exactly: exactSum(table, column: column, segment)) else { return nil }
            var factor = table.scales[segment.lowerBound / activationsPerScale]
            if let rowScale, rowIsGrouped { factor = factor * rowScale[element: row * depth + segment.lowerBound] }
            if let scale = weights.scale, columnIsGrouped {
                factor = scale[element: column * depth + segment.lowerBound] * factor
            }
            let term = Float(sum) * factor
            accumulated += weights.isAffine ? term * 0.5 : term
        }
        let rowFactor = rowIsGrouped ? nil : rowScale?[element: row * depth]
        let columnFactor = columnIsGrouped ? nil : weights.scale?[element: column * depth]
        switch (rowFactor, columnFactor) {
        case (let row?, let column?): return accumulated * (row * column)
        case (let factor?, nil), (nil, let factor?): return accumulated * factor
        case (nil, nil): return accumulated
        }
    }

    private func isGrouped(_ scale: SharedParameter<Float>?) -> Bool {
        guard let scale, depth > 1 else { return false }
        return scale.index(ofElement: depth - 1) != scale.index(ofElement: 0)
    }

    /// sum(q' * table) - z' * sumA, where q' = sum over planes of 2^b * (2 u_b - 1) and sumA = -sum of the entries 0.
    private func exactSum(_ table: QuantisedTables, column: Int, _ segment: Range<Int>) -> Int {
        var sum = 0
        for quad in segment.lowerBound / 4..<(segment.upperBound + 3) / 4 {
            let place = (column * weights.quads + quad) * weights.bits
            for plane in 0..<weights.bits {
                sum += Int(table.entries[quad * 16 + Int(weights.indices[place + plane])]) << plane
            }
            sum += weights.zero[element: column * depth + quad * 4] * Int(table.entries[quad * 16])
        }
        return sum
    }
}
