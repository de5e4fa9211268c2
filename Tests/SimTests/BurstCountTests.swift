import Arch
import Sim
import Testing

/// How many bursts a strided range takes.
@Suite struct BurstCountTests {
    private func bursts(
        _ address: Int, rowBytes: Int, _ loops: [Transfer.Loop] = [], burstBytes: Int = 64
    ) throws -> Int {
        let memory = MemoryChannel(standard: "", burstBytes: burstBytes, burstPeriod: 1, latency: 0, capacity: 0)
        var channel = SimpleChannel(memory)
        return try channel.submit(
            TransferRequest(requester: .load, address: address, rowBytes: rowBytes, loops: loops, isWrite: false), at: 0
        )
    }

    @Test func alignedRowTakesItsBytes() throws {
        #expect(try bursts(0, rowBytes: 64) == 1)
        #expect(try bursts(128, rowBytes: 6400) == 100)
    }

    @Test func rowThatCrossesABlockTakesBothBlocks() throws {
        #expect(try bursts(1, rowBytes: 63) == 1)
        #expect(try bursts(1, rowBytes: 64) == 2)
        #expect(try bursts(63, rowBytes: 2) == 2)
    }

    /// Rows at 0, 100, 200 of 64 bytes touch blocks {0}, {1, 2}, {3, 4}.
    @Test func everyRowIsCountedByItsOwnAlignment() throws {
        #expect(try bursts(0, rowBytes: 64, [.init(count: 3, globalStride: 100)]) == 5)
    }

    @Test func repeatedRowsAreReadAgain() throws {
        #expect(try bursts(10, rowBytes: 4, [.init(count: 7, globalStride: 0)]) == 7)
    }

    @Test(arguments: 0..<2000)
    func countEqualsTheBlocksOfEveryRow(seed: Int) throws {
        var random = RandomSource(seed: UInt64(seed))
        let burstBytes = random.pick([1, 2, 32, 48, 64, 100, 128])
        let rowBytes = random.pick([1, 3, 32, 63, 64, 65, 300])
        let address = Int.random(in: -500..<500, using: &random)
        let loops = (0..<3).map { _ in
            Transfer.Loop(
                count: Int.random(in: 1..<80, using: &random) % random.pick([3, 20, 79]) + 1,
                globalStride: random.pick([0, 1, 4, 16, 48, 64, 100, -3, -64, -100, 1024, 1000]))
        }
        var expected = 0
        for i in 0..<loops[0].count {
            for j in 0..<loops[1].count {
                for k in 0..<loops[2].count {
                    let row = address + i * loops[0].globalStride + j * loops[1].globalStride + k * loops[2].globalStride
                    let first = (Double(row) / Double(burstBytes)).rounded(.down)
                    let last = (Double(row + rowBytes - 1) / Double(burstBytes)).rounded(.down)
                    expected += Int(last - first) + 1
                }
            }
        }
        #expect(try bursts(address, rowBytes: rowBytes, loops, burstBytes: burstBytes) == expected)
    }
}
