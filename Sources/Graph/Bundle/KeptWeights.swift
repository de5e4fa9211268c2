import Diagnostics
import Formats

/// How a weight of N:M structure is stored without its zeros: the last axis holds n elements for every block of m, and
/// a tensor of positions says where in its block each of them stands, in ascending order: one for every value, or, where
/// columns share their positions, one for every group of columns. Places past the end of the last axis, in a last block
/// that is short, hold the zero.
struct KeptWeights {
    let type: TensorType
    let pattern: NOfM
    let zeros: ZeroElements

    /// Shape of the values.
    static func shape(_ shape: [Int], _ pattern: NOfM) -> [Int] {
        shape.dropLast() + [pattern.kept(of: shape.last ?? 0)]
    }

    /// Shape of the positions: that of the values, with the groups of columns that share them in place of the columns.
    static func positionShape(_ type: TensorType, _ pattern: NOfM) -> [Int] {
        var shape = shape(type.shape, pattern)
        guard shape.count > 1 else { return shape }
        shape[0] = (shape[0] - 1) / type.encoding.structure.sharedColumns + 1
        return shape
    }

    /// In place of an index: a zero that is stored nowhere, or stands nowhere.
    static let nowhere = -1

    private var last: Int { type.shape.last ?? 0 }
    private var keptLast: Int { pattern.kept(of: last) }
    private var blocks: Int { keptLast / pattern.n }
    private var rows: Int { last == 0 ? 0 : type.count / last }
    /// Output columns that keep the same positions, and the rows of each: the taps of a window, one for a matrix.
    private var sharedColumns: Int { type.encoding.structure.sharedColumns }
    private var taps: Int { type.shape.dropFirst().dropLast().reduce(1, *) }
    private var columns: Int { type.shape.count > 1 ? type.shape[0] : 1 }

    /// Which row of the positions is that of a row of values.
    private func positionRow(_ row: Int) -> Int {
        let (column, tap) = row.quotientAndRemainder(dividingBy: taps)
        return column / sharedColumns * taps + tap
    }

    /// The weight with its zeros.
    func expanded(values: Tensor, positions: [UInt8]) throws(Diagnostic) -> Tensor {
        var places: [Int] = []
        let slots = Self.shape(type.shape, pattern).reduce(1, *)
        places.reserveCapacity(slots)
        for slot in 0..<slots { places.append(try place(of: slot, values, positions)) }
        let count = type.count
        return Tensor(shape: type.shape, storage: values.storage.scattered(places, count: count) { zeros[$0] })
    }

    /// Flat index of a kept value in the weight; `nowhere` for a zero past the end of its row.
    private func place(of slot: Int, _ values: Tensor, _ positions: [UInt8]) throws(Diagnostic) -> Int {
        let (row, kept) = slot.quotientAndRemainder(dividingBy: keptLast)
        let (block, inBlock) = kept.quotientAndRemainder(dividingBy: pattern.n)
        let shared = positionRow(row) * keptLast + kept
        let position = Int(positions[shared])
        func wrong(_ message: String, at index: Int) -> Diagnostic {
            Diagnostic(field: "[\(index)]", "row \(row), block \(block): " + message)
        }
        guard position < pattern.m else {
            throw wrong("position \(position) is outside a block of \(pattern.m)", at: shared)
        }
        if inBlock > 0, positions[shared - 1] >= position {
            throw wrong(
                "position \(position) follows \(positions[shared - 1]), ascending positions expected", at: shared)
        }
        let k = block * pattern.m + position
        if k < last { return row * last + k }
        let zero = zeros[row * last + last - 1]
        let isZero = values.isFloat ? values.float(at: slot) == 0 : Int32(bitPattern: values.code(at: slot)) == zero
        guard isZero else {
            throw wrong("a value that is not zero stands at k \(k), past the last of \(last)", at: slot)
        }
        return Self.nowhere
    }

    /// The values and positions of a weight that obeys the pattern; a block with fewer values than n is filled up with
    /// zeros (`NOfM.kept(holding:)`).
    func compressed(_ tensor: Tensor) throws(Diagnostic) -> (values: Tensor, positions: [UInt8]) {
        let kept = try keptPositions(tensor)
        var places: [Int] = []
        for row in 0..<rows {
            for block in 0..<blocks {
                for position in Self.positions(kept[positionRow(row) * blocks + block]) {
                    let k = block * pattern.m + position
                    places.append(k < last ? row * last + k : Self.nowhere)
                }
            }
        }
        let positions = kept.flatMap { Self.positions($0).map { UInt8($0) } }
        let shape = Self.shape(type.shape, pattern)
        let storage = tensor.storage.gathered(places) { slot in zeros[slot / keptLast * last + last - 1] }
        return (Tensor(shape: shape, storage: storage), positions)
    }

    /// The set bits, lowest first.
    private static func positions(_ mask: UInt32) -> [Int] { (0..<32).filter { mask >> UInt32($0) & 1 == 1 } }

    /// For each row of positions and each block the positions that are kept, bit p for position p: those where one of the
    /// columns that share them is not zero, and free ones up to n.
    private func keptPositions(_ tensor: Tensor) throws(Diagnostic) -> [UInt32] {
        var kept = [UInt32](repeating: 0, count: KeptWeights.positionShape(type, pattern).dropLast().reduce(blocks, *))
        for row in 0..<rows {
            for block in 0..<blocks {
                let own = try held(tensor, row: row, start: block * pattern.m)
                let index = positionRow(row) * blocks + block
                guard (kept[index] | own).nonzeroBitCount <= pattern.n else {
                    throw disagreement(row: row, block: block, own: own, others: kept[index])
                }
                kept[index] |= own
            }
        }
        return kept.map { pattern.kept(holding: $0) }
    }

    /// The first value of a row that stands where the columns before it leave no position to keep.
    private func disagreement(row: Int, block: Int, own: UInt32, others: UInt32) -> Diagnostic {
        let column = row / taps
        let first = column / sharedColumns * sharedColumns
        let position = Self.positions(own & ~others)[pattern.n - others.nonzeroBitCount]
        let start = row * last + block * pattern.m
        let held = Self.positions(others).map(String.init).joined(separator: ", ")
        return Diagnostic(
            field: "[\(start + position)]",
            "output column \(column) (row \(row)), block \(block): position \(position) is not zero, columns "
                + "\(first) to \(column - 1) hold \(held); \(sharedColumns) columns share \(pattern.n) of "
                + "\(pattern.m) positions")
    }

    /// Bit p: position p of the block is not zero in this row.
    private func held(_ tensor: Tensor, row: Int, start: Int) throws(Diagnostic) -> UInt32 {
        let inside = min(pattern.m, last - start)
        var mask: UInt32 = 0
        for position in 0..<inside where !zeros.isZero(tensor, at: row * last + start + position) {
            mask |= 1 << UInt32(position)
        }
        guard mask.nonzeroBitCount <= pattern.n else {
            throw Diagnostic(
                field: "[\(row * last + start)]",
                "row \(row), block \(start / pattern.m) (k \(start) to \(start + inside - 1)) has "
                    + "\(mask.nonzeroBitCount) values that are not zero, at most \(pattern.n) of \(pattern.m) expected")
        }
        return mask
    }

    /// The weight with all but n places of each block zero. `draw` gives a number below its argument.
    /// Columns that share their positions share the draw.
    func pruned(_ tensor: Tensor, draw: (Int) -> Int) -> Tensor {
        var places = Array(0..<type.count)
        for positionRow in 0..<(last == 0 ? 0 : KeptWeights.positionShape(type, pattern).dropLast().reduce(1, *)) {
            let (group, tap) = positionRow.quotientAndRemainder(dividingBy: taps)
            let first = group * sharedColumns
            let rows = (first..<min(columns - first, sharedColumns) + first).map { $0 * taps + tap }
            for start in stride(from: 0, to: last, by: pattern.m) {
                // Selection sampling (Knuth, volume 2, algorithm S): each place is kept with probability wanted / left.
                let inside = min(pattern.m, last - start)
                var wanted = min(pattern.n, inside)
                for position in 0..<inside {
                    if draw(inside - position) < wanted {
                        wanted -= 1
                    } else {
                        for row in rows { places[row * last + start + position] = Self.nowhere }
                    }
                }
            }
        }
        return Tensor(shape: type.shape, storage: tensor.storage.gathered(places) { zeros[$0] })
    }

    /// The tensor with zeros in place of what is not kept.
    static func keeping(_ keeps: [Bool], of tensor: Tensor, zeros: ZeroElements) -> Tensor {
        let places = keeps.indices.map { keeps[$0] ? $0 : nowhere }
        return Tensor(shape: tensor.shape, storage: tensor.storage.gathered(places) { zeros[$0] })
    }

    /// Reports the first block that breaks the pattern.
    func check(_ tensor: Tensor) throws(Diagnostic) { _ = try keptPositions(tensor) }
}

extension Tensor {
    fileprivate var isFloat: Bool {
        switch storage {
        case .float32, .float16, .bfloat16, .minifloat: true
        case .int8, .uint8, .int16, .uint16, .int32: false
        }
    }
}

extension Tensor.Storage {
    /// `count` elements: element i of these at `places[i]`, `missing` elsewhere.
    fileprivate func scattered(_ places: [Int], count: Int, missing: (Int) -> Int32) -> Tensor.Storage {
        func scatter<Element>(_ values: [Element], _ zero: (Int32) -> Element) -> [Element] {
            var result = (0..<count).map { zero(missing($0)) }
            for (value, place) in zip(values, places) where place != KeptWeights.nowhere { result[place] = value }
            return result
        }
        switch self {
        case .int8(let values): return .int8(scatter(values) { Int8(truncatingIfNeeded: $0) })
        case .uint8(let values): return .uint8(scatter(values) { UInt8(truncatingIfNeeded: $0) })
        case .int16(let values): return .int16(scatter(values) { Int16(truncatingIfNeeded: $0) })
        case .uint16(let values): return .uint16(scatter(values) { UInt16(truncatingIfNeeded: $0) })
        case .int32(let values): return .int32(scatter(values) { $0 })
        case .float32(let values): return .float32(scatter(values) { Float($0) })
        case .float16(let values): return .float16(scatter(values) { _ in 0 })
        case .bfloat16(let values): return .bfloat16(scatter(values) { _ in 0 })
        case .minifloat(let format, let values): return .minifloat(format, scatter(values) { _ in 0 })
        }
    }

    /// Element i is the one at `places[i]`, or `missing` of i.
    fileprivate func gathered(_ places: [Int], missing: (Int) -> Int32) -> Tensor.Storage {
        func gather<Element>(_ values: [Element], _ zero: (Int32) -> Element) -> [Element] {
            places.enumerated().map { index, place in
                place == KeptWeights.nowhere ? zero(missing(index)) : values[place]
            }
        }
        switch self {
        case .int8(let values): return .int8(gather(values) { Int8(truncatingIfNeeded: $0) })
        case .uint8(let values): return .uint8(gather(values) { UInt8(truncatingIfNeeded: $0) })
        case .int16(let values): return .int16(gather(values) { Int16(truncatingIfNeeded: $0) })
        case .uint16(let values): return .uint16(gather(values) { UInt16(truncatingIfNeeded: $0) })
        case .int32(let values): return .int32(gather(values) { $0 })
        case .float32(let values): return .float32(gather(values) { Float($0) })
        case .float16(let values): return .float16(gather(values) { _ in 0 })
        case .bfloat16(let values): return .bfloat16(gather(values) { _ in 0 })
        case .minifloat(let format, let values): return .minifloat(format, gather(values) { _ in 0 })
        }
    }
}
