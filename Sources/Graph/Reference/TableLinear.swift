import Diagnostics
import Formats

extension NodeEvaluation {
    /// `linear` through INT8-quantised lookup tables, as `docs/numerics.md` defines it:
    /// a segment's sum is sum(q' * table) - z' * sumA, then scaled like a product grouped along K.
    func tableLinear(_ quantisation: TableQuantisation) throws -> Tensor {
        let x = try input(0)
        let weight = try input(1)
        try require(
            weight.shape.count == 2 && !x.shape.isEmpty && weight.last == x.last, "inputs[1]",
            "has shape \(weight.shape), expected [N, \(x.last)]")
        let weights = try tableWeights(weight, length: quantisation.length)
        let bias = inputs.count > 2 ? try input(2).floats() : nil
        let columns = weight.shape[0]
        try require(bias.map { $0.count == columns } ?? true, "inputs[2]", "expected one entry for each of \(columns)")
        let rowScale = try activationScale(x, length: quantisation.length)
        let tables = try tableRows(x, quantisation)
        let segments = tableSegments(x.last, quantisation.activations, rowScale, weights.scale)
        let sum = TableSum(
            tables: tables, weights: weights, rowScale: rowScale, depth: x.last, columns: columns,
            activationsPerScale: quantisation.activations, segments: segments)
        var failed: [Bool] = []
        let results = [Float](unsafeUninitializedCapacity: x.rows * columns) { buffer, initialised in
            initialised = x.rows * columns
            guard let output = buffer.baseAddress else { return }
            failed = filledInParallel(count: x.rows * columns, workPerItem: x.last) { range, failed in
                for place in range {
                    let result = sum.result(row: place / columns, column: place % columns)
                    failed[place] = result == nil
                    output[place] = result ?? 0
                    if let bias { output[place] += bias[place % columns] }
                }
            }
        }
        try require(!failed.contains(true), nil, "the sum of a segment does not fit an int32 accumulator")
        return .canonical(shape: try output().shape, results)
    }

    /// The scale of activations that are codes; `nil` for f32.
    private func activationScale(_ x: TypedTensor, length: Int) throws -> SharedParameter<Float>? {
        guard x.codec.isInteger else { return nil }
        let zero = try zeroPoint(x.type.encoding.zeroPoint, of: x.shape)
        try require(zero.values.allSatisfy { $0 == 0 }, x.name, "has a zero point, expected symmetric activations")
        let scale = try scale(x.type.encoding.scale, of: x.shape)
        if let scale { try requireWholeTables(scale, x, length: length) }
        return scale
    }

    /// The tables of every row of x.
    private func tableRows(_ x: TypedTensor, _ quantisation: TableQuantisation) throws -> [QuantisedTables] {
        if x.codec.isInteger {
            let values = try x.values()
            return (0..<x.rows).map { row in
                QuantisedTables(codes: Array(values[row * x.last..<(row + 1) * x.last]), quantisation)
            }
        }
        let values = try x.floats()
        return (0..<x.rows).map { row in
            QuantisedTables(reals: Array(values[row * x.last..<(row + 1) * x.last]), quantisation)
        }
    }

    private func tableWeights(_ weight: TypedTensor, length: Int) throws -> TableWeights {
        let range = try weight.codec.integerRange(of: weight.name)
        let bits = weight.codec.bits
        let values = try weight.values()
        let zero = try zeroPoint(weight.type.encoding.zeroPoint, of: weight.shape)
        let scale = try scale(weight.type.encoding.scale, of: weight.shape)
        try requireWholeTables(zero, weight, length: length)
        if let scale { try requireWholeTables(scale, weight, length: length) }
        if case .bipolar = weight.codec {
            // Odd levels already: q' is the value and z' the zero point.
            let codes = values.map { UInt32((Int($0) - range.lowerBound) / 2) }
            return TableWeights(
                codes: codes, bits: bits, columns: weight.shape[0], depth: weight.last, length: length, zero: zero,
                scale: scale, isAffine: false)
        }
        // u and z are counted from the codec's lowest value; z' = 2z + 1 - 2^B.
        let lowest = range.lowerBound
        var reinterpreted = zero
        reinterpreted.values = zero.values.map { 2 * ($0 - lowest) + 1 - (1 << bits) }
        return TableWeights(
            codes: values.map { UInt32(Int($0) - lowest) }, bits: bits, columns: weight.shape[0], depth: weight.last,
            length: length, zero: reinterpreted, scale: scale, isAffine: true)
    }

    /// A group must not end inside a table.
    private func requireWholeTables<Value>(
        _ parameter: SharedParameter<Value>, _ operand: TypedTensor, length: Int
    ) throws {
        let cuts = changes(depth: operand.last) { parameter.index(ofElement: $0) }
        try require(
            cuts.allSatisfy { $0 % length == 0 }, operand.name,
            "has a group that ends inside a table, expected groups of a multiple of \(length)")
    }

    /// K is cut where a table group or a scale group of either operand ends.
    private func tableSegments(
        _ depth: Int, _ activations: Int, _ row: SharedParameter<Float>?, _ column: SharedParameter<Float>?
    ) -> [Range<Int>] {
        let cuts = changes(depth: depth) { $0 / activations }
            .union(changes(depth: depth) { row?.index(ofElement: $0) ?? 0 })
            .union(changes(depth: depth) { column?.index(ofElement: $0) ?? 0 })
        return Segments(depth: depth, cuts: [cuts]).byTask[0]
    }
}
