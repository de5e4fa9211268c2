/// A weight that the stored codes of an engine leave out, because they are too narrow for it.
public struct Outlier: Hashable, Sendable {
    /// Of its column block.
    public var lane: Int
    /// k as laid out: which run of activations, and the place in it.
    public var run: Int
    public var place: Int
    /// What the engine adds to the zero that it stores in its place; of float weights the bits of the outlier itself.
    public var value: Int

    public init(lane: Int, run: Int, place: Int, value: Int) {
        self.lane = lane
        self.run = run
        self.place = place
        self.value = value
    }
}

/// How a list of outliers lies in memory: entries of a two's complement value, a byte for the run, place in the run and lane,
/// little-endian, by ascending column block, run, place and lane, so that those of one block and a range of k are contiguous.
public struct OutlierFormat: Hashable, Sendable {
    public let valueBytes: Int
    /// Of place and lane, each.
    public let coordinateBytes: Int

    /// Kernels have fewer than 256 taps.
    private static let runBytes = 1
    public static let runLimit = 256

    public init(valueBytes: Int, coordinateBytes: Int) {
        self.valueBytes = valueBytes
        self.coordinateBytes = coordinateBytes
    }

    public var entryBytes: Int { valueBytes + Self.runBytes + 2 * coordinateBytes }
    /// Places and lanes are below this.
    public var coordinateLimit: Int { 1 << (8 * coordinateBytes) }

    public func bytes(_ outliers: [Outlier]) -> [UInt8] {
        func field(_ number: Int, _ count: Int) -> [UInt8] {
            (0..<count).map { UInt8(truncatingIfNeeded: number >> (8 * $0)) }
        }
        return outliers.flatMap {
            field($0.value, valueBytes) + field($0.run, Self.runBytes) + field($0.place, coordinateBytes)
                + field($0.lane, coordinateBytes)
        }
    }

    public func outlier(_ bytes: UnsafeRawBufferPointer, at offset: Int) -> Outlier {
        func field(_ start: Int, _ count: Int) -> Int {
            (0..<count).reduce(0) { $0 | Int(bytes[offset + start + $1]) << (8 * $1) }
        }
        let unused = Int.bitWidth - 8 * valueBytes
        let place = valueBytes + Self.runBytes
        return Outlier(
            lane: field(place + coordinateBytes, coordinateBytes), run: field(valueBytes, Self.runBytes),
            place: field(place, coordinateBytes), value: (field(0, valueBytes) << unused) >> unused)
    }
}

/// An engine whose stored codes cannot hold some weights that it multiplies: those lie in a list beside them, whose length
/// the values of the weights decide, and with it the time of a product.
public protocol OutlierEngine: Engine {
    var outlierFormat: OutlierFormat { get }
    /// Whether weights of this many bits have a list at all.
    func listsOutliers(weightBits: Int) -> Bool
    /// Outliers in a thousand weights, for graphs without values.
    var assumedOutliers: Int { get }
    /// Parts of an instruction's K, in order, each of which is not complete before its outliers are through: time depends on
    /// how many each of them has. k count runs one after the other, as the instruction's activations do.
    func outlierParts(_ multiply: Multiply) -> [Range<Int>]
}

extension OutlierEngine {
    /// An instruction whose list is counted by the engine's parts.
    ///
    /// - Parameter count: entries of a range of k inside one run.
    public func counted(_ multiply: Multiply, count: (Range<Int>) -> Int) -> Multiply {
        guard let list = multiply.outliers, multiply.run > 0 else { return multiply }
        let counts = outlierParts(multiply).map { part in
            stride(from: part.lowerBound / multiply.run * multiply.run, to: part.upperBound, by: multiply.run).reduce(0) { total, run in
                total + count(part.clamped(to: run..<run + multiply.run))
            }
        }
        var result = multiply
        result.structure = .outliers(list.counted(counts))
        return result
    }

    /// Why the counts of a list are not those of the engine's parts; `nil` when they are.
    public func countProblem(_ multiply: Multiply) -> String? {
        guard let list = multiply.outliers else { return nil }
        if multiply.columns > columnBlock { return "a list is that of one column block of \(columnBlock), not of \(multiply.columns) columns" }
        let parts = outlierParts(multiply).count
        guard list.counts.count == (parts > 1 ? parts : 0) else {
            return "\(list.counts.count) counts are not one for each of \(parts) parts of K"
        }
        let total = list.counts.reduce(0) { $0 + Int($1) }
        return list.counts.isEmpty || total == list.count ? nil : "the counts sum to \(total), the list has \(list.count) entries"
    }
}

/// An engine that splits codes itself: the stored ones are narrower.
public protocol SplittingEngine: OutlierEngine {
    /// Of weights as `layOut` takes them, K being runs of `run` k: a list for each column block, in its order.
    func outliers(codes: [UInt8], columns: Int, depth: Int, run: Int, weightBits: Int) -> [[Outlier]]
}

/// An engine that stores weights as indices of a dictionary (`WeightDictionary`) and lists those that are not in it, as
/// binary16 bits.
public protocol DictionaryEngine: OutlierEngine {}
