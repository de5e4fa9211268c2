import Arch
import Engines
import Testing

/// K in pieces, with `accumulate`, gives the bits of K in one instruction.
struct AccumulationTests {
    /// Column blocks of eight.
    static let engines: [(format: Multiply.Activations, engine: any Engine)] = [
        (.int8, MACArray(rows: 24, columns: 8)), (.exactTables, LUTTensorCore(n: 8, arrays: 4)),
        (.tablesPer64, LUTTensorCore(n: 8, arrays: 4, tables: .int8Per64)),
        (.int8, MixPEArray(rows: 24, columns: 16)), (.int8, MixPEArray(columns: 16, signs: .twosComplement)),
        (.int8, BitSerialArray(rows: 2, columns: 8, lanes: 24)), (.int8, FusionArray(rows: 6, columns: 8)),
    ]

    @Test(arguments: engines.indices)
    func piecesOfKEqualOneInstruction(_ index: Int) {
        let (format, engine) = Self.engines[index]
        for seed in 0..<60 {
            var random = SeededGenerator(UInt64(5000 + seed))
            let group = [4, 32, 64].randomElement(using: &random) ?? 4
            var product = ProductCase(
                format: format, inner: 3, run: 256, columns: 8, bits: .random(in: 1...8, using: &random))
            product.scaled = seed % 3 != 0
            product.zero = 3
            product.fill(extremes: false, using: &random)
            if product.scaled {
                product.weightGroup = group
                product.weightScales = (0..<8).map { _ in
                    (0..<256 / group).map { _ in .random(in: 0.01...1, using: &random) }
                }
            }
            let (whole, pads) = product.prepare(engine)
            engine.multiply(whole, shape: nil, memory: pads.memory)
            for structural in [false, true] {
                let (_, other) = product.prepare(engine)
                for start in [0, 64, 192] {
                    let piece = Self.piece(whole, start..<(start == 0 ? 64 : start == 64 ? 192 : 256), engine)
                    if structural {
                        engine.multiplyStructurally(piece, shape: nil, memory: other.memory)
                    } else {
                        engine.multiply(piece, shape: nil, memory: other.memory)
                    }
                }
                #expect(other.words(whole) == pads.words(whole), "seed \(seed)")
            }
        }
    }

    /// The part of an instruction of one column block that covers these k.
    static func piece(_ whole: Multiply, _ k: Range<Int>, _ engine: any Engine) -> Multiply {
        var piece = whole
        piece.run = k.count
        piece.accumulate = k.lowerBound > 0
        // Half tables of four: 8 entries.
        let perActivation = whole.activationFormat.entries.map { $0.bytes * 8 / 4 } ?? 1
        piece.activations.offset += k.lowerBound * perActivation
        piece.weights += engine.weightBytes(depth: k.lowerBound, weightBits: whole.weightBits)
        if case .scaled(var weights?, let activations) = whole.output {
            weights.offset += k.lowerBound / weights.group * 8 * weights.format.bytes
            piece.output = .scaled(weights: weights, activations: activations)
        }
        return piece
    }

    @Test func nanIsStoredAsOnePattern() {
        var product = ProductCase(format: .int8, inner: 1, run: 2, columns: 1, bits: 8)
        product.pixels = [[0, 0]]
        product.codes = [[1, 1]]
        product.scaled = true
        product.weightGroup = 2
        product.weightScales = [[-.infinity]]
        for structural in [false, true] {
            let engine = MACArray()
            let (multiply, pads) = product.prepare(engine)
            if structural {
                engine.multiplyStructurally(multiply, shape: nil, memory: pads.memory)
            } else {
                engine.multiply(multiply, shape: nil, memory: pads.memory)
            }
            #expect(pads.words(multiply) == [0x7FC0_0000])
        }
    }
}
