import Diagnostics

extension ReferenceEvaluator {
    /// state, new: writes `new` at `position` along `axis` and yields the state from 0 to position + new.
    func append(_ node: Node, axis: Int, position: Int, _ edges: inout EdgeValues) throws -> Tensor {
        let evaluation = try edges.evaluation(of: node)
        let state = try evaluation.input(0)
        let new = try evaluation.input(1)
        try evaluation.require(graph.states.contains(state.name), "inputs[0]", "'\(state.name)' is not a state")
        var expected = state.shape
        guard state.shape.indices.contains(axis), new.shape.count == state.shape.count else {
            throw Diagnostic(field: "axis", "is \(axis) for a state \(state.shape) and \(new.shape)")
        }
        expected[axis] = new.shape[axis]
        try evaluation.require(new.shape == expected, "inputs[1]", "has shape \(new.shape), expected \(expected)")
        let end = position + new.shape[axis]
        try evaluation.require(
            position >= 0 && end <= state.shape[axis], "position",
            "\(position)..<\(end) does not lie in the state of size \(state.shape[axis])")
        var origin = state.shape.map { _ in 0 }
        origin[axis] = position
        let movement = BoxMovement(targetShape: state.shape, sourceShape: new.shape, origin: origin)
        let written = try movement([state.tensor.storage, new.tensor.storage])
        try edges.define(state.name, Tensor(shape: state.shape, storage: written))
        var shape = state.shape
        shape[axis] = end
        let view = StridedMovement(shape: shape, strides: rowMajorStrides(state.shape), offset: 0)
        return Tensor(shape: shape, storage: try view([written]))
    }
}
