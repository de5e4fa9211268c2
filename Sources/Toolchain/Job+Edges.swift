import Arch
import Compiler
import Golden
import Graph

extension Job {
    /// The values of every tensor that a node of the graph yields, as the machine computes them.
    ///
    /// The graph is compiled again so that no tensor stays on the core; that changes no bit of any.
    public func edges(_ inputs: [String: Tensor], _ how: Execution = Execution()) throws -> [String: Tensor] {
        var keeping = options
        keeping.keepsIntermediates = true
        keeping.fuses = false
        let values = Dictionary(program.parameters.map { ($0.name, $0.value) }, uniquingKeysWith: { $1 })
        let kept = try Job(model, target: target, options: keeping).setting(values)
        let machine = try GoldenModel(target: target, program: kept.program)
        var session = Session()
        var edges = try session.compute(machine, inputs, how)
        let types = try Compiler.legalised(graph(), target: target, options: options, constant: model.constants).types
        for var buffer in kept.program.buffers where buffer.role == .intermediate {
            guard let type = types[buffer.name] else { continue }
            // Of a padded tensor, the valid part.
            if type.shape.count == buffer.shape.count { buffer.shape = type.shape }
            edges[buffer.name] = try machine.tensor(buffer)
        }
        return edges
    }
}
