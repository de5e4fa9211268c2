import Arch
import Formats

/// SplitMix64 (Steele, Lea, Flood 2014): the same numbers on every machine.
struct SplitMix: RandomNumberGenerator {
    var state: UInt64
    init(_ seed: UInt64) { state = seed }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var z = state
        z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
        return z ^ (z >> 31)
    }

    /// Extremes come up often.
    mutating func value(_ range: ClosedRange<Int>) -> Int {
        switch next() % 6 {
        case 0: range.lowerBound
        case 1: range.upperBound
        case 2: min(range.lowerBound + Int(next() % 8), range.upperBound)
        default: Int.random(in: range, using: &self)
        }
    }
    mutating func flag() -> Bool { next() & 1 == 0 }
    mutating func pick<T>(_ items: [T]) -> T { items[Int(next() % UInt64(items.count))] }
    mutating func word() -> UInt32 { UInt32(truncatingIfNeeded: next()) }
    mutating func int32() -> Int32 { Int32(truncatingIfNeeded: value(Int(Int32.min)...Int(Int32.max))) }

    // The widths below are those of the specification, written out once more.
    mutating func count() -> Int { flag() ? 1 : value(1...(1 << 24) - 1) }
    mutating func local() -> LocalAddress { LocalAddress(pick(Space.allCases), offset()) }
    mutating func offset() -> Int { value(0...(1 << 24) - 1) }
    mutating func stride() -> Int { flag() ? 0 : value(-(1 << 23)...(1 << 23) - 1) }
    mutating func globalStride() -> Int { flag() ? 0 : value(-(1 << 39)...(1 << 39) - 1) }
    mutating func dram() -> Int { value(0...(1 << 40) - 1) }
    mutating func global() -> GlobalAddress { GlobalAddress(pick(GlobalMemory.allCases), dram()) }
    mutating func operand() -> Operand { Operand(local(), pick(ElementType.allCases)) }
}

/// Any instruction that the payload types can express.
enum RandomInstruction {
    static func make(_ random: inout SplitMix) -> Instruction {
        Instruction(
            node: random.value(0...(1 << 24) - 1), waits: UnitSet(rawValue: UInt8(random.next() % 32)),
            signals: UnitSet(rawValue: UInt8(random.next() % 32)), body: body(random.pick(Opcode.allCases), &random))
    }

    static func body(_ opcode: Opcode, _ random: inout SplitMix) -> Instruction.Body {
        switch opcode {
        case .load: .load(transfer(&random))
        case .store: .store(transfer(&random))
        case .gather: .gather(gather(&random))
        case .fill: .fill(fill(&random))
        case .mma: .mma(multiply(&random, [.int8, .uint8]))
        case .lmma: .lmma(multiply(&random, Multiply.Activations.allCases.filter(\.areTables)), shape(&random))
        case .buildTables: .buildTables(buildTables(&random))
        case .elementwise: .elementwise(elementwise(&random))
        case .reduce: .reduce(reduce(&random))
        }
    }

    private static func transfer(_ random: inout SplitMix) -> Transfer {
        let loops = (0..<random.value(0...3)).map { _ in
            Transfer.Loop(count: random.count(), globalStride: random.globalStride(), localStride: random.stride())
        }
        return Transfer(
            global: random.global(), local: random.local(), rowBytes: random.count(), loops: loops,
            traffic: random.pick(Traffic.allCases))
    }

    private static func gather(_ random: inout SplitMix) -> Gather {
        Gather(
            global: random.global(), rowPitch: random.dram(), rows: random.value(1...(1 << 32) - 1), index: random.local(),
            local: random.local(), localStride: random.stride(), rowBytes: random.count(), count: random.count(),
            traffic: random.pick(Traffic.allCases))
    }

    private static func fill(_ random: inout SplitMix) -> Fill {
        let element = random.pick([1, 2, 4])
        let loops = (0..<random.value(0...3)).map { _ in Fill.Loop(count: random.count(), stride: random.stride()) }
        return Fill(
            local: random.local(), rowBytes: element * random.value(1...1000), loops: loops, elementBytes: element,
            value: random.word())
    }

    private static func shape(_ random: inout SplitMix) -> LookupShape {
        LookupShape(
            m: random.value(1...4095), n: random.value(1...4095), k: random.pick([1, 2, 4]),
            arraysAlongColumns: random.value(1...65535))
    }

    private static func loop(_ random: inout SplitMix) -> Multiply.Loop {
        Multiply.Loop(count: random.count(), stride: random.stride())
    }

    private static func output(_ random: inout SplitMix, scalesWeights: Bool) -> Multiply.Output {
        if random.flag() { return .integer }
        let group = random.value(1...(1 << 24) - 1)
        return .scaled(
            weights: random.flag()
                ? nil
                : .init(group: group, format: random.pick(Multiply.ScaleFormat.allCases), offset: random.offset(),
                    scalesWeights: scalesWeights && random.flag()),
            activations: random.flag() ? nil : .init(group: group, local: random.local(), rowPitch: random.stride()))
    }

    private static func multiply(_ random: inout SplitMix, _ formats: [Multiply.Activations]) -> Multiply {
        var multiply = dense(&random, formats)
        if !multiply.activationFormat.areTables, random.flag() { multiply.structure = .outliers(outliers(&random)) }
        guard multiply.codes == .offset, random.flag() else { return multiply }
        let pattern = random.pick(NOfM.all)
        multiply.structure = .nOfM(pattern, positions: random.offset())
        // Groups of 16 and of 32 are whole blocks of both kinds.
        if pattern.m >= 16, formats.contains(.int8), random.flag() {
            // The counts themselves are not part of an instruction's bits.
            multiply.structure = .mixed(MixedBlocks(
                table: random.value(0...(1 << 30) - 1), positions: random.offset(), blocks: random.offset()))
        }
        if case .scaled(var weights, var activations) = multiply.output {
            let group = pattern.m * random.value(1...((1 << 24) - 1) / pattern.m)
            weights?.group = group
            activations?.group = group
            multiply.output = .scaled(weights: weights, activations: activations)
        }
        return multiply
    }

    private static func dense(_ random: inout SplitMix, _ formats: [Multiply.Activations]) -> Multiply {
        let codes = random.pick(Multiply.Codes.allCases)
        let format = random.pick(formats)
        let isNarrow = (format == .int8 || format == .uint8) && random.flag()
        return Multiply(
            engine: random.value(0...1), activations: random.local(), activationFormat: format,
            activationBits: isNarrow ? random.value(1...8) : 8,
            outerRows: loop(&random), innerRows: loop(&random), ky: loop(&random), kx: loop(&random),
            run: random.count(),
            weights: random.offset(), weightBits: random.pick(codes.bitWidths),
            codes: codes,
            zero: random.flag() ? .immediate(random.value(-32768...32767)) : .table(offset: random.offset()),
            columns: random.count(), accumulators: random.offset(), accumulatorPitch: random.stride(),
            accumulate: random.flag(), output: output(&random, scalesWeights: !format.areTables))
    }

    private static func outliers(_ random: inout SplitMix) -> Multiply.Outliers {
        Multiply.Outliers(
            offset: random.offset(), count: random.value(0...1 << 21 - 1), firstPlace: random.value(0...1 << 16 - 1),
            isAssumed: random.flag())
    }

    private static func buildTables(_ random: inout SplitMix) -> BuildTables {
        BuildTables(
            source: random.operand(), outerRows: loop(&random), innerRows: loop(&random), elements: random.count(),
            format: TableFormat(random.pick(BuildTables.Entries.allCases), length: random.pick([1, 2, 4])),
            tables: random.offset(), tablePitch: random.stride(),
            scales: random.local(), scalePitch: random.stride(),
            selection: random.flag() ? nil : .init(random.pick(NOfM.all), positions: random.local(), period: random.count()))
    }

    private static func second(_ random: inout SplitMix) -> Elementwise.Second {
        switch random.next() % 3 {
        case 0: .none
        case 1: .memory(random.operand())
        default: .immediate(random.word())
        }
    }

    private static func elementwise(_ random: inout SplitMix) -> Elementwise {
        let loops = (0..<random.value(0...4)).map { _ in
            VectorLoop(count: random.count(), destination: random.stride(), a: random.stride(), b: random.stride())
        }
        return Elementwise(
            function(&random), destination: random.operand(), a: random.operand(), b: second(&random), loops: loops)
    }

    private static func function(_ random: inout SplitMix) -> ElementwiseFunction {
        let plain: [ElementwiseFunction] = [
            .copy, .addFloat, .subtractFloat, .multiplyFloat, .divideFloat, .maxFloat, .dynamicScale, .addInteger,
            .subtractInteger,
            .multiplyInteger, .maxInteger, .multiplyAccumulate,
        ]
        let (x, y, z) = (random.int32(), random.int32(), random.int32())
        switch random.next() % 10 {
        case 8: return .quantisePairs(random.pick(OutlierVictimPair.allCases), random.pick(PairRules.all))
        case 0: return random.pick(plain)
        case 1: return .float(random.pick(FloatFunction.allCases))
        case 2: return .clampFloat(low: float(&random), high: float(&random))
        case 3: return .clampInteger(low: x, high: y)
        case 4: return .quantise(zero: x, low: y, high: z)
        case 5: return .dequantise(zero: x)
        case 6: return .requantiseFloat(zero: x, low: y, high: z)
        case 7: return .requantiseDyadic(random.pick(RoundingRuleCode.allCases), zero: x, low: y, high: z)
        default: return .mask(diagonal: x, window: y)
        }
    }

    /// Any pattern but a NaN, which is not equal to itself.
    private static func float(_ random: inout SplitMix) -> Float {
        let float = Float(bitPattern: random.word())
        return float.isNaN ? random.pick([-.infinity, .infinity, -0.0, .leastNonzeroMagnitude]) : float
    }

    private static func reduce(_ random: inout SplitMix) -> Reduce {
        func loops(_ random: inout SplitMix) -> [Reduce.Loop] {
            (0..<random.value(0...2)).map { _ in
                Reduce.Loop(count: random.count(), destination: random.stride(), a: random.stride())
            }
        }
        return Reduce(
            random.pick(Reduce.Function.allCases), destination: random.operand(), a: random.operand(),
            outer: loops(&random), inner: loops(&random))
    }
}
