import Diagnostics

extension ONNXOperator {
    static let blocks: [String: ONNXOperator] = [
        "DepthToSpace": ONNXOperator(["blocksize", "mode"]) { (lowering: inout ONNXLowering) throws(Diagnostic) in
            [try lowering.depthToSpace(try lowering.value(0))]
        },
        "SpaceToDepth": ONNXOperator(["blocksize"]) { (lowering: inout ONNXLowering) throws(Diagnostic) in
            [try lowering.spaceToDepth(try lowering.value(0))]
        },
    ]
}

extension ONNXLowering {
    private func blockSize() throws(Diagnostic) -> Int {
        let size = node.integer("blocksize", default: 0)
        guard (1...1 << 10).contains(size) else { throw Diagnostic(field: "blocksize", "is \(size)") }
        return size
    }

    /// Channels become a block of places: its row and column stand before the channels that stay (DCR), or behind them (CRD).
    mutating func depthToSpace(_ value: Value) throws(Diagnostic) -> Value {
        let block = try blockSize()
        let isDepthFirst = node.text("mode", default: "DCR") != "CRD"
        let (edge, shape) = try image(value, takesCodes: true)
        guard let channels = shape[1].divided(by: Size(block * block)) else {
            throw Diagnostic(field: "blocksize", "does not fit \(shape[1].text) channels")
        }
        let (side, height, width) = (Size(block), shape[2], shape[3])
        let parts = isDepthFirst ? [side, side, channels] : [channels, side, side]
        let order = isDepthFirst ? [0, 1, 3, 2, 4, 5] : [0, 1, 4, 2, 5, 3]
        let result = [shape[0], height * side, width * side, channels]
        let tensor = blocks(edge.tensor, [shape[0], height, width] + parts, order, result)
        return Value(
            [shape[0], channels, height * side, width * side], .edge(Edge(tensor, edge.numbers, order: [0, 2, 3, 1])))
    }

    mutating func spaceToDepth(_ value: Value) throws(Diagnostic) -> Value {
        let block = try blockSize()
        let (edge, shape) = try image(value, takesCodes: true)
        let side = Size(block)
        guard let height = shape[2].divided(by: side), let width = shape[3].divided(by: side) else {
            throw Diagnostic(field: "blocksize", "does not fit an image of \(shape[2].text) by \(shape[3].text)")
        }
        let channels = shape[1] * Size(block * block)
        let tensor = blocks(
            edge.tensor, [shape[0], height, side, width, side, shape[1]], [0, 1, 3, 2, 4, 5],
            [shape[0], height, width, channels])
        return Value([shape[0], channels, height, width], .edge(Edge(tensor, edge.numbers, order: [0, 2, 3, 1])))
    }

    private mutating func blocks(_ tensor: String, _ parts: [Size], _ order: [Int], _ result: [Size]) -> String {
        let split = draft.node("\(tensor).blocks", "reshape", [tensor], [("shape", parts.json)])[0]
        let moved = draft.node("\(tensor).moved", "transpose", [split], [("permutation", integers(order))])[0]
        return emit("reshape", [moved], [("shape", result.json)])
    }
}
