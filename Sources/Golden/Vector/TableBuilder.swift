import Arch

/// Tables of activations: entry i = ((s0 a0 + s1 a1) + s2 a2) + s3 a3, s_k = +1 where bit k of i is set, else -1. Half
/// tables keep the even entries, those with -a0.
struct TableBuilder: @unchecked Sendable {
    let work: BuildTables
    let source: UnsafeRawPointer
    let tables: UnsafeMutableRawPointer
    let scales: UnsafeMutableRawPointer

    func execute(threads: Int) {
        Parallel.run(work.rows, elements: work.rows * work.elements, threads: isIndependent ? threads : 1) { rows in
            for index in rows { build(index) }
        }
    }

    /// No row writes what another one reads or writes. (Activations in the space of a result are not looked into
    /// further.)
    private var isIndependent: Bool {
        guard work.source.address.space != .tables, work.tablePitch >= work.quads * work.entries.tableBytes else {
            return false
        }
        guard !work.entries.isExact else { return true }
        let scaleBytes = 4 * work.entries.scaleGroups(quads: work.quads)
        guard work.scales.space != work.source.address.space, work.scalePitch >= scaleBytes else { return false }
        return work.scales.space != .tables
            || work.scales.offset + work.rows * work.scalePitch <= work.tables
            || work.tables + work.rows * work.tablePitch <= work.scales.offset
    }

    private func build(_ index: Int) {
        let (outer, inner) = index.quotientAndRemainder(dividingBy: work.innerRows.count)
        let row = source + (outer * work.outerRows.stride + inner * work.innerRows.stride)
        let out = tables + index * work.tablePitch
        let scale = scales + index * work.scalePitch
        switch work.entries {
        case .exact, .exactFull: exact(row, out)
        case .int8PerTable, .int8PerTableFull: quantised(row, out, scale, quadsPerScale: 1)
        case .int8Per64, .int8Per64Full: quantised(row, out, scale, quadsPerScale: 16)
        }
    }

    /// Entries of a full table between two stored ones.
    private var step: Int { work.entries.isFull ? 1 : 2 }

    private func exact(_ row: UnsafeRawPointer, _ out: UnsafeMutableRawPointer) {
        for quad in 0..<work.quads {
            let entries = sums(integers(row, quad))
            let table = out + quad * work.entries.tableBytes
            for entry in 0..<work.entries.count {
                table.storeBytes(of: Int16(truncatingIfNeeded: entries[entry * step]), toByteOffset: 2 * entry, as: Int16.self)
            }
        }
    }

    private func quantised(
        _ row: UnsafeRawPointer, _ out: UnsafeMutableRawPointer, _ scales: UnsafeMutableRawPointer, quadsPerScale: Int
    ) {
        var first = 0
        while first < work.quads {
            let group = first..<min(first + quadsPerScale, work.quads)
            var m: Float = 0
            for quad in group {
                m = Scalar.maximum(m, quadsPerScale == 1 ? greatest(floatSums(row, quad)) : magnitude(row, quad))
            }
            let scale = m == 0 ? 1 : m / 127
            (scales + first / quadsPerScale * 4).put(scale)
            for quad in group {
                let entries = floatSums(row, quad)
                let table = out + quad * work.entries.tableBytes
                for entry in 0..<work.entries.count {
                    let code = Scalar.quantiseNarrow(entries[entry * step] / scale, zero: 0, lowest: -127, highest: 127)
                    table.storeBytes(of: Int8(truncatingIfNeeded: code), toByteOffset: entry, as: Int8.self)
                }
            }
            first = group.upperBound
        }
    }

    /// Four activations as integers; zero past the end.
    private func integers(_ row: UnsafeRawPointer, _ quad: Int) -> SIMD4<Int> {
        var a = SIMD4<Int>()
        for i in 0..<min(4, work.elements - 4 * quad) {
            a[i] = Int((row + (4 * quad + i) * work.source.type.bytes).integer(work.source.type))
        }
        return a
    }

    private func floats(_ row: UnsafeRawPointer, _ quad: Int) -> SIMD4<Float> {
        var a = SIMD4<Float>()
        for i in 0..<min(4, work.elements - 4 * quad) {
            a[i] = (row + (4 * quad + i) * work.source.type.bytes).float(work.source.type)
        }
        return a
    }

    /// The sums in f32; of codes the exact integers, converted.
    private func floatSums(_ row: UnsafeRawPointer, _ quad: Int) -> SIMD16<Float> {
        if !work.source.type.isInteger { return sums(floats(row, quad)) }
        let entries = sums(integers(row, quad))
        var result = SIMD16<Float>()
        for i in 0..<16 { result[i] = Float(entries[i]) }
        return result
    }

    /// The greatest magnitude. The even entries have all magnitudes, for the odd ones are the same with the other sign.
    private func greatest(_ entries: SIMD16<Float>) -> Float {
        var m: Float = 0
        for i in stride(from: 0, to: 16, by: 2) { m = Scalar.maximum(m, entries[i].magnitude) }
        return m
    }

    /// ((|a0| + |a1|) + |a2|) + |a3|.
    private func magnitude(_ row: UnsafeRawPointer, _ quad: Int) -> Float {
        if work.source.type.isInteger {
            let a = integers(row, quad)
            return Float(abs(a[0]) + abs(a[1]) + abs(a[2]) + abs(a[3]))
        }
        let a = floats(row, quad)
        return ((a[0].magnitude + a[1].magnitude) + a[2].magnitude) + a[3].magnitude
    }

    /// The sums that are stored, at their places in a full table.
    private func sums<Number: SignedNumeric & SIMDScalar>(_ a: SIMD4<Number>) -> SIMD16<Number> {
        var sums = SIMD16<Number>(repeating: 0)
        for i in stride(from: 0, to: 16, by: step) {
            var sum = i & 1 == 1 ? a[0] : -a[0]
            for k in 1..<4 { sum = i >> k & 1 == 1 ? sum + a[k] : sum - a[k] }
            sums[i] = sum
        }
        return sums
    }
}
