import CKernels

/// Which instructions of the processor multiply rows with panels. All give the same bits.
package enum PanelKernel: Hashable, Sendable, CaseIterable {
    case portable
    case avx2
    case avx512VNNI

    package var isAvailable: Bool {
        switch self {
        case .portable: true
        case .avx2: accelsim_has_avx2() != 0
        case .avx512VNNI: accelsim_has_avx512_vnni() != 0
        }
    }

    /// Whether numbers of 8 bits are multiplied as such.
    package var takesBytes: Bool { self != .avx2 }

    /// The fastest that the processor has. The portable one gains nothing of bytes but memory.
    package static let best: PanelKernel = allCases.last(where: \.isAvailable) ?? .portable

    package func run(bytes panel: accelsim_panel) {
        withUnsafePointer(to: panel) { panel in
            if self == .avx512VNNI {
                accelsim_panel_bytes_avx512_vnni(panel)
            } else {
                PortablePanel<Int8, UInt8>(panel: panel.pointee).run()
            }
        }
    }

    package func run<Number: DotNumber>(_: Number.Type, _ panel: accelsim_panel) {
        withUnsafePointer(to: panel) { pointer in
            switch self {
            case .avx512VNNI where Number.perWord == 2: accelsim_panel_halves_avx512_vnni(pointer)
            case .avx2 where Number.perWord == 2: accelsim_panel_halves_avx2(pointer)
            default: PortablePanel<Number, Number>(panel: panel).run()
            }
        }
    }
}

/// The kernels of `CKernels` for any processor.
private struct PortablePanel<Activation: FixedWidthInteger & BitwiseCopyable, Weight: FixedWidthInteger & BitwiseCopyable> {
    let panel: accelsim_panel

    private typealias Sums = SIMD16<Int32>

    func run() {
        for row in 0..<panel.rows { run(row) }
    }

    @inline(__always)
    private func run(_ row: Int) {
        guard let accumulators = panel.accumulators, let ends = panel.segment_ends else { return }
        let output = accumulators + row * panel.accumulator_pitch
        var totals = panel.accumulate != 0 ? loaded(output) : Sums.zero
        var start = 0
        for segment in 0..<panel.segments {
            let end = Int(ends[segment])
            var sums = self.sums(row, start..<end)
            if let corrections = panel.corrections {
                sums &-= Sums(repeating: corrections[row * panel.segments + segment])
            }
            add(sums, row, segment, to: &totals)
            start = end
        }
        store(totals, output)
    }

    @inline(__always)
    private func sums(_ row: Int, _ words: Range<Int>) -> Sums {
        guard let activations = panel.activations, let weights = panel.weights else { return .zero }
        let perWord = 4 / MemoryLayout<Weight>.size
        let numbers = (activations + row * panel.activation_pitch).assumingMemoryBound(to: Activation.self)
        let columns = weights.assumingMemoryBound(to: Weight.self)
        var sums = Sums.zero
        for word in words {
            for part in 0..<perWord {
                let activation = Int32(truncatingIfNeeded: numbers[word * perWord + part])
                for lane in 0..<Sums.scalarCount {
                    let weight = columns[(word * Sums.scalarCount + lane) * perWord + part]
                    sums[lane] &+= activation &* Int32(truncatingIfNeeded: weight)
                }
            }
        }
        return sums
    }

    @inline(__always)
    private func add(_ sums: Sums, _ row: Int, _ segment: Int, to totals: inout Sums) {
        guard let columnScales = panel.column_scales, let rowScales = panel.row_scales else {
            totals &+= sums
            return
        }
        for lane in 0..<panel.columns {
            let scale = columnScales[Sums.scalarCount * segment + lane] * rowScales[row * panel.segments + segment]
            let old = Float(bitPattern: UInt32(bitPattern: totals[lane]))
            let new = old + scaledTerm(sums[lane], scale: scale, inHalves: panel.halves != 0)
            totals[lane] = Int32(bitPattern: new.bitPattern)
        }
    }

    private func loaded(_ output: UnsafeRawPointer) -> Sums {
        var totals = Sums.zero
        for lane in 0..<panel.columns {
            totals[lane] = output.loadUnaligned(fromByteOffset: 4 * lane, as: Int32.self)
        }
        return totals
    }

    private func store(_ totals: Sums, _ output: UnsafeMutableRawPointer) {
        for lane in 0..<panel.columns {
            let isNaN = panel.column_scales != nil && Float(bitPattern: UInt32(bitPattern: totals[lane])).isNaN
            output.storeBytes(of: isNaN ? 0x7FC0_0000 : totals[lane], toByteOffset: 4 * lane, as: Int32.self)
        }
    }
}
