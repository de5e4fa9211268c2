import Arch
import Engines
import Testing

/// Counts of one instruction, worked by hand.
struct ActivityTests {
    @Test func arrayReadsActivationsOncePerColumnBlock() {
        // 10 rows, K 100, 70 columns on 64 x 64: 2 column blocks, K blocks of 64 and 36.
        let shape = TimingTests.Shape(rows: 10, columns: 70, ky: 1, kx: 1, run: 100, group: nil, bits: 4)
        let events = MACArray().activity(TimingTests.multiply(shape, .int8), shape: nil)
        #expect(events == [
            .multiplyAccumulate: 70_000, .activationRead: 2000, .weightRead: 2 * 100 * 32,
            .accumulatorWrite: 2 * 4 * 700, .accumulatorRead: 4 * 700,
        ])
    }

    @Test func lookupsCountPlanesAndTablesCountPasses() {
        // 10 rows, 25 tables, 3 planes, 130 columns; 4 arrays along N: one column pass, 5 row passes of 2 rows.
        let shape = TimingTests.Shape(rows: 10, columns: 130, ky: 1, kx: 1, run: 100, group: 20, bits: 3)
        let engine = LUTTensorCore(arrays: 4)
        let events = engine.activity(
            TimingTests.multiply(shape, .exactTables), shape: LookupShape(m: 2, n: 64, k: 4, arraysAlongColumns: 4))
        #expect(events == [
            .lookup: 1300 * 75, .shiftAdd: 1300 * 75, .tableRead: 10 * 25 * 16,
            .weightRead: 5 * 3 * 25 * 3 * 32, .groupScale: 1300 * 5,
            .accumulatorWrite: 4 * 1300 * 5, .accumulatorRead: 4 * 1300 * 4,
        ])
    }

    /// 100 activations by threes are 34 tables of 4 entries of two bytes; 64 columns of 3 bits are 24 bytes.
    @Test func tablesOfThreeCountWhatTheyHold() {
        let shape = TimingTests.Shape(rows: 10, columns: 130, ky: 1, kx: 1, run: 100, group: nil, bits: 2)
        let engine = LUTTensorCore(k: 3, arrays: 4)
        let events = engine.activity(
            TimingTests.multiply(shape, .exactTables), shape: LookupShape(m: 2, n: 64, k: 3, arraysAlongColumns: 4))
        #expect(events == [
            .lookup: 1300 * 68, .shiftAdd: 1300 * 68, .tableRead: 10 * 34 * 8, .weightRead: 5 * 3 * 34 * 2 * 24,
            .accumulatorWrite: 4 * 1300,
        ])
    }
}
