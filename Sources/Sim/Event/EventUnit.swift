import Arch

/// Later than any cycle of any program.
let never = Int.max

/// A unit as the event simulator sees it: its queue, and when it may start again.
struct EventUnit {
    struct Entry {
        var instruction: Int
        /// Cycle from which the front end could send it.
        var fetched: Int
        /// Cycle from which the unit sees it.
        var queued: Int
    }
    var queue = FIFO<Entry>()
    /// Instructions started so far, and when the last one was.
    var started = 0
    var lastStart = 0
    /// Cycle from which the next may start; `never` while a transfer has slots to come.
    var free = 0
    /// The instruction started last.
    var last: Int?
    var lastCompletion = 0
    /// Cycle from which all that it started is seen to have completed.
    var drained: Int { lastCompletion + 1 }
}

/// Tokens under way or waiting, for each ordered pair of units: the cycles from which they are usable, ascending.
struct TokenTimes {
    private var queues = Array(repeating: FIFO<Int>(), count: Unit.allCases.count * Unit.allCases.count)

    private func index(_ sender: Unit, _ receiver: Unit) -> Int {
        Int(sender.rawValue) * Unit.allCases.count + Int(receiver.rawValue)
    }

    func first(from sender: Unit, to receiver: Unit) -> Int { queues[index(sender, receiver)].first ?? never }

    mutating func send(from sender: Unit, to receivers: UnitSet, usable: Int) {
        receivers.forEach { queues[index(sender, $0)].append(usable) }
    }

    mutating func take(from sender: Unit, to receiver: Unit) { queues[index(sender, receiver)].popFirst() }

    /// Cycle from which all tokens of `waits` are there.
    func usable(_ waits: UnitSet, by receiver: Unit) -> Int {
        var cycle = 0
        waits.forEach { cycle = max(cycle, first(from: $0, to: receiver)) }
        return cycle
    }
}

extension UnitSet {
    /// Visits the members in order without making an array.
    func forEach(_ body: (Unit) -> Void) {
        var rest = rawValue
        while rest != 0, let unit = Unit(rawValue: UInt8(rest.trailingZeroBitCount)) {
            body(unit)
            rest &= rest - 1
        }
    }
}
