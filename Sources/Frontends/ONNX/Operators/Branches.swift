import Diagnostics

extension ONNXNode {
    /// Graphs inside of the node.
    var branches: [Onnx_GraphProto] { ["then_branch", "else_branch", "body"].compactMap { attributes[$0]?.g } }

    /// Names that the node reads, also from inside of its branches.
    var reads: [String] { inputs + branches.flatMap(\.reads) }

    /// The branch of an `If` that a condition chooses.
    func branch(_ isTrue: Bool) -> Onnx_GraphProto? { attributes[isTrue ? "then_branch" : "else_branch"]?.g }
}

extension Onnx_GraphProto {
    /// Names that nodes read, whether they are made here or around it.
    fileprivate var reads: [String] {
        var names = output.map(\.name)
        for node in node {
            names += node.input
            for attribute in node.attribute where attribute.hasG { names += attribute.g.reads }
        }
        return names
    }
}

extension ONNXLowering {
    /// Whether an `If` takes its first branch; conditions that depend on values of run time are refused.
    func condition() throws(Diagnostic) -> Bool {
        guard let constant = try value(0).constant, constant.count == 1 else {
            throw Diagnostic("a condition computed at run time")
        }
        return try constant.floats()[0] != 0
    }
}
