import Arch
import Diagnostics
import Formats
import Graph

/// The operands of a product as the engine can walk them.
struct PreparedProduct {
    var geometry: ProductGeometry
    var domain: Domain
    var image: ImageView
    var type: ElementType
    var padding: UInt32
    var activationScales: ActivationScaleSource?
    var runtime: RuntimeWeights?
    var tables: TableTensor?
}

extension Lowering {
    mutating func prepareOperands(_ node: Node) throws -> PreparedProduct {
        let x = type(node.inputs[0])
        let output = type(node.outputs[0])
        var prepared: PreparedProduct
        switch node.operation {
        case .conv2d(let convolution, _):
            let geometry = ProductGeometry.convolution(
                convolution, input: x.shape, weight: type(node.inputs[1]).shape, output: output.shape)
            let view = try contiguous(node.inputs[0]) { $0.strides }
            prepared = PreparedProduct(
                geometry: geometry, domain: Domain(shape: output.shape, groups: [[0], [1], [2], [3]]),
                image: image(view, strides: view.strides, height: x.shape[1], width: x.shape[2]), type: view.type, padding: 0)
        default:
            prepared = try prepareMatrix(node, x: x, output: output)
        }
        if case .uniform(let zero) = x.encoding.zeroPoint, x.encoding.codec.isInteger {
            prepared.padding = UInt32(truncatingIfNeeded: zero)
        }
        prepared.activationScales = try activationScales(node, x: x, domain: prepared.domain)
        return prepared
    }

    private func image(_ view: TensorView, strides: [Int], height: Int, width: Int) -> ImageView {
        ImageView(
            address: view.address, strides: strides, height: height, width: width, elementBytes: view.elementBytes,
            traffic: view.traffic)
    }

    /// Matrices: the rows of a linear are merged, those of a batch stay apart.
    private mutating func prepareMatrix(_ node: Node, x: TensorType, output: TensorType) throws -> PreparedProduct {
        let rank = x.shape.count
        let hasRuntimeWeights = !graph.constants.contains(node.inputs[1])
        let isBatched = if case .matmul = node.operation { true } else { false }
        let batchAxes = isBatched ? Array(0..<(rank - 2)) : []
        let rowAxes = isBatched ? [rank - 2] : Array(0..<(rank - 1))
        let view = try contiguous(node.inputs[0]) { $0.strides(merging: [batchAxes, rowAxes, [rank - 1]]) }
        let strides = view.strides(merging: [batchAxes, rowAxes, [rank - 1]]) ?? [0, 0, view.elementBytes]
        let count = { (axes: [Int]) in axes.reduce(1) { $0 * x.shape[$1] } }
        var prepared = PreparedProduct(
            geometry: .linear(
                rows: count(rowAxes), depth: x.shape[rank - 1], columns: output.shape[rank - 1], batch: count(batchAxes)),
            domain: Domain(shape: output.shape, groups: [batchAxes, [], rowAxes, [rank - 1]]),
            image: image(view, strides: [strides[0], 0, strides[1], view.elementBytes], height: 1, width: count(rowAxes)),
            type: view.type, padding: 0)
        if hasRuntimeWeights || isBatched { prepared.runtime = try runtimeWeights(node, batch: count(batchAxes)) }
        return prepared
    }

    /// The tensor with contiguous channels along axes that the engine can walk; copied when it does not lie so.
    private mutating func contiguous(_ name: String, merged: (TensorView) -> [Int]?) throws -> TensorView {
        let view = try self.view(name)
        let last = view.shape.count - 1
        let isContiguous = view.shape[last] == 1 || view.strides[last] == view.elementBytes
        if isContiguous, merged(view) != nil { return view }
        return try materialised(name)
    }

    private mutating func runtimeWeights(_ node: Node, batch: Int) throws -> RuntimeWeights {
        let transposeB = if case .matmul(let transpose, _) = node.operation { transpose } else { true }
        let type = type(node.inputs[1])
        let rank = type.shape.count
        let batchAxes = Array(0..<(rank - 2))
        let isPaired = type.encoding.codec.pairs != nil
        var view = try self.view(node.inputs[1])
        let isContiguous = view.strides[rank - 1] == view.elementBytes || (!isPaired && view.strides[rank - 2] == view.elementBytes)
        if view.strides(merging: [batchAxes]) == nil || !isContiguous {
            view = try materialised(node.inputs[1])
        }
        if isPaired, !type.shape[rank - 1].isMultiple(of: 2) {
            throw failure(
                node, "inputs[1]", "is made at run time and has \(type.shape[rank - 1]) slots along K; whole pairs expected")
        }
        if case .tensor(_, .group(let size)) = type.encoding.scale, size < type.shape[rank - 1] {
            throw failure(node, "inputs[1]", "has scales grouped along K; one per column or for the tensor expected of a run-time operand")
        }
        guard case .uniform(let zero) = type.encoding.zeroPoint else {
            throw failure(node, "inputs[1]", "has a zero point per element group; one for the tensor expected of a run-time operand")
        }
        let codes: Multiply.Codes =
            if case .signed = type.encoding.codec { .twosComplement } else { Multiply.Codes(laidOut: type.encoding.codec) }
        let matrices = batchAxes.reduce(1) { $0 * type.shape[$1] }
        return RuntimeWeights(
            address: view.address, batchStride: view.strides(merging: [batchAxes])?.first ?? 0,
            columnStride: view.strides[transposeB ? rank - 2 : rank - 1],
            depthStride: view.strides[transposeB ? rank - 1 : rank - 2] * (isPaired ? 2 : 1), sharing: max(1, batch / max(1, matrices)),
            zero: zero, type: isPaired ? .uint16 : view.type, slots: isPaired ? 2 : 1, codes: codes, traffic: view.traffic)
    }

    /// Scales of the activations that change along K.
    private mutating func activationScales(
        _ node: Node, x: TensorType, domain: Domain
    ) throws -> ActivationScaleSource? {
        guard case .tensor(let name, .group(let size)) = x.encoding.scale, size < x.shape[x.shape.count - 1] else { return nil }
        guard let view = domain.rowView(try self.view(name)) else {
            throw failure(node, "inputs[0]", "has scales that do not lie along its rows")
        }
        return ActivationScaleSource(view: view, group: size, groups: ceilDivide(x.shape[x.shape.count - 1], size))
    }
}
