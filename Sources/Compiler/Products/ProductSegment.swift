import Arch
import Diagnostics
import Formats
import Graph

extension Lowering {
    /// Lowers a product and the vector nodes fused with it. Trailing nodes become segments of their own when they do not
    /// fit, do not lie along the product's axes, or need whole rows and that makes the tiles too costly.
    mutating func lowerProduct(_ segment: Segment, consumers: [String: [String]]) throws {
        var prepared = try prepareOperands(segment.nodes[0])
        prepared.tables = try tables(segment.nodes[0], prepared: prepared)
        let clean = self
        var best: (lowering: Lowering, code: ProductCode, nodes: Int, cycles: Double)?
        for count in prefixes(of: segment).reversed() {
            self = clean
            let part = Segment(kind: .product, nodes: Array(segment.nodes.prefix(count)))
            guard let (code, cycles) = try product(part, prepared: prepared, consumers: consumers) else { continue }
            let total = cycles + splitCost(segment, after: count)
            if best == nil || total < best?.cycles ?? .infinity { best = (self, code, count, total) }
        }
        guard var best else { throw tooLarge(segment.nodes[0], nil) }
        self = best.lowering
        do { try best.code.generate() } catch { throw tooLarge(segment.nodes[0], error) }
        emitter.append(best.code.tile.emitter.instructions)
        endRow(segment.nodes.prefix(best.nodes).map(\.name), note: best.code.note)
        let rest = Array(segment.nodes.dropFirst(best.nodes))
        if !rest.isEmpty { try lowerVector(Segment(kind: .vector, nodes: rest), consumers: consumers) }
    }

    /// Numbers of leading nodes worth trying: all, and those before each node that needs whole rows; one at least.
    private func prefixes(of segment: Segment) -> [Int] {
        let cuts = segment.nodes.indices.dropFirst().filter { graph.needsRows(segment.nodes[$0]) }
        let all = Set([1, segment.nodes.count] + cuts.prefix(1))
        return all.sorted()
    }

    /// Cycles of writing and reading the value between two segments.
    private func splitCost(_ segment: Segment, after count: Int) -> Double {
        guard count < segment.nodes.count else { return 0 }
        let bytes = type(segment.nodes[count - 1].outputs[0]).count * 4 * 2
        let memory = target.machine.memory
        return Double(bytes) * Double(memory.slotPeriod) / Double(memory.burstBytes * target.machine.clockPeriod)
    }

    /// `nil` when no tile fits or an operand of a fused node does not lie along the product's axes.
    private mutating func product(
        _ segment: Segment, prepared: PreparedProduct, consumers: [String: [String]]
    ) throws -> (code: ProductCode, cycles: Double)? {
        let node = segment.nodes[0]
        let geometry = prepared.geometry
        let record = begin(node.name, operation: node.operation.name, macs: geometry.macs)
        let decision = decisions[node.name] ?? ProductDecision(engine: 0, activations: .int8)
        let usesTables = decision.tables != nil && prepared.tables == nil
        let tableRecord = usesTables ? begin("\(node.name).tables", operation: "lookup_tables") : record
        let engine = target.engines[decision.engine]
        let layout = DepthLayout(
            geometry, engine: engine,
            structure: prepared.runtime == nil ? type(node.inputs[1]).encoding.structure : .dense,
            keepsTaps: type(node.inputs[0]).encoding.codec.pairs != nil)
        var source = ProductSource(
            node: node, record: record, tableRecord: tableRecord, geometry: geometry, layout: layout, decision: decision,
            weights: .image(WeightImage.none), image: prepared.image, type: prepared.type, padding: prepared.padding,
            activationScales: prepared.activationScales, tables: layout.unfolds ? nil : prepared.tables, isScaled: false,
            hasFloats: !type(node.inputs[0]).encoding.codec.isInteger || !type(node.inputs[1]).encoding.codec.isInteger, sum: "\(node.outputs[0])#sum")
        source.weights = try weights(node, prepared: prepared, layout: layout, engine: engine)
        source.isScaled = isScaled(source)
        source.exactDepth = try exactDepth(source, engine: engine)
        var binding = VectorBinding(domain: prepared.domain)
        do {
            try bind(segment, source: source, consumers: consumers, into: &binding)
        } catch is DoesNotBind {
            return nil
        }
        let used = Set(binding.steps.flatMap { $0.reads + [$0.output] })
        if !used.contains(source.sum) { source.sum = node.outputs[0] }
        let tables = try tableOutputs(segment, domain: prepared.domain)
        let outputs = try storedOutputs(segment, tables: tables, consumers: consumers)
        let bound: [String: BoundOperand]
        do { bound = try bindOutputs(outputs, domain: prepared.domain) } catch is DoesNotBind { return nil }
        let wholeColumns = segment.nodes.dropFirst().contains(where: graph.needsRows)
        // A tile holds columns of one group of a convolution, never a whole row.
        if wholeColumns, geometry.groups > 1 { return nil }
        return search(
            source, binding: binding, outputs: bound, tables: tables, engine: engine, wholeColumns: wholeColumns)
    }

    private func search(
        _ source: ProductSource, binding: VectorBinding, outputs: [String: BoundOperand], tables: [TableOutput],
        engine: any Engine, wholeColumns: Bool
    ) -> (code: ProductCode, cycles: Double)? {
        let geometry = source.geometry
        var cost = ProductCost(
            source: source, engine: engine, machine: target.machine,
            epilogue: EpilogueCost(binding: binding, outputs: outputs, vector: target.machine.vector))
        let granule = source.depthGranule(engine: engine)
        // Cutting the channels of a window with several taps would change the order of its sum.
        let keepsOrder = !source.hasFloats && source.mixed == nil || source.layout.runs == 1
        let splits = geometry.groups == 1 && !source.layout.unfolds && keepsOrder
        var limit = options.tileLimit
        if let exact = source.exactDepth { limit.depth = min(limit.depth, exact) }
        // A sum by centroid is multiplied once, at the end of a pass.
        if let pass = source.contract.pass, source.layout.runs == 1 { limit.depth = min(limit.depth, pass) }
        if source.hasOutliers { limit.columns = min(limit.columns, engine.columnBlock) }
        // A tile whose values become tables ends where a table ends.
        let columnBlock = tables.reduce(engine.columnBlock) { leastCommonMultiple($0, $1.format.length) }
        let candidates = ProductTiling.candidates(
            geometry, columnBlock: columnBlock, columnGroup: source.sharedPositions?.columns, depthGranule: granule,
            splitsDepth: splits, wholeColumns: wholeColumns, limit: limit)
        var ranked: [(cycles: Double, index: Int)] = []
        for (index, candidate) in candidates.enumerated() where cost.fits(candidate) {
            ranked.append((cost.cycles(candidate), index))
        }
        ranked.sort { ($0.cycles, $0.index) < ($1.cycles, $1.index) }
        let tile = TileCode(
            binding: binding, outputs: outputs, tables: tables, capacity: target.machine.scratchpads)
        for (cycles, index) in ranked {
            let code = ProductCode(source: source, tiling: candidates[index], engine: engine, tile: tile)
            if code.fits() { return (code, cycles) }
        }
        return nil
    }

    private mutating func weights(
        _ node: Node, prepared: PreparedProduct, layout: DepthLayout, engine: any Engine
    ) throws -> ProductWeights {
        if let runtime = prepared.runtime {
            try proveAccumulators(node, runtime: runtime, depth: min(prepared.geometry.depth, prepared.activationScales?.group ?? .max))
            return .runtime(runtime)
        }
        let codec = type(node.inputs[0]).encoding.codec
        return .image(try weightImage(node, geometry: prepared.geometry, layout: layout, engine: engine, activations: codec))
    }

    /// Values of run-time weights are unknown: any codes must sum to an int32.
    private func proveAccumulators(_ node: Node, runtime: RuntimeWeights, depth: Int) throws {
        guard let left = type(node.inputs[0]).encoding.codec.range, let right = type(node.inputs[1]).encoding.codec.range
        else { return }
        let activation = max(abs(left.lowerBound), abs(left.upperBound))
        let weight = max(abs(right.lowerBound - runtime.zero), abs(right.upperBound - runtime.zero))
        let (bound, overflow) = depth.multipliedReportingOverflow(by: activation * weight)
        guard !overflow, bound <= Int(Int32.max) else {
            throw Diagnostics(Diagnostic(
                node: node.name, field: "inputs[1]",
                "\(depth) products of codes made at run time can sum to \(activation * weight) times as much, "
                    + "which does not fit the engine's 32-bit accumulator; split K or use fewer bits"))
        }
    }

    /// Channels per step for which every sum of codes stays exact on an engine that sums in f32: the int32 sums of the steps
    /// add up exactly. `nil` where there is no limit.
    private func exactDepth(_ source: ProductSource, engine: any Engine) throws -> Int? {
        let (x, w) = (type(source.node.inputs[0]).encoding, type(source.node.inputs[1]).encoding)
        guard let limit = engine.exactSumLimit, let left = x.codec.range, let right = w.codec.range else { return nil }
        let zeros: ClosedRange<Int> = if case .uniform(let zero) = w.zeroPoint { zero...zero } else { right }
        let weight = max(abs(right.lowerBound - zeros.upperBound), abs(right.upperBound - zeros.lowerBound))
        let depth = limit / max(1, max(abs(left.lowerBound), abs(left.upperBound)) * weight)
        let taps = source.layout.runs
        var whole = source.geometry.depth
        if case .image(let image) = source.weights { whole = min(whole, image.groupSize) }
        if let scales = source.activationScales { whole = min(whole, scales.group) }
        if whole <= depth { return source.isScaled ? nil : source.geometry.channels }
        // The engine adds parts of a scale group as int32 itself.
        if source.isScaled, let part = engine.exactPartDepth, part <= depth { return nil }
        let cannotSplit = source.isScaled || source.geometry.groups > 1 || depth / taps < 1
        guard cannotSplit else { return depth / taps }
        throw failure(
            source.node, "inputs[1]",
            "\(whole) products of \(x.codec.name) and \(w.codec.name) codes can sum to more than \(limit), which engine "
                + "'\(engine.kind)' does not hold exactly in f32; smaller groups or fewer bits expected")
    }

    private func isScaled(_ source: ProductSource) -> Bool {
        if source.hasFloats { return true }
        if source.activationScales != nil || source.decision.tables?.entries.isExact == false { return true }
        if case .image(let image) = source.weights { return image.scaleAddress != nil }
        return false
    }

    /// Steps of the product's own epilogue, then those of the fused nodes.
    private mutating func bind(
        _ segment: Segment, source: ProductSource, consumers: [String: [String]], into binding: inout VectorBinding
    ) throws {
        for (index, node) in segment.nodes.enumerated() {
            let record = index == 0 ? source.record : begin(node.name, operation: node.operation.name)
            var binder = VectorBinder(lowering: self, binding: binding, node: node, record: record)
            if index == 0 {
                let users = consumers[node.outputs[0]] ?? []
                let exposed = graph.outputs.contains(node.outputs[0]) || users.count > 1
                try binder.bindProduct(source, isNeededElsewhere: exposed || segment.nodes.count == 1)
            } else {
                if index > 0, node.operation.needsMatrix, !binding.domain.keepsMatrix { throw DoesNotBind() }
                try binder.bind()
            }
            self = binder.lowering
            binding = binder.binding
        }
    }
}

extension Domain {
    /// The last two axes of the tensor are axes of the domain.
    fileprivate var keepsMatrix: Bool {
        groups.last?.count == 1 && groups.dropLast().last?.count == 1 || shape.count == 2
    }
}

extension ProductSource {
    /// K may be cut at multiples of this many channels.
    func depthGranule(engine: any Engine) -> Int {
        var granule = mixed == nil ? engine.depthGranule(layout.pattern) : BlockMix.side
        if let shared = sharedPositions {
            // Steps begin with a byte of the positions.
            while !(shared.layout.pattern.kept(of: granule) * shared.layout.pattern.positionBits).isMultiple(of: 8) {
                granule *= 2
            }
        }
        if case .image(let image) = weights, image.groupCount > 1 { granule = leastCommonMultiple(granule, image.groupSize) }
        if hasFloats { granule = leastCommonMultiple(granule, contract.granule) }
        if let scales = activationScales { granule = leastCommonMultiple(granule, scales.group) }
        if let perScale = decision.tables?.activationsPerScale {
            let step = granule
            // Scales are those of the activations that tables are built of.
            while !layout.walked(granule).isMultiple(of: perScale) { granule += step }
        }
        return granule
    }
}

private func leastCommonMultiple(_ a: Int, _ b: Int) -> Int {
    var (x, y) = (a, b)
    while y != 0 { (x, y) = (y, x % y) }
    return a / x * b
}

extension ProductCode {
    /// For reports: tile, order and where tables come from.
    var note: String {
        let t = tiling
        let tables = source.decision.tables == nil
            ? "" : source.tables == nil ? ", tables built on chip" : ", tables loaded"
        let together = source.sharedPositions.map { ", \($0.columns) columns together" } ?? ""
        let structure = source.layout.pattern.map { ", weights \($0.name)" + together } ?? source.mixed?.note ?? ""
        return "tile \(t.tileHeight * t.tileWidth)x\(t.tileColumns)x\(t.tileChannels * source.layout.depth / source.geometry.channels), "
            + (t.rowsOutside ? "rows outside" : "columns outside") + tables + structure
    }
}

extension WeightImage {
    fileprivate static let none = WeightImage(
        blockBytes: 0, weights: GlobalAddress(.dram, 0), bits: 8, codes: .offset, zero: .immediate(0), groupSize: 1, groupCount: 1, blocks: 0)
}
