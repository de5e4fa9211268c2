import Report
import Testing

/// What is told of long runs while they go on.
struct ProgressLineTests {
    private let start = ContinuousClock.now

    @Test func theFirstItemTellsNoRate() {
        var line = ProgressLine(of: 10, "tokens")
        #expect(line.finished(at: start) == "1 of 10 tokens")
    }

    @Test func ratesCountWhatFollowsTheFirstItem() {
        var line = ProgressLine(of: 101, "tokens")
        _ = line.finished(at: start)
        #expect(line.finished(50, at: start + .seconds(2)) == "51 of 101 tokens, 25.0 per second, 2 s left")
        #expect(line.finished(50, at: start + .seconds(8)) == "101 of 101 tokens, 12.5 per second")
        #expect(line.isWhole)
    }

    @Test func slowItemsTellWhatEachTakes() {
        var line = ProgressLine(of: 1000, "chunks")
        _ = line.finished(at: start)
        #expect(line.finished(2, at: start + .seconds(5)) == "3 of 1000 chunks, 2.5 s each, 41 min 33 s left")
        #expect(line.finished(8, at: start + .seconds(100)) == "11 of 1000 chunks, 10.0 s each, 2 h 44 min left")
    }

    @Test func whatIsLongAgoDoesNotCount() {
        var line = ProgressLine(of: 100, "tokens")
        _ = line.finished(at: start)
        for second in 102...120 { _ = line.finished(at: start + .seconds(second)) }
        #expect(line.finished(at: start + .seconds(121)) == "21 of 100 tokens, 1.0 s each, 1 min 19 s left")
    }

    @Test func noTimeHasNoRate() {
        var line = ProgressLine(of: 4, "examples")
        _ = line.finished(at: start)
        #expect(line.finished(at: start) == "2 of 4 examples")
    }
}
