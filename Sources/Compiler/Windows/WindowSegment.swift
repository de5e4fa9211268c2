import Arch
import Diagnostics
import Formats
import Graph

extension Lowering {
    mutating func lowerWindow(_ segment: Segment, consumers: [String: [String]]) throws {
        let clean = self
        for count in [segment.nodes.count, 1] {
            self = clean
            let part = Segment(kind: segment.kind, nodes: Array(segment.nodes.prefix(count)))
            guard let code = try window(part, consumers: consumers) else { continue }
            emitter.append(code.tile.emitter.instructions)
            endRow(part.nodes.map(\.name), note: "tile " + code.tiling.tile.map(String.init).joined(separator: "x"))
            let rest = Array(segment.nodes.dropFirst(count))
            if !rest.isEmpty { try lowerVector(Segment(kind: .vector, nodes: rest), consumers: consumers) }
            return
        }
        throw tooLarge(segment.nodes[0], nil)
    }

    private mutating func window(_ segment: Segment, consumers: [String: [String]]) throws -> WindowCode? {
        let node = segment.nodes[0]
        let x = type(node.inputs[0])
        let output = type(node.outputs[0])
        var view = try self.view(node.inputs[0])
        if view.strides[3] != view.elementBytes, view.shape[3] > 1 { view = try materialised(node.inputs[0]) }
        let domain = Domain(shape: output.shape, groups: [[0], [1], [2], [3]])
        let record: Int
        var plan: WindowPlan
        switch node.operation {
        case .conv2d(let convolution, _):
            let geometry = ProductGeometry.convolution(
                convolution, input: x.shape, weight: type(node.inputs[1]).shape, output: output.shape)
            record = begin(node.name, operation: node.operation.name, macs: geometry.macs)
            plan = try depthwisePlan(node, geometry: geometry, domain: domain)
        default:
            record = begin(node.name, operation: node.operation.name)
            plan = poolPlan(node, input: x, output: output)
        }
        let image = ImageView(
            address: view.address, strides: view.strides, height: x.shape[1], width: x.shape[2],
            elementBytes: view.elementBytes, traffic: view.traffic)
        var binding = VectorBinding(domain: domain)
        do {
            try bindWindow(segment, plan: &plan, record: record, image: image, type: view.type, consumers: consumers, into: &binding)
        } catch is DoesNotBind { return nil }
        let tables = try tableOutputs(segment, domain: domain)
        let stored = try storedOutputs(segment, tables: tables, consumers: consumers)
        let bound: [String: BoundOperand]
        do { bound = try bindOutputs(stored, domain: domain) } catch is DoesNotBind { return nil }
        let whole = segment.nodes.contains { $0.operation.needsRows } ? 1 : 0
        for tiling in BoxTiling.candidates(counts: domain.counts, wholeAxes: whole) {
            var code = WindowCode(
                work: plan.work, geometry: plan.geometry, image: image, type: view.type, padding: plan.padding,
                record: record, result: plan.result, tiling: tiling,
                tile: TileCode(
                    binding: binding, outputs: bound, tables: tables, capacity: target.machine.scratchpads))
            do {
                try code.generate()
                return code
            } catch { continue }
        }
        return nil
    }

    private mutating func bindWindow(
        _ segment: Segment, plan: inout WindowPlan, record: Int, image: ImageView, type: ElementType,
        consumers: [String: [String]], into binding: inout VectorBinding
    ) throws {
        binding.made.insert(plan.result)
        if case .reduce(_, let type) = plan.work { binding.handedBytes = type.bytes }
        for (index, node) in segment.nodes.enumerated() {
            let nodeRecord = index == 0 ? record : begin(node.name, operation: node.operation.name)
            var binder = VectorBinder(lowering: self, binding: binding, node: node, record: nodeRecord)
            if index > 0 {
                try binder.bind()
            } else if let counts = plan.counts {
                try binder.bindAverage(plan, counts: counts)
            } else if case .multiply = plan.work {
                let users = consumers[node.outputs[0]] ?? []
                try binder.bindProduct(
                    plan.source(node, record: record, image: image, type: type),
                    isNeededElsewhere: graph.outputs.contains(node.outputs[0]) || users.count != 1 || segment.nodes.count == 1)
            } else {
                binder.binding.made.insert(node.outputs[0])
            }
            self = binder.lowering
            binding = binder.binding
        }
        let used = Set(binding.steps.flatMap { $0.reads + [$0.output] })
        if !used.contains(plan.result) { plan.result = segment.nodes[0].outputs[0] }
    }

    private mutating func depthwisePlan(_ node: Node, geometry: ProductGeometry, domain: Domain) throws -> WindowPlan {
        let weightType = type(node.inputs[1])
        let x = type(node.inputs[0]).encoding
        let taps = geometry.kernelHeight * geometry.kernelWidth
        let channels = geometry.groups
        let zeroCodec = zeroCodec(weightType.encoding)
        guard x.codec.isInteger, weightType.encoding.codec.isInteger, x.codec.bits <= 16 else {
            throw failure(node, "inputs", "are \(x.codec.name) and \(weightType.encoding.codec.name); integer codes expected")
        }
        let view = try parameter(
            "\(node.inputs[1]) by tap", shape: [1, 1, taps, channels], type: .int16, traffic: .weights
        ) { constant in
            let codes = WeightCodes(tensor: try constant(node.inputs[1]), type: weightType, zeroCodec: zeroCodec)
            try codes.proveAccumulators(node: node, activations: x.codec, constant: constant)
            let values = try codes.values(constant)
            return (0..<taps).flatMap { tap in
                (0..<channels).flatMap { channel -> [UInt8] in
                    let value = Int16(clamping: values[channel * taps + tap])
                    return [UInt8(truncatingIfNeeded: value), UInt8(truncatingIfNeeded: value >> 8)]
                }
            }
        }
        let operand = DomainView(
            address: view.address, strides: view.strides, type: .int16, elementBytes: 2, traffic: .weights)
        var padding: UInt32 = 0
        if case .uniform(let zero) = x.zeroPoint { padding = UInt32(truncatingIfNeeded: zero) }
        return WindowPlan(
            work: .multiply(weights: BoundOperand(view: operand, width: nil)), geometry: geometry, padding: padding,
            result: "\(node.outputs[0])#sum", counts: nil)
    }

    private func poolPlan(_ node: Node, input: TensorType, output: TensorType) -> WindowPlan {
        let pool: Pool
        switch node.operation {
        case .pool(let named): pool = named
        case .globalPool(let function):
            pool = Pool(function: function, window: Array(input.shape[1...2]), stride: [1, 1])
        default: pool = Pool(function: .max, window: [1, 1], stride: [1, 1])
        }
        let geometry = ProductGeometry(
            batch: input.shape[0], height: input.shape[1], width: input.shape[2], channels: 1, groups: input.shape[3],
            columns: 1, kernelHeight: pool.window[0], kernelWidth: pool.window[1], stride: pool.stride,
            padding: pool.padding, outputHeight: output.shape[1], outputWidth: output.shape[2])
        return WindowPlan(pool: pool, geometry: geometry, encoding: input.encoding, output: node.outputs[0])
    }
}

/// What a window operation does, before it is tiled.
struct WindowPlan {
    var work: WindowCode.Work
    var geometry: ProductGeometry
    var padding: UInt32
    var result: String
    /// Divisor of every output position, for averages.
    var counts: [Float]?

    init(work: WindowCode.Work, geometry: ProductGeometry, padding: UInt32, result: String, counts: [Float]?) {
        self.work = work
        self.geometry = geometry
        self.padding = padding
        self.result = result
        self.counts = counts
    }

    init(pool: Pool, geometry: ProductGeometry, encoding: TensorEncoding, output: String) {
        let isInteger = encoding.codec.isInteger
        switch pool.function {
        case .max:
            work = .reduce(isInteger ? .maxInteger : .maxFloat, isInteger ? encoding.codec.elementType : .float32)
            let lowest = encoding.codec.memoryRange.map { UInt32(truncatingIfNeeded: $0.lowerBound) }
            padding = lowest ?? encoding.codec.code(ofFloat: -.infinity)
            counts = nil
        case .average:
            work = .reduce(isInteger ? .sumInteger : .sumFloat, isInteger ? .int32 : .float32)
            padding = 0
            if pool.countsPadding, case .uniform(let zero) = encoding.zeroPoint { padding = UInt32(truncatingIfNeeded: zero) }
            counts = Self.counts(geometry, countsPadding: pool.countsPadding)
        }
        self.geometry = geometry
        result = "\(output)#window"
    }

    /// Elements of each window, those of the padding only when they count; one number when all are equal.
    private static func counts(_ g: ProductGeometry, countsPadding: Bool) -> [Float] {
        if countsPadding { return [Float(g.kernelHeight * g.kernelWidth)] }
        func inside(_ index: Int, stride: Int, padding: Int, window: Int, size: Int) -> Int {
            let start = index * stride - padding
            return min(size, start + window) - max(0, start)
        }
        let rows = (0..<g.outputHeight).map {
            inside($0, stride: g.stride[0], padding: g.padding[0], window: g.kernelHeight, size: g.height)
        }
        let columns = (0..<g.outputWidth).map {
            inside($0, stride: g.stride[1], padding: g.padding[1], window: g.kernelWidth, size: g.width)
        }
        let all = rows.flatMap { row in columns.map { Float(row * $0) } }
        return Set(all).count == 1 ? [all[0]] : all
    }

    /// The same as a product, for its epilogue.
    func source(_ node: Node, record: Int, image: ImageView, type: ElementType) -> ProductSource {
        ProductSource(
            node: node, record: record, tableRecord: record, geometry: geometry,
            layout: DepthLayout(geometry, depthBlock: 1), decision: ProductDecision(engine: 0, activations: .int8),
            weights: .runtime(RuntimeWeights(
                address: GlobalAddress(.dram, 0), batchStride: 0, columnStride: 0, depthStride: 0, sharing: 1, zero: 0, type: .int8,
                codes: .twosComplement, traffic: .weights)),
            image: image, type: type, padding: padding, activationScales: nil, tables: nil, isScaled: false,
            hasFloats: false, sum: result)
    }
}

extension VectorBinder {
    /// f32: sum / count. Codes: round(sum / count), saturated.
    mutating func bindAverage(_ plan: WindowPlan, counts: [Float]) throws {
        var divisor = VectorStep.Second.float(counts[0])
        if counts.count > 1 {
            let name = "\(node.name) counts"
            _ = try lowering.parameter(
                name, shape: [plan.geometry.outputHeight, plan.geometry.outputWidth, 1], type: .float32, traffic: .scales
            ) { _ in counts.littleEndianBytes }
            divisor = .value(try read(name))
        }
        let encoding = lowering.type(node.outputs[0]).encoding
        guard let range = encoding.codec.range else {
            step(.elementwise(.divideFloat), node.outputs[0], .float32, plan.result, divisor)
            return
        }
        guard encoding.codec.memoryOffset == 0 else {
            throw lowering.failure(node, "inputs[0]", "is \(encoding.codec.name), whose average is not computed; dequantise it first")
        }
        let sum = float(.dequantise(zero: 0), plan.result, .float(1))
        let function = ElementwiseFunction.quantise(
            zero: 0, low: Int32(range.lowerBound), high: Int32(range.upperBound))
        step(.elementwise(function), node.outputs[0], encoding.codec.elementType, sum, divisor)
    }
}
