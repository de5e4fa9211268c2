import Arch
import Engines
import Testing

@Suite struct SerialMACTests {
    static func multiply(columns: Int, scales: Multiply.WeightScales?) -> Multiply {
        Multiply(
            engine: 0, activations: LocalAddress(.activations, 0), activationFormat: .int8,
            innerRows: .init(count: 3, stride: 6), run: 6, weights: 0, weightBits: 4, codes: .offset,
            zero: .immediate(8), columns: columns, accumulators: 0, accumulatorPitch: 4 * columns, accumulate: true,
            output: scales.map { .scaled(weights: $0, activations: nil) } ?? .integer)
    }

    /// 3 rows, 5 columns in lanes of 4, 6 k: two blocks of 18 cycles, of which ceil(90 / 4) would do on full lanes.
    @Test func everyRowAndDepthIsACycleOfEachBlock() {
        let timing = SerialMAC(columns: 4).timing(Self.multiply(columns: 5, scales: nil), shape: nil)
        #expect(timing.occupancyParts.map(\.cycles) == [23, 13])
        #expect(timing.latency == 4)
    }

    /// Two groups of 4 and 2 k: each of the 15 outputs is scaled, read and written twice. A k of four int4 weights is two
    /// bytes, read for each of 3 rows in each of 2 blocks.
    @Test func groupsAreScaledInTurn() {
        let work = Self.multiply(columns: 5, scales: .init(group: 4, format: .float32, offset: 0))
        let engine = SerialMAC(columns: 4)
        #expect(engine.timing(work, shape: nil).latency == 6)
        #expect(
            engine.activity(work, shape: nil) == [
                .multiplyAccumulate: 90, .activationRead: 36, .weightRead: 72, .accumulatorWrite: 120,
                .accumulatorRead: 120, .groupScale: 30,
            ])
    }
}
