import Arch

/// The front end as the event simulator sees it.
struct EventFrontEnd {
    private struct Arrival {
        /// Instructions before this index have arrived with it.
        var end: Int
        /// Cycle from which they can be dispatched.
        var usable: Int
    }
    private let chunk: Int
    private let buffer: Int
    private let count: Int
    private var arrivals = FIFO<Arrival>()

    /// Instructions asked for so far.
    private(set) var requested = 0
    private(set) var dispatched = 0
    private var lastDispatch = -1
    /// Cycle from which the next fetch may be issued; `never` while one has slots to come.
    private var free = 0

    init(_ frontEnd: FrontEnd, instructions: Int) {
        buffer = frontEnd.bufferInstructions
        chunk = min(frontEnd.fetchInstructions, buffer)
        count = instructions
    }

    /// The instructions of the next fetch.
    var nextFetch: Range<Int> { requested..<min(requested + chunk, count) }

    /// Cycle from which the next fetch has room in the buffer.
    var fetchReady: Int {
        guard requested < count else { return never }
        let freed = nextFetch.upperBound - buffer
        if dispatched < freed { return never }
        return dispatched == freed ? max(free, lastDispatch + 1) : free
    }

    mutating func issueFetch() {
        requested = nextFetch.upperBound
        free = never
    }

    /// The fetch issued last has all its slots.
    mutating func granted(free: Int, usable: Int) {
        self.free = free
        arrivals.append(Arrival(end: requested, usable: usable))
    }

    /// Cycle from which the next instruction can be dispatched, as far as the code's arrival is concerned.
    var headFetched: Int { arrivals.first?.usable ?? never }
    /// The same, one per cycle.
    var headReady: Int {
        let fetched = headFetched
        return fetched == never ? never : max(fetched, lastDispatch + 1)
    }

    mutating func dispatch(at cycle: Int) {
        dispatched += 1
        lastDispatch = cycle
        if let arrival = arrivals.first, arrival.end == dispatched { arrivals.popFirst() }
    }
}
