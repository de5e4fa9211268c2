import Arch

/// Half tables of activations: half[t] = ((-a0 + s0 a1) + s1 a2) + s2 a3, s_i = +1 where bit i of t is set, else -1.
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
        guard work.source.address.space != .tables, work.tablePitch >= work.quads * 8 * work.entries.bytes else {
            return false
        }
        guard work.entries != .exact else { return true }
        let groups = work.entries == .int8PerTable ? work.quads : (work.quads + 15) / 16
        guard work.scales.space != work.source.address.space, work.scalePitch >= 4 * groups else { return false }
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
        case .exact: exact(row, out)
        case .int8PerTable: quantised(row, out, scale, quadsPerScale: 1)
        case .int8Per64: quantised(row, out, scale, quadsPerScale: 16)
        }
    }

    private func exact(_ row: UnsafeRawPointer, _ out: UnsafeMutableRawPointer) {
        for quad in 0..<work.quads {
            let half = Self.half(integers(row, quad))
            for t in 0..<8 {
                out.storeBytes(of: Int16(truncatingIfNeeded: half[t]), toByteOffset: quad * 16 + 2 * t, as: Int16.self)
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
                m = Scalar.maximum(m, quadsPerScale == 1 ? greatest(halves(row, quad)) : magnitude(row, quad))
            }
            let scale = m == 0 ? 1 : m / 127
            (scales + first / quadsPerScale * 4).put(scale)
            for quad in group {
                let half = halves(row, quad)
                for t in 0..<8 {
                    let code = Scalar.quantiseNarrow(half[t] / scale, zero: 0, lowest: -127, highest: 127)
                    out.storeBytes(of: Int8(truncatingIfNeeded: code), toByteOffset: quad * 8 + t, as: Int8.self)
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

    /// Half table in f32; of codes the exact integers, converted.
    private func halves(_ row: UnsafeRawPointer, _ quad: Int) -> SIMD8<Float> {
        if !work.source.type.isInteger { return Self.half(floats(row, quad)) }
        let half = Self.half(integers(row, quad))
        var result = SIMD8<Float>()
        for t in 0..<8 { result[t] = Float(half[t]) }
        return result
    }

    private func greatest(_ half: SIMD8<Float>) -> Float {
        var m: Float = 0
        for t in 0..<8 { m = Scalar.maximum(m, half[t].magnitude) }
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

    private static func half(_ a: SIMD4<Float>) -> SIMD8<Float> {
        var half = SIMD8<Float>()
        for t in 0..<8 {
            var sum = -a[0]
            for i in 1..<4 { sum = t >> (i - 1) & 1 == 1 ? sum + a[i] : sum - a[i] }
            half[t] = sum
        }
        return half
    }

    private static func half(_ a: SIMD4<Int>) -> SIMD8<Int> {
        var half = SIMD8<Int>()
        for t in 0..<8 {
            var sum = -a[0]
            for i in 1..<4 { sum = t >> (i - 1) & 1 == 1 ? sum + a[i] : sum - a[i] }
            half[t] = sum
        }
        return half
    }
}
