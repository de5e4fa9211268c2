extension Multiply {
    /// K of the weight layout: every run is padded to whole granules of the engine. Clamped, because a program file may
    /// state counts whose product does not fit an address.
    public func paddedDepth(of engine: any Engine) -> Int {
        let granule = max(engine.depthBlock, 1)
        return Self.product(ky.count, kx.count, ceilingQuotient(run, granule) * granule)
    }

    /// Bytes of the tile's weights.
    public func weightBytes(of engine: any Engine) -> Int {
        let block = engine.weightBytes(depth: paddedDepth(of: engine), weightBits: weightBits)
        return Self.product(blocks(of: engine), block, 1)
    }

    /// Column blocks of the tile's weights and scales.
    public func blocks(of engine: any Engine) -> Int { ceilingQuotient(columns, max(engine.columnBlock, 1)) }

    /// Scale groups along the K of this instruction, one when weights are not grouped.
    public var weightGroups: Int {
        guard case .scaled(let scales?, _) = output, scales.group > 0 else { return 1 }
        return ceilingQuotient(Self.product(ky.count, kx.count, run), scales.group)
    }

    private static func product(_ a: Int, _ b: Int, _ c: Int) -> Int {
        let limit = 1 << 40
        return [b, c].reduce(min(max(a, 0), limit)) { total, factor in
            factor <= 0 ? 0 : total > limit / factor ? limit : total * factor
        }
    }

    func accesses(engines: [any Engine]) -> Accesses {
        let rows = Self.product(outerRows.count, innerRows.count, 1)
        let sums = Access(
            LocalAddress(.accumulators, accumulators), run: 4 * columns,
            loops: [.init(count: rows, stride: accumulatorPitch)])
        var result = Accesses(reads: [activationAccess], writes: [sums])
        if accumulate { result.reads.append(sums) }
        if case .scaled(_, let scales?) = output, scales.group > 0 {
            let groups = ceilingQuotient(Self.product(ky.count, kx.count, run), scales.group)
            result.reads.append(
                Access(scales.local, run: 4 * groups, loops: [.init(count: rows, stride: scales.rowPitch)]))
        }
        if engines.indices.contains(engine) { result.reads += weightAccesses(engines[engine]) }
        return result
    }

    private var activationAccess: Access {
        let bytes = activationFormat.tableBytes.map { ceilingQuotient(run, 4) * $0 } ?? run * activationFormat.elementBytes
        return Access(
            activations, run: bytes,
            loops: [outerRows, innerRows, ky, kx].map { .init(count: $0.count, stride: $0.stride) })
    }

    private func weightAccesses(_ engine: any Engine) -> [Access] {
        func access(_ offset: Int, _ bytes: Int) -> Access { Access(LocalAddress(.weights, offset), run: bytes) }
        let cells = Self.product(blocks(of: engine), engine.columnBlock, weightGroups)
        var result = [access(weights, weightBytes(of: engine))]
        if case .scaled(let scales?, _) = output { result.append(access(scales.offset, cells * scales.format.bytes)) }
        if case .table(let offset) = zero, codes.readsZeros { result.append(access(offset, cells * 2)) }
        return result
    }
}
