import Arch
import Formats

/// Instructions that keep an engine at its peak: one for each kind of product that it takes as it is, of many rows, columns
/// and k, summed whole and, in another, scaled in groups of 128.
struct BusyInstructions {
    let engine: any Engine

    private static let rows = 1024
    private static let depth = 2048
    private static let group = 128

    private static let floats: [Codec] = [.float16, .bfloat16, .minifloat(.e4m3), .minifloat(.e5m2)]
    private static let integers: [Codec] = [.int8, .signed(bits: 4), .signed(bits: 2)]
    /// Whole numbers in other codes.
    private static let others: [Codec] = [
        .outlierVictim(.int4), .outlierVictim(.int8), .outlierVictim(.int8E2M5), .flint(.signed),
    ]

    var all: [Multiply] { Self.formats.filter(isTaken).flatMap(instructions) }

    /// What engines are made for; other formats are converted to one of these.
    private static var formats: [ProductFormat] {
        let whole = (integers + others).flatMap { activations in
            (integers + others).map { ProductFormat(activations: activations, weights: $0) }
        }
        let sums = DotContract.allCases.filter { $0.pass == nil }
        let real = floats.flatMap { activations in
            (floats + integers).flatMap { weights in
                sums.map { ProductFormat(activations: activations, weights: weights, contract: $0) }
            }
        }
        let dictionary = WeightDictionary.widths.map {
            ProductFormat(activations: .float16, weights: .float16, contract: .centroids1024, dictionaryBits: $0)
        }
        return whole + real + dictionary
    }

    /// Engines may be for weights that are known before a run, or for those that are made in it.
    private func isTaken(_ format: ProductFormat) -> Bool {
        var made = format
        made.runtimeWeights = true
        return [format, made].contains { format in
            switch engine.answer(format) {
            case .native, .viaConversion(.quantisedTables): true
            case .viaConversion, .unsupported: false
            }
        }
    }

    private func instructions(_ format: ProductFormat) -> [Multiply] {
        guard let read = activationFormat(format) else { return [] }
        let granule = engine.depthBlock
        let weights = Multiply.WeightScales(group: Self.multiple(of: granule, near: Self.group), format: .float16, offset: 0)
        let tables = engine.tableFormat?.activationsPerScale.map {
            Multiply.ActivationScales(group: $0, local: LocalAddress(.tables, 0), rowPitch: 0)
        }
        var outputs: [Multiply.Output] = [.scaled(weights: weights, activations: tables)]
        let isWhole = format.activations.isFloat || format.weights.isFloat || format.dictionaryBits != nil || tables != nil
        outputs.append(isWhole ? .scaled(weights: nil, activations: tables) : .integer)
        return outputs.map { output in
            Multiply(
                engine: 0, activations: LocalAddress(.activations, 0), activationFormat: read,
                activationBits: Multiply.takesNarrowActivations(read) ? format.activations.bits : 8,
                innerRows: Multiply.Loop(count: Self.rows), run: Self.multiple(of: granule, near: Self.depth), weights: 0,
                weightBits: format.dictionaryBits ?? format.weights.bits, codes: codes(format), zero: zero(format),
                columns: 8 * engine.columnBlock, accumulators: 0, accumulatorPitch: 0, accumulate: false, output: output)
        }
    }

    /// Tables where the engine reads them; `nil` where there is no such format.
    private func activationFormat(_ format: ProductFormat) -> Multiply.Activations? {
        guard let tables = engine.tableFormat else { return Multiply.Activations(format.activations) }
        return Multiply.Activations.allCases.first { $0.entries == tables.entries }
    }

    private func codes(_ format: ProductFormat) -> Multiply.Codes {
        format.dictionaryBits != nil ? .dictionary : Multiply.Codes(format.weights) ?? .offset
    }

    /// Two's complement weights are stored offset.
    private func zero(_ format: ProductFormat) -> Multiply.Zero {
        if format.dictionaryBits != nil { return .centroids(offset: 0) }
        return .immediate(format.weights.isInteger ? 1 << (format.weights.bits - 1) : 0)
    }

    private static func multiple(of granule: Int, near count: Int) -> Int { (count + granule - 1) / granule * granule }
}
