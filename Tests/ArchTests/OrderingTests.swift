import Arch
import Diagnostics
import Testing

@Suite struct OrderingTests {
    private static func load(_ waits: [Unit], _ signals: [Unit], at offset: Int, dram: Int = 0) -> Instruction {
        make(
            waits, signals,
            .load(
                Transfer(dram: dram, local: LocalAddress(.activations, offset), rowBytes: 64, traffic: .activations)))
    }

    private static func loadShared(at address: Int) -> Instruction {
        make(
            [], [],
            .load(Transfer(
                global: GlobalAddress(.shared, address), local: LocalAddress(.activations, 0), rowBytes: 64,
                traffic: .activations)))
    }

    private static func storeShared(at address: Int) -> Instruction {
        make(
            [], [],
            .store(Transfer(
                global: GlobalAddress(.shared, address), local: LocalAddress(.accumulators, 0), rowBytes: 64,
                traffic: .activations)))
    }

    private static func compute(_ waits: [Unit], _ signals: [Unit], from offset: Int, to result: Int) -> Instruction {
        make(
            waits, signals,
            .elementwise(
                Elementwise(
                    .float(.relu), destination: Operand(LocalAddress(.accumulators, result), .int8),
                    a: Operand(LocalAddress(.activations, offset), .int8),
                    loops: [VectorLoop(count: 64, destination: 1, a: 1)])))
    }

    private static func store(_ waits: [Unit], _ signals: [Unit], from offset: Int, dram: Int) -> Instruction {
        make(
            waits, signals,
            .store(
                Transfer(dram: dram, local: LocalAddress(.accumulators, offset), rowBytes: 64, traffic: .activations)))
    }

    private static func make(_ waits: [Unit], _ signals: [Unit], _ body: Instruction.Body) -> Instruction {
        func set(_ units: [Unit]) -> UnitSet { units.reduce(into: []) { $0.insert($1) } }
        return Instruction(node: 0, waits: set(waits), signals: set(signals), body: body)
    }

    private static func check(_ instructions: [Instruction], queueDepth: Int = 8) throws -> [Diagnostic] {
        var target = try TestEngine.target()
        target.machine.frontEnd.queueDepth = queueDepth
        return OrderingChecker.check(Program(graph: "g", machine: "m", instructions: instructions), target: target)
    }

    /// Load, compute, store over two buffers, each reused once.
    private static let doubleBuffered: [Instruction] = (0..<4).flatMap { step in
        let buffer = step % 2 * 64
        let reused = step >= 2
        return [
            load(reused ? [.vector] : [], [.vector], at: buffer, dram: step * 64),
            compute(
                reused ? [.load, .store] : [.load], step < 2 ? [.load, .store] : [.store], from: buffer, to: buffer),
            store([.vector], step < 2 ? [.vector] : [], from: buffer, dram: 4096 + step * 64),
        ]
    }

    @Test func doubleBufferedPipelineIsOrdered() throws {
        #expect(try Self.check(Self.doubleBuffered) == [])
    }

    /// In this program no token is redundant: a lost wait leaves a surplus, a lost signal a deadlock, and both a race.
    @Test func everyLostTokenIsReported() throws {
        var pairs = 0
        for (index, instruction) in Self.doubleBuffered.enumerated() {
            for unit in instruction.waits.units {
                var program = Self.doubleBuffered
                program[index].waits.remove(unit)
                #expect(
                    try Self.check(program).contains { $0.message.hasPrefix("surplus token") }, "wait \(index) \(unit)")
            }
            for unit in instruction.signals.units {
                var program = Self.doubleBuffered
                program[index].signals.remove(unit)
                #expect(
                    try Self.check(program).contains { $0.message.hasPrefix("deadlock") }, "signal \(index) \(unit)")
                // The matching wait: as many waits of the pair come before it as signals before this one.
                let ordinal = program[..<index].count { $0.unit == instruction.unit && $0.signals.contains(unit) }
                let waits = program.indices.filter {
                    program[$0].unit == unit && program[$0].waits.contains(instruction.unit)
                }
                program[waits[ordinal]].waits.remove(instruction.unit)
                #expect(
                    try Self.check(program).contains { $0.message.contains("no token orders") }, "pair \(index) \(unit)"
                )
                pairs += 1
            }
        }
        #expect(pairs == 12)
    }

    @Test func conflictNamesBothInstructionsAndTheBytes() throws {
        let diagnostics = try Self.check([Self.load([], [], at: 0), Self.compute([], [], from: 32, to: 0)])
        #expect(
            diagnostics == [
                Diagnostic(
                    node: "instruction 1", field: "act",
                    "read after write: vector reads what instruction 0 (load) writes within 0x20..<0x40, and no token orders them"
                )
            ])
    }

    @Test func storesAndLoadsOfDRAMMustBeOrdered() throws {
        let store = Self.store([], [], from: 0, dram: 1024)
        #expect(try Self.check([store, Self.load([], [], at: 0, dram: 1040)]).map(\.field) == ["dram"])
        #expect(try Self.check([store, Self.load([], [], at: 0, dram: 1088)]) == [])
    }

    @Test func storesAndLoadsOfTheSharedBufferMustBeOrdered() throws {
        let store = Self.storeShared(at: 1024)
        #expect(try Self.check([store, Self.loadShared(at: 1040)]).map(\.field) == ["shared"])
        #expect(try Self.check([store, Self.loadShared(at: 1088)]) == [])
    }

    @Test func oneAddressInTwoMemoriesIsNotOnePlace() throws {
        #expect(try Self.check([Self.storeShared(at: 1024), Self.load([], [], at: 0, dram: 1024)]) == [])
        #expect(try Self.check([Self.store([], [], from: 0, dram: 1024), Self.loadShared(at: 1024)]) == [])
    }

    @Test func orderPassesThroughAThirdUnit() throws {
        let through = [
            Self.load([], [.engine0], at: 0),
            Self.make([.load], [.vector], .mma(Self.product)),
            Self.compute([.engine0], [], from: 0, to: 512),
        ]
        #expect(try Self.check(through) == [])
    }

    private static let product = Multiply(
        engine: 0, activations: LocalAddress(.activations, 4096), activationFormat: .int8, innerRows: .init(), run: 4,
        weights: 0, weightBits: 8, codes: .offset, zero: .immediate(0), columns: 4, accumulators: 4096,
        accumulatorPitch: 16,
        accumulate: false, output: .integer)

    @Test func unitsThatWaitForEachOtherDeadlock() throws {
        let program = [Self.load([.vector], [.vector], at: 0), Self.compute([.load], [.load], from: 0, to: 0)]
        let diagnostics = try Self.check(program)
        #expect(diagnostics.map(\.node) == ["instruction 0", "instruction 1"])
        #expect(diagnostics.allSatisfy { $0.message.contains("wait in turn") })
    }

    /// The vector instruction that all loads wait for comes after them, behind a queue of two.
    @Test func fullQueueDeadlocks() throws {
        let loads = (0..<3).map { Self.load($0 == 0 ? [.vector] : [], [], at: 64 * $0) }
        let program = loads + [Self.compute([], [.load], from: 4096, to: 0)]
        #expect(try Self.check(program, queueDepth: 3) == [])
        let diagnostics = try Self.check(program, queueDepth: 2)
        #expect(diagnostics.count == 1 && diagnostics[0].message.contains("full queue"))
    }

    /// Random programs without tokens or with few, compared with a check of all pairs by reachability.
    @Test func agreesWithReachabilityOnRandomPrograms() throws {
        var random = SplitMix(31)
        var seen = Set<Bool>()
        for _ in 0..<300 {
            let program = Self.randomProgram(&random)
            let expected = Self.racesByReachability(program)
            let found = try Self.check(program).filter { $0.message.contains("no token orders") }
            seen.insert(expected.isEmpty)
            #expect(Set(found.compactMap(\.node)) == Set(expected.map { "instruction \($0)" }))
        }
        #expect(seen.count == 2)
    }

    private static func randomProgram(_ random: inout SplitMix) -> [Instruction] {
        var pending: [Unit: [Unit]] = [:]
        return (0..<(2 + random.next() % 11)).map { _ in
            let kind = random.next() % 3
            let unit: Unit = kind == 0 ? .load : kind == 1 ? .vector : .store
            // Waits only for tokens that were sent before, so nothing deadlocks.
            let sent = Set(pending[unit] ?? []).sorted { $0.rawValue < $1.rawValue }
            let waits = sent.filter { _ in random.next() % 4 != 0 }
            for from in waits { pending[unit]?.removeAll { $0 == from } }
            let others: [Unit] = [.load, .vector, .store].filter { $0 != unit && pending[$0]?.contains(unit) != true }
            let signals = others.filter { _ in random.next() % 3 != 0 }
            for to in signals { pending[to, default: []].append(unit) }
            let (x, y) = (Int(random.next() % 3) * 64, Int(random.next() % 3) * 64)
            switch kind {
            case 0: return load(waits, signals, at: x, dram: y)
            case 1: return compute(waits, signals, from: x, to: y)
            default: return store(waits, signals, from: x, dram: y)
            }
        }
    }

    /// Later instructions of unordered conflicting pairs: edges of queues and tokens, closed transitively.
    private static func racesByReachability(_ program: [Instruction]) -> Set<Int> {
        let count = program.count
        var after = Array(repeating: Array(repeating: false, count: count), count: count)
        for i in 0..<count {
            for j in 0..<i where program[i].unit == program[j].unit { after[j][i] = true }
            for from in program[i].waits.units {
                let ordinal = program[..<i].count { $0.unit == program[i].unit && $0.waits.contains(from) }
                let senders = program.indices.filter {
                    program[$0].unit == from && program[$0].signals.contains(program[i].unit)
                }
                after[senders[ordinal]][i] = true
            }
        }
        for k in 0..<count {
            for i in 0..<count where after[i][k] { for j in 0..<count where after[k][j] { after[i][j] = true } }
        }
        var races = Set<Int>()
        for i in 0..<count {
            for j in 0..<i where !after[j][i] && !after[i][j] {
                let (a, b) = (program[j].accesses(engines: []), program[i].accesses(engines: []))
                let clash =
                    a.writes.contains { write in (b.writes + b.reads).contains { $0.overlaps(write) } }
                    || a.reads.contains { read in b.writes.contains { $0.overlaps(read) } }
                if clash { races.insert(i) }
            }
        }
        return races
    }

    /// A scan of all earlier instructions for each would not end in the time that a test may take.
    @Test func hundredThousandInstructionsAreChecked() throws {
        let steps = 33_334
        let program = (0..<steps).flatMap { step in
            let buffer = step % 2 * 64
            return [
                Self.load(step >= 2 ? [.vector] : [], [.vector], at: buffer, dram: step * 64),
                Self.compute(
                    step >= 2 ? [.load, .store] : [.load], step < steps - 2 ? [.load, .store] : [.store], from: buffer,
                    to: buffer),
                Self.store([.vector], step < steps - 2 ? [.vector] : [], from: buffer, dram: 1 << 30 + step * 64),
            ]
        }
        #expect(try Self.check(program) == [])
    }
}
