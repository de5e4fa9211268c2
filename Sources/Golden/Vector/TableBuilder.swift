import Arch

/// Tables of activations: entry i = ((s0 a0 + s1 a1) + s2 a2) + ..., s_k = +1 where bit k of i is set, else -1. Half
/// tables keep the even entries, those with -a0.
struct TableBuilder: @unchecked Sendable {
    let work: BuildTables
    let source: UnsafeRawPointer
    let tables: UnsafeMutableRawPointer
    let scales: UnsafeMutableRawPointer
    /// With a selection: which elements of every row go into its tables, in order; those past the end are zero.
    private let selected: [Int]?

    init(_ work: BuildTables, on scratchpads: ScratchpadMemory) {
        source = UnsafeRawPointer(scratchpads.pointer(work.source.address))
        tables = scratchpads.pointer(LocalAddress(.tables, work.tables))
        scales = scratchpads.pointer(work.scales)
        self.work = work
        selected = work.selection.map { selection in
            let positions = UnsafeRawPointer(scratchpads.pointer(selection.positions))
            let layout = SharedPositionLayout(selection.pattern)
            return (0..<work.selectedPerRow).map { index in
                let (period, kept) = index.quotientAndRemainder(dividingBy: work.keptPerPeriod)
                let k = layout.k(positions, kept: kept)
                return k < selection.period ? period * selection.period + k : work.elements
            }
        }
    }

    func execute(_ parallel: Parallel) {
        parallel.run(work.rows, elements: work.rows * work.elements, isIndependent: isIndependent) { rows, _ in
            for index in rows { build(index) }
        }
    }

    /// No row writes what another one reads or writes. (Activations in the space of a result are not looked into
    /// further.)
    private var isIndependent: Bool {
        guard work.source.address.space != .tables, work.tablePitch >= work.tablesPerRow * work.format.tableBytes else {
            return false
        }
        guard !work.entries.isExact else { return true }
        let scaleBytes = 4 * work.scalesPerRow
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
        case .int8PerTable, .int8PerTableFull: quantised(row, out, scale, sharesScale: false)
        case .int8Per64, .int8Per64Full: quantised(row, out, scale, sharesScale: true)
        }
    }

    private func exact(_ row: UnsafeRawPointer, _ out: UnsafeMutableRawPointer) {
        let format = work.format
        if work.source.type == .int8, format.length == 4, !format.entries.isFull, selected == nil {
            return exactFours(row, out)
        }
        withUnsafeTemporaryAllocation(of: Int.self, capacity: format.count + format.length) { scratch in
            let sums = SignedSums<Int>(scratch, format)
            for table in 0..<work.tablesPerRow {
                read(row, table, into: sums.activations) { Int($0.integer(work.source.type)) }
                sums.add()
                let entries = out + table * format.tableBytes
                for entry in 0..<format.count {
                    entries.storeBytes(
                        of: Int16(truncatingIfNeeded: sums.entries[entry]), toByteOffset: 2 * entry, as: Int16.self)
                }
            }
        }
    }

    /// Half tables of four bytes, eight entries at once.
    private func exactFours(_ row: UnsafeRawPointer, _ out: UnsafeMutableRawPointer) {
        for table in 0..<work.tablesPerRow {
            let known = min(4, work.elements - 4 * table)
            var bytes = SIMD4<Int8>.zero
            if known == 4 {
                bytes = row.loadUnaligned(fromByteOffset: 4 * table, as: SIMD4<Int8>.self)
            } else {
                for k in 0..<known { bytes[k] = row.load(fromByteOffset: 4 * table + k, as: Int8.self) }
            }
            func activation(_ k: Int) -> SIMD8<Int16> { SIMD8(repeating: Int16(bytes[k])) }
            let entries = activation(1) &* Self.secondSigns &+ activation(2) &* Self.thirdSigns
                &+ activation(3) &* Self.fourthSigns &- activation(0)
            out.storeBytes(of: entries, toByteOffset: 16 * table, as: SIMD8<Int16>.self)
        }
    }

    // In the entries of a half table of four; the first activation is subtracted in all of them.
    private static let secondSigns = SIMD8<Int16>(-1, 1, -1, 1, -1, 1, -1, 1)
    private static let thirdSigns = SIMD8<Int16>(-1, -1, 1, 1, -1, -1, 1, 1)
    private static let fourthSigns = SIMD8<Int16>(-1, -1, -1, -1, 1, 1, 1, 1)

    private func quantised(
        _ row: UnsafeRawPointer, _ out: UnsafeMutableRawPointer, _ scales: UnsafeMutableRawPointer, sharesScale: Bool
    ) {
        let type = work.source.type
        if type.isInteger {
            quantised(row, out, scales, sharesScale, element: { Int($0.integer(type)) }, real: { Float($0) })
        } else {
            quantised(row, out, scales, sharesScale, element: { $0.float(type) }, real: { $0 })
        }
    }

    /// Sums of codes are exact integers, of reals f32; converted, divided by their scale and rounded.
    @inline(__always)
    private func quantised<Number: SignedNumeric & Comparable>(
        _ row: UnsafeRawPointer, _ out: UnsafeMutableRawPointer, _ scales: UnsafeMutableRawPointer, _ sharesScale: Bool,
        element: (UnsafeRawPointer) -> Number, real: (Number) -> Float
    ) {
        let format = work.format
        let tablesPerScale = format.tablesPerScale ?? 1
        withUnsafeTemporaryAllocation(of: Number.self, capacity: format.count + format.length) { scratch in
            let sums = SignedSums(scratch, format)
            for first in stride(from: 0, to: work.tablesPerRow, by: tablesPerScale) {
                let group = first..<min(first + tablesPerScale, work.tablesPerRow)
                var m: Float = 0
                for table in group {
                    read(row, table, into: sums.activations, element)
                    sums.add()
                    m = Scalar.maximum(m, real(sharesScale ? sums.magnitude : sums.greatest))
                }
                let scale = m == 0 ? 1 : m / 127
                (scales + first / tablesPerScale * 4).put(scale)
                for table in group {
                    read(row, table, into: sums.activations, element)
                    sums.add()
                    let entries = out + table * format.tableBytes
                    for entry in 0..<format.count {
                        let code = Scalar.quantiseNarrow(
                            real(sums.entries[entry]) / scale, zero: 0, lowest: -127, highest: 127)
                        entries.storeBytes(of: Int8(truncatingIfNeeded: code), toByteOffset: entry, as: Int8.self)
                    }
                }
            }
        }
    }

    /// Activations of one table; zero past the end.
    @inline(__always)
    private func read<Number: SignedNumeric>(
        _ row: UnsafeRawPointer, _ table: Int, into activations: UnsafeMutablePointer<Number>,
        _ element: (UnsafeRawPointer) -> Number
    ) {
        let first = table * work.length
        if let selected {
            for k in 0..<work.length {
                let place = first + k < selected.count ? selected[first + k] : work.elements
                activations[k] = place < work.elements ? element(row + place * work.source.type.bytes) : 0
            }
            return
        }
        for k in 0..<work.length {
            activations[k] = first + k < work.elements ? element(row + (first + k) * work.source.type.bytes) : 0
        }
    }
}
