import Arch
import Diagnostics
import Graph

/// What compiling yields.
public struct Compilation: Sendable {
    /// The graph with every conversion explicit: what the reference evaluator must be run on.
    public var legalised: Graph
    public var program: Program
    /// One entry per row of the report, in order.
    public var segments: [SegmentSummary]
    /// What cycles depend on and a graph without values does not tell, one sentence each.
    public var assumptions: [String]
}

/// Graph to program. The passes, in order:
///
/// 1. legalise: exchange the operands of products of one row with run-time matrices, choose an engine for every product,
///    make conversions explicit;
/// 2. verify: the legalised graph is a graph;
/// 3. convert constants: conversions of constants become constants;
/// 4. partition: nodes that are compiled together;
/// 5. lower: tiles, scratchpad places and instructions, segment by segment;
/// 6. synchronise: tokens between units.
///
/// A graph with an open length (`Graph.length`) becomes a program with a parameter register.
public enum Compiler {
    /// The first two passes alone: the graph with every conversion explicit.
    public static func legalised(
        _ graph: Graph, target: Target, options: CompilerOptions, constant: ConstantValues? = nil
    ) throws -> Graph {
        try Legaliser(graph: graph, target: target, options: options, constant: constant).run().explicit
    }

    /// - Parameter laidOut: shared by compilations of the same model for the same target with the same options.
    public static func compile(
        _ graph: Graph, target: Target, options: CompilerOptions, constant: ConstantValues?,
        laidOut: LaidOutConstants = LaidOutConstants()
    ) throws -> Compilation {
        let legal = try Legaliser(graph: graph, target: target, options: options, constant: constant).run()
        try legal.graph.verify()
        try legal.explicit.verify()
        let converted = ConvertedConstants(legal.graph, constant: constant)
        let segments = Partitioner.segments(of: converted.graph, fuses: options.fuses)
        var lowering = Lowering(
            converted, target: target, options: options, laidOut: laidOut, decisions: legal.decisions, segments: segments)
        try lowering.lower(segments)
        var instructions = lowering.finishedCode()
        let parameters = lowering.parameters
        try Synchroniser.synchronise(&instructions, engines: target.engines, parameters: parameters)
        let program = try lowering.program(instructions)
        return Compilation(
            legalised: legal.explicit, program: program, segments: lowering.summaries,
            assumptions: lowering.assumptions)
    }
}

extension Lowering {
    /// The register that the graph's open length is in.
    static let lengthRegister = 0

    fileprivate var parameters: [ProgramParameter] {
        graph.length.map {
            [ProgramParameter(name: $0.name, register: Self.lengthRegister, value: $0.value, range: $0.range)]
        } ?? []
    }

    mutating func lower(_ segments: [Segment]) throws {
        try placeInputs()
        let consumers = graph.consumers
        for segment in segments {
            let clean = self
            do {
                try lower(segment, consumers: consumers)
            } catch {
                // Tables that are built where their values are made may need more room than any tile has.
                let made = segment.nodes.flatMap { $0.outputs.prefix(1) }
                guard made.contains(where: { clean.tablePlan.places[$0] == .producer }) else { throw error }
                self = clean
                tablePlan.separate(made)
                try lower(segment, consumers: consumers)
            }
            try checkLength(segment.nodes)
            endSegment()
        }
    }

    private mutating func lower(_ segment: Segment, consumers: [String: [String]]) throws {
        switch segment.kind {
        case .product: try lowerProduct(segment, consumers: consumers)
        case .vector: try lowerVector(segment, consumers: consumers)
        case .pool, .depthwise: try lowerWindow(segment, consumers: consumers)
        case .movement: try lowerMovement(segment.nodes[0])
        }
    }

    private mutating func placeInputs() throws {
        for name in graph.inputs { try placeInDRAM(name, traffic: .inputs) }
        for name in graph.states { try placeInDRAM(name, traffic: .kv) }
    }

    /// The program around finished instructions.
    fileprivate mutating func program(_ instructions: [Instruction]) throws -> Program {
        let codeAddress = dram.allocateFresh(instructions.count * ISA.instructionBytes)
        var buffers: [Buffer] = []
        for (role, names) in [(Buffer.Role.input, graph.inputs), (.state, graph.states), (.output, graph.outputs)] {
            for name in names { buffers.append(buffer(name, role, try view(name))) }
        }
        if options.keepsIntermediates {
            let named = Set(buffers.map(\.name))
            for node in graph.nodes {
                for name in node.outputs where !named.contains(name) {
                    if let view = views[name] { buffers.append(buffer(name, .intermediate, view)) }
                }
            }
        }
        try checkCapacity()
        var program = Program(
            graph: graph.name, machine: target.machine.name, instructions: instructions, nodes: nodes,
            dramBytes: dram.footprint, codeAddress: codeAddress, buffers: buffers, constants: try constants.made(),
            parameters: parameters)
        program.collectBlockCounts()
        program.collectOutlierCounts()
        return program
    }

    private func buffer(_ name: String, _ role: Buffer.Role, _ view: TensorView) -> Buffer {
        Buffer(
            name: name, role: role, memory: view.address.memory, address: view.address.offset, shape: view.shape,
            elementBytes: view.elementBytes, codec: type(name).encoding.codec.name, strides: view.strides)
    }
}
