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

    /// The fastest that the processor has.
    package static let best: PanelKernel = allCases.last(where: \.isAvailable) ?? .portable

    package func run<Number: DotNumber>(_ format: PanelFormat, _: Number.Type, _ panel: accelsim_panel) {
        withUnsafePointer(to: panel) { pointer in
            switch self {
            case .portable: Self.portable(format, Number.self, panel)
            case .avx2: Self.avx2(format, Number.self)(pointer)
            case .avx512VNNI: Self.avx512VNNI(format, Number.self)(pointer)
            }
        }
    }

    private typealias Run = (UnsafePointer<accelsim_panel>) -> Void

    private static func portable<Number: DotNumber>(_ format: PanelFormat, _: Number.Type, _ panel: accelsim_panel) {
        switch format {
        case .numbers: PortablePanel<Number>(panel: panel, format: format).run()
        case .bytes, .nibbles: PortablePanel<Int8>(panel: panel, format: format).run()
        }
    }

    private static func avx2<Number: DotNumber>(_ format: PanelFormat, _: Number.Type) -> Run {
        switch format {
        case .numbers: Number.perWord == 2 ? accelsim_panel_halves_avx2 : accelsim_panel_integers_avx2
        case .bytes: accelsim_panel_bytes_avx2
        case .nibbles: accelsim_panel_nibbles_avx2
        }
    }

    private static func avx512VNNI<Number: DotNumber>(_ format: PanelFormat, _: Number.Type) -> Run {
        switch format {
        case .numbers: Number.perWord == 2 ? accelsim_panel_halves_avx512_vnni : accelsim_panel_integers_avx512_vnni
        case .bytes: accelsim_panel_bytes_avx512_vnni
        case .nibbles: accelsim_panel_nibbles_avx512_vnni
        }
    }
}

/// The kernels of `CKernels` for any processor.
private struct PortablePanel<Activation: DotNumber> {
    let panel: accelsim_panel
    let format: PanelFormat

    private typealias Sums = SIMD16<Int32>

    func run() {
        for index in 0..<panel.panels {
            for row in 0..<panel.rows { run(index, row) }
        }
    }

    @inline(__always)
    private func run(_ index: Int, _ row: Int) {
        guard let accumulators = panel.accumulators, let ends = panel.segment_ends, let panels = panel.weights else { return }
        let first = Sums.scalarCount * index
        let columns = min(Sums.scalarCount, panel.columns - first)
        let output = accumulators + row * panel.accumulator_pitch + 4 * first
        var weights = panels + index * panel.panel_pitch
        var totals = panel.accumulate != 0 ? loaded(output, columns) : Sums.zero
        var start = 0
        for segment in 0..<panel.segments {
            let end = Int(ends[segment])
            let words = panel.row_scales == nil ? weights : weights + 64
            var sums = self.sums(row, start..<end, words)
            if let corrections = panel.corrections {
                sums &-= Sums(repeating: corrections[row * panel.segments + segment])
            }
            add(sums, row, segment, weights.assumingMemoryBound(to: Float.self), to: &totals)
            weights = words + 64 * (end - start)
            start = end
        }
        store(totals, output, columns)
    }

    /// - Parameter weights: of the first of the words.
    @inline(__always)
    private func sums(_ row: Int, _ words: Range<Int>, _ weights: UnsafeRawPointer) -> Sums {
        guard let activations = panel.activations else { return .zero }
        let perWord = format.perWord(Activation.self)
        let numbers = (activations + row * panel.activation_pitch).assumingMemoryBound(to: Activation.self)
        var sums = Sums.zero
        for word in words {
            for part in 0..<perWord {
                let activation = Int32(truncatingIfNeeded: numbers[word * perWord + part])
                for lane in 0..<Sums.scalarCount {
                    let place = weights + 4 * ((word - words.lowerBound) * Sums.scalarCount + lane)
                    sums[lane] &+= activation &* weight(place, part)
                }
            }
        }
        return sums
    }

    /// A weight of a word, with its bias.
    @inline(__always)
    private func weight(_ word: UnsafeRawPointer, _ part: Int) -> Int32 {
        switch format {
        case .numbers:
            return Int32(truncatingIfNeeded: word.assumingMemoryBound(to: Activation.self)[part])
        case .bytes:
            return Int32(word.load(fromByteOffset: part, as: UInt8.self))
        case .nibbles:
            let byte = word.load(fromByteOffset: part & 3, as: UInt8.self)
            return Int32(part < 4 ? byte & 15 : byte >> 4)
        }
    }

    @inline(__always)
    private func add(
        _ sums: Sums, _ row: Int, _ segment: Int, _ columnScales: UnsafePointer<Float>, to totals: inout Sums
    ) {
        guard let rowScales = panel.row_scales else {
            totals &+= sums
            return
        }
        for lane in 0..<Sums.scalarCount {
            let scale = columnScales[lane] * rowScales[row * panel.segments + segment]
            let old = Float(bitPattern: UInt32(bitPattern: totals[lane]))
            let new = old + scaledTerm(sums[lane], scale: scale, inHalves: panel.halves != 0)
            totals[lane] = Int32(bitPattern: new.bitPattern)
        }
    }

    private func loaded(_ output: UnsafeRawPointer, _ columns: Int) -> Sums {
        var totals = Sums.zero
        for lane in 0..<columns { totals[lane] = output.loadUnaligned(fromByteOffset: 4 * lane, as: Int32.self) }
        return totals
    }

    private func store(_ totals: Sums, _ output: UnsafeMutableRawPointer, _ columns: Int) {
        for lane in 0..<columns {
            let isNaN = panel.row_scales != nil && Float(bitPattern: UInt32(bitPattern: totals[lane])).isNaN
            output.storeBytes(of: isNaN ? 0x7FC0_0000 : totals[lane], toByteOffset: 4 * lane, as: Int32.self)
        }
    }
}
