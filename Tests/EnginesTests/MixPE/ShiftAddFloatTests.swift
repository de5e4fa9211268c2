import Arch
import Engines
import Formats
import Testing

/// Elements that shift significands of floats: every product against exact fixed-point numbers, and the array around them.
struct ShiftAddFloatTests {
    static let arrays = [
        MixPEArray(operands: .fp16, rows: 32, columns: 12, partialRows: 2),
        MixPEArray(operands: .fp16, rows: 16, columns: 8, bitsPerElement: 2, epilogueLanes: 3),
        MixPEArray(operands: .fp8, rows: 48, columns: 8, partialRows: 3),
        MixPEArray(operands: .fp16Rounded, rows: 16, columns: 10),
        MixPEArray(operands: .fp16Terms, rows: 32, columns: 8, bitsPerElement: 1, partialRows: 2),
    ]

    static func floats(_ array: MixPEArray) -> [Multiply.Activations] {
        switch array.operands {
        case .fp16: [.float16, .bfloat16, .float8e4m3, .float8e5m2, .float4e2m1]
        case .fp8: [.float8e4m3, .float8e5m2, .float6e2m3, .float6e3m2, .float4e2m1]
        case .fp16Rounded, .fp16Terms: [.float16, .float8e5m2, .float6e2m3]
        case .int8: []
        }
    }

    static func words(_ array: MixPEArray, _ test: FloatCase, structurally: Bool) -> [UInt32] {
        let (multiply, pads) = test.prepare(array)
        if structurally {
            array.multiplyStructurally(multiply, shape: nil, memory: pads.memory)
        } else {
            array.multiply(multiply, shape: nil, memory: pads.memory)
        }
        return pads.words(multiply)
    }

    @Test(arguments: arrays.indices)
    func structureAndKernelEqualTheDefinition(_ index: Int) {
        let array = Self.arrays[index]
        for (number, activations) in Self.floats(array).enumerated() {
            for bits in 1...8 {
                for codes in [Multiply.Codes.offset, .bipolar] {
                    for seed in 0..<8 {
                        var test = FloatCase.random(activations, codes, bits: bits, seed: UInt64(number * 999 + bits * 50 + seed))
                        test.contract = array.operands.contract
                        let expected = test.expected()
                        let note = "\(activations.name) x \(codes) \(bits), seed \(seed)"
                        #expect(Self.words(array, test, structurally: true) == expected, "structural, \(note)")
                        #expect(Self.words(array, test, structurally: false) == expected, "fast, \(note)")
                    }
                }
            }
        }
    }

    /// The same contract on multipliers and on elements.
    @Test func elementsGiveTheBitsOfMultipliers() {
        for seed in 0..<40 {
            let test = FloatCase.random(.float16, .offset, bits: 4, seed: UInt64(7000 + seed))
            let (multiply, pads) = test.prepare(MACArray(operands: .fp16, rows: 32, columns: 9))
            MACArray(operands: .fp16, rows: 32, columns: 9).multiply(multiply, shape: nil, memory: pads.memory)
            #expect(Self.words(Self.arrays[0], test, structurally: true) == pads.words(multiply), "seed \(seed)")
        }
    }

    // MARK: - One product against exact numbers in units of 2^-24

    /// A finite binary16 number in units of 2^-24, of which all are multiples.
    static func units(half code: Int) -> Int {
        let (exponent, fraction) = (code >> 10 & 31, code & 1023)
        let magnitude = exponent == 0 ? fraction : (1024 + fraction) << (exponent - 1)
        return code >> 15 == 1 ? -magnitude : magnitude
    }

    /// The nearest binary16 number, ties to even; `nil` for infinity, from 65520 on.
    static func rounded(_ units: Int) -> Int? {
        let magnitude = abs(units)
        var width = 0
        while magnitude >> width != 0 { width += 1 }
        let step = 1 << max(0, width - 11)
        var quotient = magnitude / step
        let twice = 2 * (magnitude % step)
        if twice > step || (twice == step && quotient % 2 == 1) { quotient += 1 }
        guard quotient * step < 65536 << 24 else { return nil }
        return units < 0 ? -quotient * step : quotient * step
    }

    /// a * w by the contract's products; `nil` for infinity.
    static func product(_ a: Int, _ w: Int, _ products: DotContract.Products) -> Int? {
        switch products {
        case .single: return a * w
        case .half: return rounded(a * w)
        case .halfTerms:
            var sum = 0
            for bit in 0..<9 where abs(w) >> bit & 1 == 1 {
                guard let copy = rounded(a << bit), let next = rounded(sum + copy) else { return nil }
                sum = next
            }
            return w < 0 ? -sum : sum
        }
    }

    /// All values that codes of `bits` bits less a zero point can have, as one per column.
    static func check(
        _ array: MixPEArray, _ activations: Multiply.Activations, _ codes: [Int], bits: Int, structurally: Bool
    ) throws {
        let codec = try #require(activations.codec)
        for zero in [0, 1 << bits - 1] {
            var test = FloatCase(
                activations: activations, codes: .offset, bits: bits, rows: codes.count, columns: 1 << bits, taps: 1, run: 1)
            test.left = codes.map { [[UInt32($0)]] }
            test.right = (0..<1 << bits).map { [UInt32($0)] }
            test.zero = zero
            let words = words(array, test, structurally: structurally)
            var wrong = 0
            for (row, code) in codes.enumerated() {
                // 2^24 times the number is an integer below 2^53.
                let a = Int(Double(codec.float(ofCode: UInt32(code))) * 0x1p24)
                for column in 0..<1 << bits {
                    let w = column - zero
                    let found = Float(bitPattern: words[row * (1 << bits) + column])
                    if let exact = product(a, w, array.operands.contract.products) {
                        if Double(found) != Double(exact) * 0x1p-24 { wrong += 1 }
                    } else {
                        let infinite: Float = (a < 0) != (w < 0) ? -.infinity : .infinity
                        if found != infinite { wrong += 1 }
                    }
                }
            }
            #expect(wrong == 0, "\(codec.name), zero \(zero), \(array.summary)")
        }
    }

    /// Every finite 8-bit float by every value from -15 to 15 of four bits, and by all of eight bits.
    @Test(arguments: arrays.indices)
    func productsOfEightBitFloatsAreExactOrRoundedAsStated(_ index: Int) throws {
        for activations in [Multiply.Activations.float8e4m3, .float8e5m2] {
            let codec = try #require(activations.codec)
            let finite = (0..<256).filter { codec.float(ofCode: UInt32($0)).isFinite }
            for bits in [4, 8] {
                try Self.check(Self.arrays[index], activations, finite, bits: bits, structurally: true)
                try Self.check(Self.arrays[index], activations, finite, bits: bits, structurally: false)
            }
        }
    }

    /// All finite f16 numbers by four bits at speed, every 13th of them structurally.
    @Test(arguments: arrays.indices.filter { arrays[$0].operands != .fp8 })
    func productsOfHalvesAreExactOrRoundedAsStated(_ index: Int) throws {
        let finite = (0..<65536).filter { $0 >> 10 & 31 != 31 }
        #expect(finite.allSatisfy { Float(Self.units(half: $0)) * 0x1p-24 == Binary16.widened(UInt16($0)) })
        try Self.check(Self.arrays[index], .float16, finite, bits: 4, structurally: false)
        let sample = stride(from: 0, to: finite.count, by: 13).map { finite[$0] }
        try Self.check(Self.arrays[index], .float16, sample, bits: 4, structurally: true)
    }

    /// f16 numbers are 2 apart from 2048 on, 4 from 4096, 8 from 8192. 1025 * 3 = 3075 is a tie between 3074 and 3076, whose
    /// even one is 3076. 1025 * 11 = 11275 rounds to 11272; by terms 1025 + 2050 = 3075 to 3076, + 8200 = 11276, a tie, to
    /// 11280. 1027 * 13 = 13351 rounds to 13352; by terms 1027 + 4108 = 5135 to 5136, + 8216 = 13352.
    @Test(arguments: [(1025, 3, 3075, 3076, 3076), (1025, 11, 11275, 11272, 11280), (1027, 13, 13351, 13352, 13352)])
    func worked(_ a: Int, _ w: Int, _ exact: Int, _ once: Int, _ terms: Int) {
        let expected = [DotContract.Products.single: exact, .half: once, .halfTerms: terms]
        for array in Self.arrays where array.operands != .fp8 {
            var test = FloatCase(activations: .float16, codes: .offset, bits: 4, rows: 1, columns: 1, taps: 1, run: 1)
            test.left = [[[UInt32(Binary16.narrowed(Float(a)))]]]
            test.right = [[UInt32(w)]]
            for structurally in [true, false] {
                let found = Float(bitPattern: Self.words(array, test, structurally: structurally)[0])
                #expect(found == expected[array.operands.contract.products].map { Float($0) }, "\(array.summary)")
            }
        }
    }

    @Test func infinityTimesNothingIsNotANumber() {
        for array in Self.arrays where array.operands != .fp8 {
            var test = FloatCase(activations: .float16, codes: .offset, bits: 4, rows: 3, columns: 3, taps: 1, run: 1)
            test.left = [0x7C00, 0xFC00, 0x7E00].map { [[$0]] }
            test.right = [[7], [8], [9]]
            test.zero = 8
            let (up, down, none): (UInt32, UInt32, UInt32) = (0x7F80_0000, 0xFF80_0000, 0x7FC0_0000)
            for structurally in [true, false] {
                #expect(Self.words(array, test, structurally: structurally)
                    == [down, none, up, up, none, down, none, none, none])
            }
        }
    }

    // MARK: - Formats, time and counts

    @Test func supportSaysWhatIsShiftedAndRounded() {
        func word(_ operands: ShiftAddOperands, _ a: Codec, _ w: Codec = .signed(bits: 4), _ change: (inout ProductFormat) -> Void = { _ in }) -> String {
            var format = ProductFormat(activations: a, weights: w)
            change(&format)
            switch MixPEArray(operands: operands).support(format) {
            case .native: return "native"
            case .viaConversion(.roundedOperands(let codec)): return codec.name
            case .viaConversion(.roundedProducts(let contract)): return contract.rawValue
            case .viaConversion: return "other"
            case .unsupported: return "-"
            }
        }
        let e5m2 = Codec.minifloat(.e5m2)
        #expect([.float16, .bfloat16, e5m2, .float32, .int8].map { word(.fp16, $0) } == ["native", "native", "native", "f16", "-"])
        #expect([.float16, .bfloat16, e5m2, .float32, .int8].map { word(.fp8, $0) } == ["f8e4m3", "f8e4m3", "native", "f8e4m3", "-"])
        #expect([.float16, .bfloat16, e5m2, .float32].map { word(.fp16Rounded, $0) }
            == ["blocked-16-f16", "-", "blocked-16-f16", "blocked-16-f16"])
        #expect(word(.fp16Terms, .float16) { $0.contract = .blocked16HalfTerms } == "native")
        #expect(word(.fp16Terms, .float16) { $0.contract = .blocked16Half } == "-")
        #expect(word(.fp16, .float16) { $0.contract = .blocked16Half } == "-")
        for weights in Codec.all {
            #expect((word(.fp16, .float16, weights) == "native") == (weights.isInteger && weights.pairs == nil && !weights.hasGaps && weights.bits <= 8), "\(weights)")
        }
        #expect(word(.fp16, .float16, .int8) { $0.runtimeWeights = true } == "native")
        #expect(word(.fp16, .float16) { $0.structure = NOfM(n: 2, m: 4) } == "-")
        guard case .unsupported(let reason) = MACArray(operands: .fp16).support(
            ProductFormat(activations: .float16, weights: .int8, contract: .blocked16Half))
        else { return #expect(Bool(false), "multipliers do not round products to f16") }
        #expect(reason.contains("blocked-16-f16"))
    }

    static func multiply(_ shape: TimingTests.Shape) -> Multiply {
        var multiply = TimingTests.multiply(shape, .float16)
        if shape.group == nil { multiply.output = .scaled(weights: nil, activations: nil) }
        return multiply
    }

    @Test func occupancyEqualsTheSteppedArray() {
        for (rows, columns, lanes, held) in [(16, 8, 8, 5), (32, 12, 5, 7), (64, 4, 1, 1)] {
            let array = MixPEArray(operands: .fp16, rows: rows, columns: columns, epilogueLanes: lanes, partialRows: held)
            for shape in TimingTests.shapes(count: 150, seed: UInt64(rows)) {
                let stepped = TimingTests.stepTiles(
                    shape, rows: rows, columns: shape.bits > 4 ? columns / 2 : columns,
                    held: shape.group == nil ? nil : held, lanes: shape.group == nil ? nil : lanes, addsTrees: true)
                let timing = array.timing(Self.multiply(shape), shape: nil)
                #expect(timing.occupancy == stepped, "\(shape)")
                #expect(timing.occupancyParts.allSatisfy { $0.cycles >= 0 })
            }
        }
    }

    @Test func latencyCountsRegisters() {
        var shape = TimingTests.Shape(rows: 4, columns: 4, ky: 1, kx: 1, run: 8, group: nil, bits: 4)
        func latency(_ operands: ShiftAddOperands) -> Int {
            MixPEArray(operands: operands).timing(Self.multiply(shape), shape: nil).latency
        }
        // Operand, shift and add, no joins, normalise, four levels of a tree, four trees.
        #expect(latency(.fp16) == 1 + 1 + 0 + 1 + 4 + 4 && latency(.fp16Rounded) == latency(.fp16))
        // Four additions one after the other.
        #expect(latency(.fp16Terms) == 1 + 4 + 4 + 4)
        (shape.bits, shape.group) = (6, 4)
        #expect(latency(.fp16) == 1 + 1 + 1 + 1 + 4 + 4 + 2)
        #expect(latency(.fp16Terms) == 1 + 8 + 4 + 4 + 2)
    }

    /// 10 rows, K 100 in groups of 20, 200 columns of 6 bits: 4 passes, a join per product, two bytes per activation.
    @Test func activityCountsCopiesAndJoinsOfProducts() {
        var shape = TimingTests.Shape(rows: 10, columns: 200, ky: 1, kx: 1, run: 100, group: 20, bits: 6)
        let array = MixPEArray(operands: .fp16)
        #expect(array.activity(Self.multiply(shape), shape: nil) == [
            .shiftAdd: 200_000 * (6 + 1), .activationRead: 4 * 2000, .weightRead: 4 * 100 * 48,
            .groupScale: 2000 * 5, .accumulatorWrite: 4 * 2000 * 5, .accumulatorRead: 4 * 2000 * 4,
        ])
        // Two tiles of 64 and 36 k, straight to the accumulators.
        (shape.bits, shape.group) = (4, nil)
        #expect(array.activity(Self.multiply(shape), shape: nil) == [
            .shiftAdd: 200_000 * 4, .activationRead: 2 * 2000, .weightRead: 4 * 100 * 32,
            .accumulatorWrite: 4 * 2000 * 2, .accumulatorRead: 4 * 2000,
        ])
    }

    /// 1.5 * -3 = -4.5; 0x2E66 * 7 = 0x3999; -2.5 * -8 = 20; 8188 * 7 = 57316, rounded to 57312. Both roundings agree.
    @Test(arguments: [(0x3E00, -3, 0xC480), (0x2E66, 7, 0x3999), (0xC100, -8, 0x4D00), (0x6FFF, 7, 0x7AFF)] as [(UInt32, Int, UInt16)])
    func publishedHalves(_ a: UInt32, _ w: Int, _ product: UInt16) {
        for array in Self.arrays where array.operands == .fp16Rounded || array.operands == .fp16Terms {
            var test = FloatCase(activations: .float16, codes: .offset, bits: 4, rows: 1, columns: 1, taps: 1, run: 1)
            (test.left, test.right, test.zero) = ([[[a]]], [[UInt32(w + 8)]], 8)
            for structurally in [true, false] {
                #expect(Self.words(array, test, structurally: structurally) == [Binary16.widened(product).bitPattern])
            }
        }
    }
}
