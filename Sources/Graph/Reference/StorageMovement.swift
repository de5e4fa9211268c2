import Diagnostics

/// A rearrangement of elements that does not look at them.
protocol ElementMovement {
    /// The result for one or more arrays of one element type.
    func move<Element>(_ arrays: [[Element]]) -> [Element]
}

extension ElementMovement {
    func callAsFunction(_ storages: [Tensor.Storage]) throws -> Tensor.Storage {
        guard let first = storages.first else { throw Diagnostic(field: "inputs", "at least one tensor is expected") }
        switch first {
        case .int8: return .int8(move(try arrays(storages) { if case .int8(let array) = $0 { array } else { nil } }))
        case .uint8: return .uint8(move(try arrays(storages) { if case .uint8(let array) = $0 { array } else { nil } }))
        case .int16: return .int16(move(try arrays(storages) { if case .int16(let array) = $0 { array } else { nil } }))
        case .uint16:
            return .uint16(move(try arrays(storages) { if case .uint16(let array) = $0 { array } else { nil } }))
        case .int32: return .int32(move(try arrays(storages) { if case .int32(let array) = $0 { array } else { nil } }))
        case .float32:
            return .float32(move(try arrays(storages) { if case .float32(let array) = $0 { array } else { nil } }))
        case .float16:
            return .float16(move(try arrays(storages) { if case .float16(let array) = $0 { array } else { nil } }))
        case .bfloat16:
            return .bfloat16(move(try arrays(storages) { if case .bfloat16(let array) = $0 { array } else { nil } }))
        case .minifloat(let format, _):
            let codes = try arrays(storages) { storage in
                if case .minifloat(format, let array) = storage { array } else { nil }
            }
            return .minifloat(format, move(codes))
        }
    }

    private func arrays<Element>(
        _ storages: [Tensor.Storage], _ array: (Tensor.Storage) -> [Element]?
    ) throws -> [[Element]] {
        try storages.map {
            guard let elements = array($0) else {
                throw Diagnostic(field: "inputs", "hold elements of different kinds, expected one kind")
            }
            return elements
        }
    }
}

/// Element at offset + sum over axes of index * stride: `transpose` and `slice`.
struct StridedMovement: ElementMovement {
    /// Shape of the result.
    var shape: [Int]
    /// Distance in the source for each axis of the result.
    var strides: [Int]
    var offset: Int

    func move<Element>(_ arrays: [[Element]]) -> [Element] {
        var result: [Element] = []
        result.reserveCapacity(shape.reduce(1, *))
        append(arrays[0], axis: 0, from: offset, to: &result)
        return result
    }

    private func append<Element>(_ source: [Element], axis: Int, from start: Int, to result: inout [Element]) {
        guard axis < shape.count else { return result.append(source[start]) }
        if axis == shape.count - 1 {
            for index in 0..<shape[axis] { result.append(source[start + index * strides[axis]]) }
        } else {
            for index in 0..<shape[axis] {
                append(source, axis: axis + 1, from: start + index * strides[axis], to: &result)
            }
        }
    }
}

/// For every outer index a run of consecutive elements from each source in turn: `concat`.
struct InterleavedMovement: ElementMovement {
    var outer: Int
    /// Length of a run, per source.
    var runs: [Int]

    func move<Element>(_ arrays: [[Element]]) -> [Element] {
        var result: [Element] = []
        result.reserveCapacity(outer * runs.reduce(0, +))
        for index in 0..<outer {
            for (array, run) in zip(arrays, runs) { result += array[index * run..<(index + 1) * run] }
        }
        return result
    }
}

/// Runs of consecutive elements starting at `starts`: `gather`.
struct RunMovement: ElementMovement {
    var starts: [Int]
    var run: Int

    func move<Element>(_ arrays: [[Element]]) -> [Element] {
        starts.flatMap { arrays[0][$0..<$0 + run] }
    }
}

/// A box of the target, from `origin`, is overwritten by the source: `pad` (target all padding) and `append`.
/// Arrays: the target, the source.
struct BoxMovement: ElementMovement {
    var targetShape: [Int]
    var sourceShape: [Int]
    var origin: [Int]

    func move<Element>(_ arrays: [[Element]]) -> [Element] {
        var result = arrays[0]
        let run = sourceShape.last ?? 1
        let targetStrides = rowMajorStrides(targetShape)
        for row in 0..<sourceShape.dropLast().reduce(1, *) {
            var place = zip(origin, targetStrides).reduce(0) { $0 + $1.0 * $1.1 }
            var rest = row
            for axis in sourceShape.indices.dropLast().reversed() {
                place += rest % sourceShape[axis] * targetStrides[axis]
                rest /= sourceShape[axis]
            }
            result.replaceSubrange(place..<place + run, with: arrays[1][row * run..<(row + 1) * run])
        }
        return result
    }
}

/// Elements from one index of an axis to the next.
func rowMajorStrides(_ shape: [Int]) -> [Int] {
    var strides = Array(repeating: 1, count: shape.count)
    for axis in shape.indices.dropLast().reversed() { strides[axis] = strides[axis + 1] * shape[axis + 1] }
    return strides
}
