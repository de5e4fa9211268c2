import Arch
import Graph

/// Where the lookup tables of each tensor are built, decided before code is generated.
struct TablePlan {
    enum Place: Hashable {
        /// In a segment of their own.
        case separate
        /// Where the tensor is made.
        case producer
    }
    /// Tensors whose tables go through DRAM; the others' tables are built where they are used.
    private(set) var places: [String: Place] = [:]
    private(set) var formats: [String: TableFormat] = [:]

    init(graph: Graph, decisions: [String: ProductDecision], segments: [Segment], target: Target, options: CompilerOptions) {
        let producers = Self.producers(segments)
        for node in graph.nodes {
            guard let decision = decisions[node.name], let format = decision.tables,
                Self.canReadTables(node, graph: graph, depthBlock: format.length),
                formats[node.inputs[0]] == nil || formats[node.inputs[0]] == format
            else { continue }
            let tensor = node.inputs[0]
            let consumers = graph.nodes.count {
                decisions[$0.name]?.tables == format && $0.inputs[0] == tensor && !Self.gathers($0, graph: graph)
            }
            guard let place = Self.place(
                isMadeOnCore: producers.contains(tensor), consumers: consumers, format: format,
                elementBytes: graph.types[tensor]?.encoding.codec.edgeBytes ?? 1, machine: target.machine, options: options)
            else { continue }
            places[tensor] = place
            formats[tensor] = format
        }
    }

    /// Tensors that a segment with vector work makes.
    private static func producers(_ segments: [Segment]) -> Set<String> {
        Set(segments.filter { $0.kind != .movement }.flatMap(\.nodes).flatMap { $0.outputs.prefix(1) })
    }

    /// Dense weights; tables must not straddle pixels or groups, and the tables of the padding must be zero.
    static func canReadTables(_ node: Node, graph: Graph, depthBlock: Int) -> Bool {
        guard let x = graph.types[node.inputs[0]], let output = graph.types[node.outputs[0]],
            !gathers(node, graph: graph)
        else { return false }
        guard case .conv2d(let convolution, _) = node.operation else { return true }
        let geometry = ProductGeometry.convolution(
            convolution, input: x.shape, weight: graph.types[node.inputs[1]]?.shape ?? [1, 1, 1, 1], output: output.shape)
        let isPadded = convolution.padding.contains { $0 != 0 }
        let straddles = geometry.groups > 1 && geometry.channels % depthBlock != 0
        return !DepthLayout(geometry, depthBlock: depthBlock).unfolds && !straddles
            && (!isPadded || x.encoding.zeroPoint == .uniform(0))
    }

    /// Tables of N:M weights are made of what a group of columns keeps, and serve nobody else.
    private static func gathers(_ node: Node, graph: Graph) -> Bool {
        graph.types[node.inputs[1]]?.encoding.structure.pattern != nil
    }

    /// Gives up on building these tables where their values are made.
    mutating func separate(_ tensors: [String]) {
        for tensor in tensors where places[tensor] == .producer { places[tensor] = .separate }
    }

    private static func place(
        isMadeOnCore: Bool, consumers: Int, format: TableFormat, elementBytes: Int, machine: Machine,
        options: CompilerOptions
    ) -> Place? {
        switch options.tablePlacement {
        case .separate: return .separate
        case .producer: return isMadeOnCore ? .producer : .separate
        case .consumer: return nil
        case .automatic:
            guard options.fuses else { return .separate }
            // Cycles per table: building in every consumer, against building once and moving tables instead of codes.
            let bandwidth = Double(machine.memory.burstBytes * machine.clockPeriod) / Double(machine.memory.slotPeriod)
            let table = Double(format.tableBytes)
            let build = VectorUnit.builderTurns(of: format) / Double(machine.vector.tablesPerCycle)
            let moved = (table + Double(consumers) * (table - Double(format.length * elementBytes))) / bandwidth
            return isMadeOnCore && build + moved < Double(consumers) * build ? .producer : nil
        }
    }
}
