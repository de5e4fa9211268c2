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
}

/// An engine that splits codes itself: the stored ones are narrower.
public protocol SplittingEngine: OutlierEngine {
    /// Of weights as `layOut` takes them, K being runs of `run` k: a list for each column block, in its order.
    func outliers(codes: [UInt8], columns: Int, depth: Int, run: Int, weightBits: Int) -> [[Outlier]]
}

/// An engine that stores weights as indices of a dictionary (`WeightDictionary`) and lists those that are not in it, as
/// binary16 bits.
public protocol DictionaryEngine: OutlierEngine {}
