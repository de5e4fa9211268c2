import Arch
import Diagnostics
import Formats
import Graph

extension Lowering {
    /// Lowers an operation that only moves bytes: most change the view, the others copy.
    mutating func lowerMovement(_ node: Node) throws {
        let output = node.outputs[0]
        switch node.operation {
        case .reshape:
            let shape = type(output).shape
            if let view = try view(node.inputs[0]).reshaped(shape) {
                views[output] = view
            } else {
                views[output] = try materialised(node.inputs[0]).reshaped(shape)
            }
        case .transpose(let permutation): views[output] = try view(node.inputs[0]).transposed(permutation)
        case .slice(let ranges): views[output] = try view(node.inputs[0]).sliced(ranges)
        case .split(let axis, let sizes): try split(node, axis: axis, sizes: sizes)
        case .append(let axis, let position): try append(node, axis: axis, position: position)
        case .concat(let axis): try concat(node, axis: axis)
        case .pad(let amounts, let value): try pad(node, amounts, value: value)
        case .gather: try gather(node)
        case .resize(let resize): try self.resize(node, resize)
        default: throw failure(node, "op", "does not move bytes")
        }
    }

    private mutating func split(_ node: Node, axis: Int, sizes: [Int]) throws {
        let view = try self.view(node.inputs[0])
        var start = 0
        for (output, size) in zip(node.outputs, sizes) {
            views[output] = view.sliced(wholeExcept(view.shape, axis, SliceRange(start: start, end: start + size)))
            start += size
        }
    }

    private func wholeExcept(_ shape: [Int], _ axis: Int, _ range: SliceRange) -> [SliceRange] {
        shape.indices.map { $0 == axis ? range : SliceRange(start: 0, end: shape[$0]) }
    }

    private mutating func append(_ node: Node, axis: Int, position: Int) throws {
        let state = try view(node.inputs[0])
        let new = try view(node.inputs[1])
        let end = position + new.shape[axis]
        var target = state.sliced(wholeExcept(state.shape, axis, SliceRange(start: position, end: end)))
        target.growth = growth(of: node) * state.strides[axis]
        guard target.growth == 0 || ParameterReference.multipliers.contains(target.growth) else {
            throw failure(
                node, "position", "moves \(target.growth) bytes with '\(graph.length?.name ?? "")', a multiplier is at most "
                    + "\(ParameterReference.multipliers.upperBound)")
        }
        target.address -= target.growth * (graph.length?.range.upperBound ?? 0)
        try moved(node, note: "append") { lowering, record in try lowering.copy(new, to: target, record: record) }
        views[node.outputs[0]] = state.sliced(wholeExcept(state.shape, axis, SliceRange(start: 0, end: end)))
    }

    /// A report row around some copies.
    private mutating func moved(_ node: Node, note: String, _ body: (inout Lowering, Int) throws -> Void) throws {
        let record = begin(node.name, operation: node.operation.name)
        do {
            try body(&self, record)
        } catch let error as DoesNotFit {
            throw tooLarge(node, error)
        }
        endRow([node.name], note: note)
    }

    private mutating func concat(_ node: Node, axis: Int) throws {
        let target = try allocate(node.outputs[0])
        let sources = try node.inputs.map { try view($0) }
        try moved(node, note: "copy") { lowering, record in
            var start = 0
            for source in sources {
                let end = start + source.shape[axis]
                let part = target.sliced(lowering.wholeExcept(target.shape, axis, SliceRange(start: start, end: end)))
                try lowering.copy(source, to: part, record: record)
                start = end
            }
        }
    }

    private mutating func pad(_ node: Node, _ amounts: [PadAmount], value: Double) throws {
        let target = try allocate(node.outputs[0])
        let source = try view(node.inputs[0])
        let bits: UInt32 =
            switch target.type {
            case .int8, .uint8, .int16, .uint16, .int32:
                type(node.outputs[0]).encoding.codec.memoryBits(ofValue: Int(value))
            case .float32, .float16, .bfloat16, .float8e4m3, .float8e5m2, .float6e2m3, .float6e3m2, .float4e2m1, .flint4,
                .uflint4:
                type(node.outputs[0]).encoding.codec.code(ofFloat: Float(value))
            }
        let interior = target.sliced(zip(amounts, source.shape).map { SliceRange(start: $0.before, end: $0.before + $1) })
        try moved(node, note: "fill and copy") { lowering, record in
            lowering.fill(target, bits: bits, record: record)
            try lowering.copy(source, to: interior, record: record)
        }
    }

    /// Writes one element everywhere: a scratchpad is filled once and stored as often as needed.
    private mutating func fill(_ target: TensorView, bits: UInt32, record: Int) {
        emitter.node = record
        let total = target.count * target.elementBytes
        let chunk = min(total, target.elementBytes * (self.target.machine.scratchpads.activations / 2 / target.elementBytes))
        let local = LocalAddress(.activations, 0)
        emitter.emit(.fill(Fill(local: local, rowBytes: chunk, elementBytes: target.elementBytes, value: bits)))
        for start in stride(from: 0, to: total, by: chunk) {
            emitter.emit(.store(Transfer(
                global: target.address + start, local: local, rowBytes: min(chunk, total - start), traffic: target.traffic)))
        }
    }

    private mutating func dense(_ name: String) throws -> TensorView {
        let view = try self.view(name)
        return view.isDense ? view : try materialised(name)
    }

    private mutating func gather(_ node: Node) throws {
        let table = try dense(node.inputs[0])
        let indices = try dense(node.inputs[1])
        let target = try allocate(node.outputs[0])
        try moved(node, note: "indirect load") { lowering, record in
            lowering.gather(
                table: table.address, rows: table.shape[0], rowBytes: table.strides[0], indices: indices.address,
                count: indices.count, to: target, traffic: table.traffic, record: record)
        }
    }

    /// Copies rows named by int32 indices in memory to a dense target, from its byte `place` on, as many at a time as fit.
    private mutating func gather(
        table: GlobalAddress, rows: Int, rowBytes: Int, indices: GlobalAddress, count: Int,
        to target: TensorView, from place: Int = 0, traffic: Traffic, record: Int
    ) {
        emitter.node = record
        let half = self.target.machine.scratchpads.activations / 2
        let part = min(rowBytes, half / 2 / 64 * 64)
        let chunk = max(1, min(count, (half - 64) / (part + 4)))
        var turn = 0
        for start in stride(from: 0, to: count, by: chunk) {
            let here = min(chunk, count - start)
            for column in stride(from: 0, to: rowBytes, by: part) {
                let base = turn % 2 * half
                turn += 1
                let width = min(part, rowBytes - column)
                let index = LocalAddress(.activations, base)
                let local = LocalAddress(.activations, base + roundUp(4 * chunk, to: 64))
                emitter.emit(.load(Transfer(
                    global: indices + 4 * start, local: index, rowBytes: 4 * here, traffic: .metadata)))
                emitter.emit(.gather(Gather(
                    global: table + column, rowPitch: rowBytes, rows: rows, index: index, local: local, localStride: width,
                    rowBytes: width, count: here, traffic: traffic)))
                emitter.emit(.store(Transfer(
                    global: target.address + (place + start * rowBytes + column), local: local, rowBytes: width,
                    loops: [.init(count: here, globalStride: rowBytes, localStride: width)], traffic: target.traffic)))
            }
        }
    }

    private mutating func resize(_ node: Node, _ resize: Resize) throws {
        let source = try dense(node.inputs[0])
        switch resize.mode {
        case .nearest:
            let target = try allocate(node.outputs[0])
            try moved(node, note: "indirect load") { lowering, record in
                let rows = ResizeAxis(resize, axis: 0, input: source.shape[1]).nearest()
                let columns = ResizeAxis(resize, axis: 1, input: source.shape[2]).nearest()
                try lowering.gatherPixels(
                    source, rows: rows, columns: columns, to: target, name: "\(node.name) pixels", record: record)
            }
        case .bilinear: try bilinear(node, resize, source: source)
        }
    }

    private mutating func gatherPixels(
        _ source: TensorView, rows: [Int], columns: [Int], to target: TensorView, name: String, record: Int
    ) throws {
        let width = source.shape[2]
        let indices = rows.flatMap { row in columns.map { Int32(row * width + $0) } }
        let view = try parameter(name, shape: [indices.count], type: .int32, traffic: .metadata) { _ in
            indices.littleEndianBytes
        }
        let pixel = source.shape[3] * source.elementBytes
        for image in 0..<source.shape[0] {
            gather(
                table: source.address + image * source.strides[0], rows: source.shape[1] * width, rowBytes: pixel,
                indices: view.address, count: indices.count, to: target,
                from: image * indices.count * pixel, traffic: source.traffic, record: record)
        }
    }

    /// Four gathers of neighbours, then the interpolation of docs/numerics.md on the vector unit.
    private mutating func bilinear(_ node: Node, _ resize: Resize, source: TensorView) throws {
        let output = type(node.outputs[0])
        let axes = [
            ResizeAxis(resize, axis: 0, input: source.shape[1]).linear(),
            ResizeAxis(resize, axis: 1, input: source.shape[2]).linear(),
        ]
        var corners: [String] = []
        for (y, x) in [(0, 0), (0, 1), (1, 0), (1, 1)] {
            let name = "\(node.name)#corner\(y)\(x)"
            let bytes = output.count * source.elementBytes
            let address = try placeCopy(name, of: node.inputs[0], bytes: bytes)
            views[name] = TensorView(address: address, shape: output.shape, type: source.type, traffic: .activations)
            corners.append(name)
        }
        let targets = corners.compactMap { views[$0] }
        try moved(node, note: "four indirect loads") { lowering, record in
            for (index, (y, x)) in [(0, 0), (0, 1), (1, 0), (1, 1)].enumerated() {
                try lowering.gatherPixels(
                    source, rows: y == 0 ? axes[0].low : axes[0].high, columns: x == 0 ? axes[1].low : axes[1].high,
                    to: targets[index], name: "\(node.name) pixels \(y)\(x)", record: record)
            }
        }
        try interpolate(node, corners: corners, weights: (axes[0].weight, axes[1].weight), output: output)
    }

    private mutating func interpolate(
        _ node: Node, corners: [String], weights: (y: [Float], x: [Float]), output: TensorType
    ) throws {
        let shapes = [[output.shape[1], 1, 1], [output.shape[2], 1]]
        for (index, values) in [weights.y, weights.x].enumerated() {
            for (suffix, list) in [("", values), (" rest", values.map { 1 - $0 })] {
                _ = try parameter(
                    "\(node.name) weight\(index)\(suffix)", shape: shapes[index], type: .float32, traffic: .scales
                ) { _ in list.littleEndianBytes }
            }
        }
        let record = begin(node.name, operation: node.operation.name)
        let domain = Domain(shape: output.shape, groups: output.shape.indices.map { [$0] })
        var binder = VectorBinder(lowering: self, binding: VectorBinding(domain: domain), node: node, record: record)
        try binder.bindBilinear(corners)
        self = binder.lowering
        let bound = try bindOutputs([node.outputs[0]], domain: domain)
        for tiling in BoxTiling.candidates(counts: domain.counts, wholeAxes: 0) {
            var code = TileCode(binding: binder.binding, outputs: bound, capacity: target.machine.scratchpads)
            guard (try? code.generate(tiling.boxes(domain.counts))) != nil else { continue }
            emitter.append(code.emitter.instructions)
            endRow([node.name], note: "interpolation")
            return
        }
        throw tooLarge(node, nil)
    }
}

extension VectorBinder {
    fileprivate mutating func bindBilinear(_ corners: [String]) throws {
        let names = try corners.map { try read($0) }
        let wy = try read("\(node.name) weight0")
        let restY = try read("\(node.name) weight0 rest")
        let wx = try read("\(node.name) weight1")
        let restX = try read("\(node.name) weight1 rest")
        func blend(_ a: String, _ b: String, _ rest: String, _ weight: String, _ binder: inout VectorBinder) -> String {
            let left = binder.float(.multiplyFloat, a, .value(rest))
            let right = binder.float(.multiplyFloat, b, .value(weight))
            return binder.float(.addFloat, left, .value(right))
        }
        let top = blend(names[0], names[1], restX, wx, &self)
        let bottom = blend(names[2], names[3], restX, wx, &self)
        _ = blend(top, bottom, restY, wy, &self)
        finish()
    }
}
