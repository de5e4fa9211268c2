import Arch
import Diagnostics
import Formats
import Graph

extension Lowering {
    /// Codec of a tensor's zero points; the tensor's own when they are a number.
    func zeroCodec(_ encoding: TensorEncoding) -> Codec {
        guard case .tensor(let name, _) = encoding.zeroPoint else { return encoding.codec }
        return type(name).encoding.codec
    }
}

/// The unsigned codes u of a weight tensor, rows of one output column each.
struct WeightCodes {
    let type: TensorType
    /// [column][k], one byte each; floats of more than 8 bits two, little-endian.
    let codes: [UInt8]
    private let codeBytes: Int
    /// K of one column.
    let depth: Int
    /// Codec of the zero points, when they are a tensor.
    private let zeroCodec: Codec
    /// Where the codes are indices.
    private let dictionary: WeightDictionary?
    /// f16 [column][k] of those.
    private let numbers: [UInt16]

    /// - Parameter dictionary: the codes are its indices, 0 in the place of outliers.
    init(tensor: Tensor, type: TensorType, zeroCodec: Codec, dictionary: WeightDictionary? = nil) {
        self.type = type
        self.zeroCodec = zeroCodec
        self.dictionary = dictionary
        depth = type.shape.dropFirst().reduce(1, *)
        if let dictionary, case .float16(let patterns) = tensor.storage {
            numbers = patterns
            codeBytes = 1
            codes = patterns.map { UInt8(dictionary.index(of: $0) ?? 0) }
            return
        }
        numbers = []
        codeBytes = type.encoding.codec.isFloat ? type.encoding.codec.edgeBytes : 1
        if type.encoding.codec.isFloat {
            codes = tensor.bytes
            return
        }
        let mask = UInt8((1 << min(8, type.encoding.codec.bits)) - 1)
        // Two's complement codes are stored offset by half their range: flipping the sign bit adds it.
        let flip: UInt8 = if case .signed(let bits) = type.encoding.codec { 1 << UInt8(bits - 1) } else { 0 }
        var codes = tensor.bytes
        codes.withUnsafeMutableBufferPointer { codes in
            for index in codes.indices { codes[index] = (codes[index] & mask) ^ flip }
        }
        self.codes = codes
    }

    /// Stored bytes: groups of the convolution one after the other. Of structured weights only what is kept.
    func laidOut(
        geometry: ProductGeometry, layout: DepthLayout, engine: any Engine, constant: ConstantValues
    ) throws -> [UInt8] {
        let bits = dictionary?.bits ?? type.encoding.codec.bits
        guard let pattern = type.encoding.structure.pattern else {
            return (0..<geometry.groups).flatMap { group in
                engine.layOut(
                    codes: matrix(group: group, geometry: geometry, layout: layout), columns: geometry.columns,
                    depth: layout.paddedDepth, weightBits: bits)
            }
        }
        let zeros = try zeros(constant)
        let shared = layout.gathers ? try sharedPositions(layout: layout, pattern: pattern, zeros: zeros) : nil
        return try (0..<geometry.groups).flatMap { group in
            let kept = try shared.map { codes(at: $0, group: group, geometry: geometry, layout: layout) }
                ?? kept(group: group, geometry: geometry, layout: layout, pattern: pattern, zeros: zeros).codes
            return engine.layOut(
                codes: kept, columns: geometry.columns, depth: layout.storedDepth, weightBits: bits)
        }
    }

    /// The outliers of every column block of every group of the convolution.
    func outliers(geometry: ProductGeometry, layout: DepthLayout, engine: any OutlierEngine) -> [[Outlier]] {
        if let dictionary {
            return (0..<geometry.groups).flatMap { group in
                stride(from: 0, to: geometry.columns, by: engine.columnBlock).map { first in
                    let lanes = first..<min(geometry.columns, first + engine.columnBlock)
                    return outliers(of: dictionary, columns: lanes, from: group * geometry.columns, layout: layout)
                }
            }
        }
        guard let engine = engine as? any SplittingEngine else { return [] }
        return (0..<geometry.groups).flatMap { group in
            engine.outliers(
                codes: matrix(group: group, geometry: geometry, layout: layout), columns: geometry.columns,
                depth: layout.paddedDepth, run: layout.paddedRun, weightBits: type.encoding.codec.bits)
        }
    }

    /// Of one column block, by ascending k and lane.
    private func outliers(
        of dictionary: WeightDictionary, columns: Range<Int>, from base: Int, layout: DepthLayout
    ) -> [Outlier] {
        let known = Set(dictionary.centroids)
        var list: [Outlier] = []
        for k in 0..<depth {
            for column in columns {
                let pattern = numbers[(base + column) * depth + k]
                guard !known.contains(pattern) else { continue }
                list.append(Outlier(
                    lane: column - columns.lowerBound, run: k / layout.run, place: k % layout.run,
                    value: Int(Int16(bitPattern: pattern))))
            }
        }
        return list
    }

    /// Stored positions of structured weights, groups of the convolution one after the other.
    func positionsLaidOut(
        geometry: ProductGeometry, layout: DepthLayout, positions: PositionLayout, constant: ConstantValues
    ) throws -> [UInt8] {
        let (pattern, zeros) = (positions.pattern, try zeros(constant))
        return try (0..<geometry.groups).flatMap { group in
            let kept = try kept(group: group, geometry: geometry, layout: layout, pattern: pattern, zeros: zeros)
            return positions.layOut(
                kept.positions, columns: geometry.columns, kept: layout.storedDepth)
        }
    }

    /// Codes of one group of a convolution, [column][k as laid out], every run of K padded with zero codes.
    private func matrix(group: Int, geometry: ProductGeometry, layout: DepthLayout) -> [UInt8] {
        var matrix = [UInt8](repeating: 0, count: geometry.columns * layout.paddedDepth * codeBytes)
        for column in 0..<geometry.columns {
            let source = (group * geometry.columns + column) * depth * codeBytes
            let target = column * layout.paddedDepth * codeBytes
            let bytes = layout.run * codeBytes
            for run in 0..<layout.runs {
                let from = source + run * layout.run * codeBytes
                let to = target + run * layout.paddedRun * codeBytes
                matrix.replaceSubrange(to..<(to + bytes), with: codes[from..<(from + bytes)])
            }
        }
        return matrix
    }

    /// Value of a code before its zero point.
    private func level(_ code: UInt8) -> Int {
        if let flint = type.encoding.codec.flint { return flint.value(code) }
        guard let offset = type.encoding.codec.codeOffset else {
            return 2 * Int(code) - ((1 << type.encoding.codec.bits) - 1)
        }
        return Int(code) - offset
    }

    private var levels: [Int] { (0..<256).map { level(UInt8($0)) } }

    /// Zero point of every (column, k).
    struct Zeros {
        fileprivate var values: [Int]
        /// Zero points of one column; 0 when all columns share one.
        fileprivate var perColumn: Int
        /// k that share one.
        fileprivate var group: Int

        /// k one behind the other that have the same.
        var run: Int { max(1, group) }

        subscript(column: Int, k: Int) -> Int { values[column * perColumn + (perColumn > 1 ? k / group : 0)] }
    }

    func zeros(_ constant: ConstantValues) throws -> Zeros {
        switch type.encoding.zeroPoint {
        case .uniform(let zero): return Zeros(values: [zero], perColumn: 0, group: depth)
        case .tensor(let name, let granularity):
            let tensor = try constant(name)
            let values = (0..<tensor.count).map { Int(tensor.integerValue(at: $0, zeroCodec)) }
            if case .group(let size) = granularity {
                return Zeros(values: values, perColumn: (depth + size - 1) / size, group: size)
            }
            return Zeros(values: values, perColumn: values.count == 1 ? 0 : 1, group: depth)
        }
    }

    /// For each column: sum of (w - z) and sum of |w - z| over K.
    func columnSums(_ constant: ConstantValues) throws -> [(sum: Int, magnitude: Int)] {
        let zeros = try zeros(constant)
        let levels = levels
        return (0..<(codes.count / max(1, depth))).map { column in
            var sum = 0
            var magnitude = 0
            // The zero point is that of a run, so that the loop over all weights of a network has no division in it.
            for first in stride(from: 0, to: depth, by: zeros.run) {
                let zero = zeros[column, first]
                for code in codes[column * depth + first..<column * depth + min(depth, first + zeros.run)] {
                    let value = levels[Int(code)] &- zero
                    sum &+= value
                    magnitude &+= abs(value)
                }
            }
            return (sum, magnitude)
        }
    }

    /// w - z of every element of a constant, row-major; pairs as what they stand for.
    static func values(
        _ tensor: Tensor, _ type: TensorType, _ types: [String: TensorType], _ constant: ConstantValues
    ) throws -> [Int] {
        if let format = type.encoding.codec.pairs { return pairValues(tensor, format, width: max(1, type.shape.last ?? 1)) }
        var zeroCodec = type.encoding.codec
        if case .tensor(let zeros, _) = type.encoding.zeroPoint { zeroCodec = types[zeros]?.encoding.codec ?? zeroCodec }
        return try WeightCodes(tensor: tensor, type: type, zeroCodec: zeroCodec).values(constant)
    }

    private static func pairValues(_ tensor: Tensor, _ format: OutlierVictimPair, width: Int) -> [Int] {
        let slots = tensor.bytes
        var values = [Int](repeating: 0, count: slots.count)
        for row in stride(from: 0, to: slots.count, by: width) {
            format.decodeRow(count: width, slot: { slots[row + $0] }) { values[row + $0] = $1.value }
        }
        return values
    }

    /// w - z of every element, row-major.
    func values(_ constant: ConstantValues) throws -> [Int] {
        let zeros = try zeros(constant)
        let levels = levels
        var values: [Int] = []
        values.reserveCapacity(codes.count)
        for column in 0..<(codes.count / max(1, depth)) {
            for first in stride(from: 0, to: depth, by: zeros.run) {
                let zero = zeros[column, first]
                for code in codes[column * depth + first..<column * depth + min(depth, first + zeros.run)] {
                    values.append(levels[Int(code)] - zero)
                }
            }
        }
        return values
    }

    /// The same for pairs, both of them: of two activations one at most is an outlier, and then the other is zero.
    private func provePairAccumulators(node: Node, weights: OutlierVictimPair, activations: OutlierVictimPair) throws {
        let bounds = PairBounds(weights: weights, activations: activations)
        // Pairs start anew with every tap of a window.
        let width = type.shape.last ?? 1
        for column in 0..<(codes.count / max(1, depth)) {
            var bound = 0
            for tap in stride(from: column * depth, to: (column + 1) * depth, by: width) {
                for k in stride(from: tap, to: tap + width - 1, by: 2) { bound += bounds[codes[k], codes[k + 1]] }
                if !width.isMultiple(of: 2) { bound += bounds.single(codes[tap + width - 1]) }
            }
            guard bound <= Int(Int32.max) else {
                throw Diagnostics(Diagnostic(
                    node: node.name, field: "inputs[1]",
                    "output column \(column) can sum to \(bound) with \(activations.rawValue) activations, which does not fit the "
                        + "engine's 32-bit accumulator; split K or use fewer bits"))
            }
        }
    }

    /// What no column's sum of |w - z| exceeds, whatever its codes are.
    private func magnitudeLimit(_ constant: ConstantValues) throws -> Int {
        let codec = type.encoding.codec
        guard codec.bits <= 8 else { return .max }
        let level = (0..<1 << codec.bits).map { abs(self.level(UInt8($0))) }.max() ?? 0
        let zero = try zeros(constant).values.map(abs).max() ?? 0
        return depth * (level + zero)
    }

    /// No sum of this weight with activations of the codec leaves int32. Engines that work on doubled levels need a bit more.
    func proveAccumulators(node: Node, activations: Codec, constant: ConstantValues) throws {
        guard let range = activations.range else { return }
        if let weights = type.encoding.codec.pairs, let activations = activations.pairs {
            return try provePairAccumulators(node: node, weights: weights, activations: activations)
        }
        let greatest = max(abs(range.lowerBound), range.upperBound)
        let (least, overflow) = try magnitudeLimit(constant).multipliedReportingOverflow(by: 2 * greatest)
        if !overflow, least <= Int(Int32.max) { return }
        for (column, sums) in try columnSums(constant).enumerated() {
            let (bound, overflow) = sums.magnitude.multipliedReportingOverflow(by: 2 * greatest)
            guard !overflow, bound <= Int(Int32.max) else {
                throw Diagnostics(Diagnostic(
                    node: node.name, field: "inputs[1]",
                    "output column \(column) can sum to \(bound / 2), which does not fit the engine's 32-bit accumulator; split K or use fewer bits"))
            }
        }
    }
}
