import Arch
import Diagnostics
import Engines
import Testing

/// Chains in several cores that share the columns of every product.
@Suite struct LockstepTests {
    private static let one = DSPChain(rows: 6, chainLength: 4, columns: 2, vectorColumns: 5, epilogueLanes: 3)

    private static func multiply(rows: Int, columns: Int) -> Multiply {
        TimingTests.multiply(
            TimingTests.Shape(rows: rows, columns: columns, ky: 1, kx: 1, run: 20, group: nil, bits: 8), .int8)
    }

    /// Slices of five columns go to the cores in turn: core 0 has the columns n with n / 5 mod cores = 0, the most of all.
    @Test(arguments: [2, 3, 4])
    func anInstructionTakesAsLongAsItsFirstCore(cores: Int) {
        let all = Self.one.dealt(over: cores)
        for rows in [1, 2, 7, 30] {
            for columns in 1...70 {
                let first = (0..<columns).count { $0 / 5 % cores == 0 }
                let alone = Self.one.timing(Self.multiply(rows: rows, columns: first), shape: nil)
                let together = all.timing(Self.multiply(rows: rows, columns: columns), shape: nil)
                #expect(together.occupancy == alone.occupancy && together.latency == alone.latency)
                #expect(together.occupancyParts.allSatisfy { $0.cycles >= 0 })
            }
        }
    }

    /// Every core reads its own weights and adds its own sums; activations go into all cores that have columns.
    @Test func countsAreThoseOfAllCores() {
        let all = Self.one.dealt(over: 3)
        for columns in [1, 5, 12, 15, 31] {
            var expected: [Event: Int] = [:]
            for core in 0..<3 {
                let share = (0..<columns).count { $0 / 5 % 3 == core }
                guard share > 0 else { continue }
                expected.merge(Self.one.activity(Self.multiply(rows: 4, columns: share), shape: nil), uniquingKeysWith: +)
            }
            #expect(all.activity(Self.multiply(rows: 4, columns: columns), shape: nil) == expected)
        }
    }

    @Test func peakAndBlockGrowWithTheCores() {
        let all = Self.one.dealt(over: 3)
        #expect(all.peak(weightBits: 8) == 3 * Self.one.peak(weightBits: 8))
        #expect(all.columnBlock == 15 && Self.one.columnBlock == 5)
        // 15 codes of 3 bits are 45 bits, six bytes for every k.
        #expect(all.weightBytes(depth: 7, weightBits: 3) == 42)
    }

    @Test func enginesThatCannotShareColumnsAreRefused() throws {
        let mac = EngineSpecification(kind: "mac")
        #expect(try Catalog.engine(mac, cores: 1).kind == "mac")
        #expect(throws: Diagnostics.self) { try Catalog.engine(mac, cores: 2) }
        #expect(try Catalog.engine(EngineSpecification(kind: "dsp-chain"), cores: 2).peak(weightBits: 8) == 8192)
    }
}
