/// How far a long run is, how fast it goes and how long it still takes.
public struct ProgressLine: Sendable {
    private let total: Int
    private let unit: String
    private var done = 0
    /// The latest that were told of, the oldest first: what came before them, loading and compiling, foretells nothing.
    private var latest: [(done: Int, time: ContinuousClock.Instant)] = []
    private static let window = 16

    /// - Parameter unit: of the items, in the plural.
    public init(of total: Int, _ unit: String) {
        self.total = total
        self.unit = unit
    }

    public var isWhole: Bool { done >= total }
    public var hasBegun: Bool { done > 0 }

    /// - Parameter count: items that are done since it was told last.
    public mutating func finished(_ count: Int = 1, at time: ContinuousClock.Instant = .now) -> String {
        done += count
        let start = "\(done) of \(total) \(unit)"
        defer {
            latest.append((done, time))
            if latest.count > Self.window { latest.removeFirst() }
        }
        guard let first = latest.first else { return start }
        let seconds = (time - first.time) / .seconds(1)
        guard seconds > 0 else { return start }
        let each = seconds / Double(done - first.done)
        let rate = each < 1 ? "\(Self.rounded(1 / each)) per second" : "\(Self.rounded(each)) s each"
        return isWhole ? "\(start), \(rate)" : "\(start), \(rate), \(Self.duration(each * Double(total - done))) left"
    }

    /// One digit behind the point, of numbers below ten two.
    private static func rounded(_ number: Double) -> String {
        let scale = number < 10 ? 100.0 : 10.0
        return "\((number * scale).rounded() / scale)"
    }

    private static func duration(_ seconds: Double) -> String {
        let whole = Int(min(seconds, 1e9).rounded(.up))
        if whole < 60 { return "\(whole) s" }
        if whole < 3600 { return "\(whole / 60) min \(whole % 60) s" }
        return "\(whole / 3600) h \(whole % 3600 / 60) min"
    }
}
