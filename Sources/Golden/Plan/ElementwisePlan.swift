import Arch

/// How an elementwise instruction is executed.
///
/// The meaning is element by element in ascending order of the nest. Staging (blocks of elements are read, computed,
/// then written) gives the same memory when no element writes what another one reads or writes; otherwise the scalar
/// method is used.
package struct ElementwisePlan: Sendable {
    package enum Method: Sendable { case scalar, staged }

    /// The instruction with the strides of loops that do not step cleared.
    var work: Elementwise
    package private(set) var method: Method
    /// Loops over which the destination stands still (multiply-accumulate only): outermost, in sequence.
    var passes: [VectorLoop] = []
    /// The nest that one pass covers, outermost first.
    var counts = SIMD4<Int>(repeating: 1)
    var destinationStrides = SIMD4<Int>()
    var aStrides = SIMD4<Int>()
    var bStrides = SIMD4<Int>()

    package init(_ original: Elementwise) {
        work = original
        for index in work.loops.indices where work.loops[index].count == 1 { work.loops[index] = VectorLoop() }
        method = .scalar
        var loops = Array(work.loops)
        if work.function.keepsLoops {
            // Rows, columns and pairs are what the loops say: they stay what they are.
        } else {
            loops = loops.filter { $0.count > 1 }
            if work.function == .multiplyAccumulate {
                // Wrapping addition commutes, so the order of the loops does not matter.
                passes = loops.filter { $0.destination == 0 }
                loops.removeAll { $0.destination == 0 }
            }
            loops = Self.merged(loops)
        }
        for (axis, loop) in zip((4 - loops.count)..<4, loops) {
            counts[axis] = loop.count
            destinationStrides[axis] = loop.destination
            aStrides[axis] = loop.a
            bStrides[axis] = loop.b
        }
        if isDistinct(loops), isIndependent, isWithinStagedRange, !work.function.makesPairs { method = .staged }
    }

    /// Loops that continue each other in every operand become one.
    private static func merged(_ loops: [VectorLoop]) -> [VectorLoop] {
        var result: [VectorLoop] = []
        for loop in loops {
            if let outer = result.last, outer.destination == loop.destination * loop.count,
                outer.a == loop.a * loop.count,
                outer.b == loop.b * loop.count
            {
                result[result.count - 1] = VectorLoop(
                    count: outer.count * loop.count, destination: loop.destination, a: loop.a, b: loop.b)
            } else {
                result.append(loop)
            }
        }
        return result
    }

    /// No two elements of a pass are written to overlapping bytes: each stride steps over all that is inside it.
    private func isDistinct(_ loops: [VectorLoop]) -> Bool {
        var reach = work.destination.type.bytes
        let stepping = loops.filter { $0.count > 1 }
        for loop in stepping.sorted(by: { abs($0.destination) < abs($1.destination) }) {
            guard abs(loop.destination) >= reach else { return false }
            reach += (loop.count - 1) * abs(loop.destination)
        }
        return true
    }

    /// Every source lies apart from the destination, or is the destination itself, element for element.
    private var isIndependent: Bool {
        let bytes = work.destination.type.bytes
        guard isIndependent(work.a, bytes: work.a.type.bytes, same: \.a, width: bytes) else { return false }
        guard case .memory(let b) = work.b else { return true }
        return isIndependent(b, bytes: work.function.secondBytes(b.type), same: \.b, width: bytes)
    }

    private func isIndependent(_ operand: Operand, bytes: Int, same: KeyPath<VectorLoop, Int>, width: Int) -> Bool {
        guard operand.address.space == work.destination.address.space else { return true }
        var source = Extent(start: operand.address.offset, bytes: bytes)
        var target = Extent(start: work.destination.address.offset, bytes: width)
        for loop in work.loops {
            source.sweep(count: loop.count, stride: loop[keyPath: same])
            target.sweep(count: loop.count, stride: loop.destination)
        }
        if !source.overlaps(target) { return true }
        return operand.address == work.destination.address && bytes == width && passes.isEmpty
            && work.loops.allSatisfy { $0[keyPath: same] == $0.destination }
    }

    /// The staged kernels round by adding 1.5 * 2^23, which is exact up to 2^22.
    private var isWithinStagedRange: Bool {
        switch work.function {
        case .quantise(let zero, let low, let high), .requantiseFloat(let zero, let low, let high):
            low <= zero && zero <= high && Int(low) - Int(zero) >= -1 << 22 && Int(high) - Int(zero) <= 1 << 22
        default: true
        }
    }

    var rows: Int { counts[0] * counts[1] * counts[2] }
    var columns: Int { counts[3] }
}

extension ElementwiseFunction {
    /// Two elements of a row are computed together.
    var makesPairs: Bool { if case .quantisePairs = self { true } else { false } }

    /// Merging loops would change what is computed.
    fileprivate var keepsLoops: Bool { if case .mask = self { true } else { makesPairs } }
}
