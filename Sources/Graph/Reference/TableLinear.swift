import Diagnostics
import Formats

extension NodeEvaluation {
    /// `linear` through INT8-quantised lookup tables, as `docs/numerics.md` defines it:
    /// a segment's sum is sum(q' * table) - z' * sumA, then scaled like a product grouped along K. With N:M weights K is
    /// what a group of columns keeps.
    func tableLinear(_ quantisation: TableQuantisation) throws -> Tensor {
        let x = try input(0)
        let weight = try input(1)
        try require(
            weight.shape.count == 2 && !x.shape.isEmpty && weight.last == x.last, "inputs[1]",
            "has shape \(weight.shape), expected [N, \(x.last)]")
        let kept = try keptPlaces(weight)
        let weights = try tableWeights(weight, kept, length: quantisation.length)
        let bias = inputs.count > 2 ? try input(2).floats() : nil
        let columns = weight.shape[0]
        try require(bias.map { $0.count == columns } ?? true, "inputs[2]", "expected one entry for each of \(columns)")
        let rowScale = try activationScale(x, kept, length: quantisation.length)
        let tables = try tableRows(x, kept, quantisation)
        let segments = tableSegments(weights.depth, quantisation.activations, rowScale, weights.scale)
        let sum = TableSum(
            tables: tables, columnsPerTable: kept?.columns ?? max(1, columns), weights: weights, rowScale: rowScale,
            depth: weights.depth, columns: columns, activationsPerScale: quantisation.activations, segments: segments)
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

    /// The activations that weights of N:M structure meet; `nil` for dense weights.
    private func keptPlaces(_ weight: TypedTensor) throws -> KeptPlaces? {
        let structure = weight.type.encoding.structure
        guard let pattern = structure.pattern else { return nil }
        let values = try weight.values()
        let zero = try zeroPoint(weight.type.encoding.zeroPoint, of: weight.shape)
        let depth = weight.last
        let places = KeptPlaces(pattern, sharedBy: structure.sharedColumns, of: weight.shape[0], depth: depth) { column, k in
            Int(values[column * depth + k]) == zero[element: column * depth + k]
        }
        try require(places != nil, weight.name, "has a block that keeps more than \(pattern.name)")
        return places
    }

    /// The scale of activations that are codes; `nil` for f32.
    private func activationScale(_ x: TypedTensor, _ kept: KeptPlaces?, length: Int) throws -> SharedParameter<Float>? {
        guard x.codec.isInteger else { return nil }
        let zero = try zeroPoint(x.type.encoding.zeroPoint, of: x.shape)
        try require(zero.values.allSatisfy { $0 == 0 }, x.name, "has a zero point, expected symmetric activations")
        let scale = try scale(x.type.encoding.scale, of: x.shape)
        return try scale.map { try wholeTables($0, x, kept, length: length) }
    }

    /// The tables of every row of x, for every group of columns.
    private func tableRows(
        _ x: TypedTensor, _ kept: KeptPlaces?, _ quantisation: TableQuantisation
    ) throws -> [QuantisedTables] {
        func rows<Value>(_ values: [Value], zero: Value) -> [[Value]] {
            (0..<x.rows).flatMap { index in
                let row = Array(values[index * x.last..<(index + 1) * x.last])
                return kept.map { kept in kept.places.indices.map { kept.taken(row, group: $0, zero: zero) } } ?? [row]
            }
        }
        if x.codec.isInteger { return rows(try x.values(), zero: 0).map { QuantisedTables(codes: $0, quantisation) } }
        return rows(try x.floats(), zero: 0).map { QuantisedTables(reals: $0, quantisation) }
    }

    private func tableWeights(_ weight: TypedTensor, _ kept: KeptPlaces?, length: Int) throws -> TableWeights {
        let range = try weight.codec.integerRange(of: weight.name)
        let bits = weight.codec.bits
        let lowest = range.lowerBound
        var values = try weight.values()
        let depth = kept?.depth ?? weight.last
        if let kept {
            values = (0..<weight.shape[0]).flatMap { column in
                let row = Array(values[column * weight.last..<(column + 1) * weight.last])
                return kept.taken(row, group: column / kept.columns, zero: Int32(lowest))
            }
        }
        let zero = try wholeTables(
            zeroPoint(weight.type.encoding.zeroPoint, of: weight.shape), weight, kept, length: length)
        let scale = try scale(weight.type.encoding.scale, of: weight.shape).map {
            try wholeTables($0, weight, kept, length: length)
        }
        if case .bipolar = weight.codec {
            // Odd levels already: q' is the value and z' the zero point.
            let codes = values.map { UInt32((Int($0) - lowest) / 2) }
            return TableWeights(
                codes: codes, bits: bits, columns: weight.shape[0], depth: depth, length: length, zero: zero,
                scale: scale, isAffine: false)
        }
        // u and z are counted from the codec's lowest value; z' = 2z + 1 - 2^B.
        var reinterpreted = zero
        reinterpreted.values = zero.values.map { 2 * ($0 - lowest) + 1 - (1 << bits) }
        return TableWeights(
            codes: values.map { UInt32(Int($0) - lowest) }, bits: bits, columns: weight.shape[0], depth: depth,
            length: length, zero: reinterpreted, scale: scale, isAffine: true)
    }

    /// The parameter by the k that tables are built of; a group must not end inside a block or a table.
    private func wholeTables<Value>(
        _ parameter: SharedParameter<Value>, _ operand: TypedTensor, _ kept: KeptPlaces?, length: Int
    ) throws -> SharedParameter<Value> {
        let all = changes(depth: operand.last) { parameter.index(ofElement: $0) }
        try require(
            all.allSatisfy { $0 % (kept?.pattern.m ?? 1) == 0 }, operand.name,
            "has a group that ends inside a block of weights that are kept together")
        let taken = kept?.parameter(parameter) ?? parameter
        let cuts = changes(depth: kept?.depth ?? operand.last) { taken.index(ofElement: $0) }
        try require(
            cuts.allSatisfy { $0 % length == 0 }, operand.name,
            "has a group that ends inside a table, expected groups of a multiple of \(length)")
        return taken
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
