import Arch
import Formats
import Testing

/// Expected cycles are sums of named parts, worked out by hand for 64 lanes, divide 4, elementary 4, 8 tables per
/// cycle.
@Suite struct VectorTimingTests {
    private let unit = VectorUnit(
        lanes: 64, simpleInterval: 1, divideInterval: 4, elementaryInterval: 4, tablesPerCycle: 8, pipelineStages: 8)

    private func elementwise(_ function: ElementwiseFunction, _ counts: [Int]) -> UnitTiming {
        let operand = Operand(LocalAddress(.activations, 0), .float32)
        return unit.timing(
            of: .elementwise(
                Elementwise(
                    function, destination: operand, a: operand, loops: counts.map { VectorLoop(count: $0, a: 4) })))
    }

    private func cycles(_ timing: UnitTiming) -> [Int] { timing.occupancyParts.map(\.cycles) }

    @Test func fullLanesAreIdeal() {
        let timing = elementwise(.addFloat, [10, 128])
        #expect(cycles(timing) == [20, 0])
        #expect(timing.occupancyParts.map(\.term) == [.ideal, .raggedEdges])
        #expect(timing.latency == 8)
    }

    /// 10 rows of 65: two groups each, 650 elements would fit 11 groups.
    @Test func raggedRowsLeaveLanesEmpty() { #expect(cycles(elementwise(.addFloat, [10, 65])) == [11, 9]) }

    /// 650 * 4 / 64 = 40.6; 20 groups of 4 cycles.
    @Test func slowFunctionsTakeTheirInterval() {
        #expect(cycles(elementwise(.divideFloat, [10, 65])) == [41, 39])
        #expect(cycles(elementwise(.quantise(zero: 0, low: 0, high: 1), [10, 65])) == [41, 39])
        #expect(cycles(elementwise(.float(.exp), [10, 65])) == [41, 39])
        #expect(cycles(elementwise(.float(.relu), [10, 65])) == [11, 9])
    }

    private func reduce(_ function: Reduce.Function, outer: [Reduce.Loop], inner: [Reduce.Loop]) -> UnitTiming {
        let operand = Operand(LocalAddress(.activations, 0), .float32)
        return unit.timing(of: .reduce(Reduce(function, destination: operand, a: operand, outer: outer, inner: inner)))
    }

    /// 5 rows of 130: three groups each; 650 elements fit 11; the tree over 64 lanes has six levels.
    @Test func rowsEndInALaneTree() {
        let timing = reduce(
            .maxFloat, outer: [.init(count: 5, destination: 4, a: 520)], inner: [.init(count: 130, a: 4)])
        #expect(cycles(timing) == [11, 4, 30])
        #expect(timing.occupancyParts.map(\.term) == [.ideal, .raggedEdges, .fillAndDrain])
    }

    /// 130 elements are nine blocks of 16, added one per cycle; three hide behind the three groups.
    @Test func floatSumsAddTheirBlocksInOrder() {
        let timing = reduce(
            .sumFloat, outer: [.init(count: 5, destination: 4, a: 520)], inner: [.init(count: 130, a: 4)])
        #expect(cycles(timing) == [11, 4, 30, 30])
    }

    /// Pooling 2x2 over 100 channels innermost: 7 positions, two groups of channels, four taps.
    @Test func channelsInnermostReduceLaneByLane() {
        let timing = reduce(
            .sumFloat, outer: [.init(count: 7, destination: 400, a: 800), .init(count: 100, destination: 4, a: 4)],
            inner: [.init(count: 2, a: 5600), .init(count: 2, a: 400)])
        #expect(cycles(timing) == [44, 12])
    }

    private func tables(_ entries: BuildTables.Entries, length: Int = 4) -> UnitTiming {
        unit.timing(
            of: .buildTables(
                BuildTables(
                    source: Operand(LocalAddress(.activations, 0), .int8), innerRows: .init(count: 3, stride: 70),
                    elements: 70,
                    format: TableFormat(entries, length: length), tables: 0, tablePitch: 512)))
    }

    /// 3 rows of 18 tables: three groups of eight each; 54 tables fit seven.
    @Test func exactTablesTakeOnePass() {
        #expect(cycles(tables(.exact)) == [7, 2])
        #expect(tables(.exact).occupancyParts.map(\.term) == [.tablePrecompute, .raggedEdges])
    }

    /// A second pass of 9; per row one group of divisions for the scales and three for 144 entries, four cycles each.
    @Test func int8TablesFindTheirScaleFirst() {
        #expect(cycles(tables(.int8PerTable)) == [7, 2, 9, 12, 36])
        #expect(cycles(tables(.int8Per64)) == [7, 2, 9, 12, 36])
    }

    /// Twice the entries: 36 turns of a builder per row in five groups of eight, 108 of all rows fit fourteen; the second
    /// pass has 15, and 288 entries of a row take five groups of divisions. Scales are as many as before.
    @Test func fullTablesTakeTwoTurnsOfABuilder() {
        #expect(cycles(tables(.exactFull)) == [14, 1])
        #expect(cycles(tables(.int8PerTableFull)) == [14, 1, 15, 12, 60])
        #expect(cycles(tables(.int8Per64Full)) == [14, 1, 15, 12, 60])
    }

    /// 64 trees. By threes: 24 tables of 4 entries are 96 turns of a tree, two cycles a row; 288 of all rows fit five.
    /// By fives: 14 tables of 16 entries, each twice through its tree: 448 turns, seven cycles. By sixes: 12 tables of 32
    /// entries, twice: 768, twelve cycles. Single activations: 70 turns, two cycles.
    @Test func otherLengthsShareOrRepeatTrees() {
        #expect(cycles(tables(.exact, length: 1)) == [4, 2])
        #expect(cycles(tables(.exact, length: 2)) == [4, 2])
        #expect(cycles(tables(.exact, length: 3)) == [5, 1])
        #expect(cycles(tables(.exact, length: 5)) == [21, 0])
        #expect(cycles(tables(.exactFull, length: 5)) == [42, 0])
        #expect(cycles(tables(.exact, length: 6)) == [36, 0])
        // 24 scales take one group of divisions a row, 96 entries two.
        #expect(cycles(tables(.int8PerTable, length: 3)) == [5, 1, 6, 12, 24])
        // 35 tables of two activations: two scales, 70 entries.
        #expect(cycles(tables(.int8Per64, length: 2)) == [4, 2, 6, 12, 24])
    }

    /// Half tables of four: eight builders, one each. Of full ones half as many. INT8 entries take an eighth of a cycle twice and, of
    /// 64 lanes for four cycles, a division per entry and per scale.
    @Test func tablesPerCycleAreThoseOfLongRows() {
        func rate(_ entries: BuildTables.Entries, _ length: Int = 4) -> Double {
            unit.tablesPerCycle(of: TableFormat(entries, length: length))
        }
        #expect(rate(.exact) == 8 && rate(.exactFull) == 4 && rate(.exact, 6) == 1)
        let (perTable, per64) = (0.25 + 0.5625, 0.25 + 0.50390625)
        #expect(abs(1 / rate(.int8PerTable) - perTable) < 1e-12)
        #expect(abs(1 / rate(.int8Per64) - per64) < 1e-12)
        for entries in [BuildTables.Entries.exact, .exactFull, .int8PerTable, .int8Per64] {
            for length in [1, 2, 4] {
                let build = BuildTables(
                    source: Operand(LocalAddress(.activations, 0), .int8), innerRows: .init(count: 5, stride: 0), elements: 1 << 16,
                    format: TableFormat(entries, length: length), tables: 0, tablePitch: 0)
                let cycles = unit.timing(of: .buildTables(build)).occupancy
                let tables = 5 * (1 << 16) / length
                #expect(abs(rate(entries, length) * Double(cycles) / Double(tables) - 1) < 0.001)
            }
        }
    }

    /// 3 rows of 70 activations, of which 2:4 keeps 36, nine tables: two groups of eight builders a row, 27 tables fit four.
    /// 64 selections a cycle never hold the builders up; 8 selections take five cycles a row.
    @Test(arguments: [(8, 0), (1, 9)]) func selectorsFillTheBuilders(selections: Int, held: Int) throws {
        var unit = unit
        unit.selectionsPerBuilder = selections
        let build = BuildTables(
            source: Operand(LocalAddress(.activations, 0), .int8), innerRows: .init(count: 3, stride: 70), elements: 70,
            format: TableFormat(.exact, length: 4), tables: 0, tablePitch: 512,
            selection: .init(try #require(NOfM(n: 2, m: 4)), positions: LocalAddress(.weights, 0), period: 70))
        let timing = unit.timing(of: .buildTables(build))
        #expect(cycles(timing) == [4, 2, held])
        #expect(timing.latency == unit.pipelineStages + 1)
    }

    /// Of every length and pattern: as many selections as trees are as fast as tables of neighbours.
    @Test(arguments: NOfM.all, 1...6) func selectorsOfTheDefaultNeverHoldTheBuildersUp(_ pattern: NOfM, length: Int) {
        for elements in [1, 5, 64, 257] {
            for entries in [BuildTables.Entries.exact, .exactFull] {
                var build = BuildTables(
                    source: Operand(LocalAddress(.activations, 0), .int8), innerRows: .init(count: 3, stride: 300), elements: elements,
                    format: TableFormat(entries, length: length), tables: 0, tablePitch: 0,
                    selection: .init(pattern, positions: LocalAddress(.weights, 0), period: elements))
                let gathered = unit.timing(of: .buildTables(build)).occupancy
                (build.elements, build.selection) = (build.selectedPerRow, nil)
                #expect(gathered == unit.timing(of: .buildTables(build)).occupancy)
            }
        }
    }

    @Test func otherUnitsHaveNoVectorCycles() {
        let load = Transfer(dram: 0, local: LocalAddress(.activations, 0), rowBytes: 1, traffic: .weights)
        #expect(unit.timing(of: .load(load)) == UnitTiming(occupancyParts: [], latencyParts: []))
    }
}
