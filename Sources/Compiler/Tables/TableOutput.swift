import Arch
import Graph

/// Tables that a segment leaves in DRAM beside (or instead of) one of its values.
struct TableOutput: Hashable {
    /// The value that the tables are made of.
    var value: String
    var format: TableFormat
    /// [row..., table] along the segment's domain, elements of one table.
    var tables: DomainView
    /// [row..., group] f32, for INT8 entries.
    var scales: DomainView?
    var record: Int
}

extension TileCode {
    /// Builds and stores the tables of this tile's values. The tile's last axis starts on a table, and on a scale group.
    mutating func storeTables(_ box: Box) throws(DoesNotFit) {
        for output in tableOutputs {
            guard let value = value(output.value) else { continue }
            try storeTables(output, value, box: box)
        }
    }

    private mutating func storeTables(_ output: TableOutput, _ value: TileValue, box: Box) throws(DoesNotFit) {
        let last = box.count.count - 1
        let elements = box.count[last]
        let isWhole = box.start[last] == 0 && elements == binding.domain.counts[last]
        let format = output.format
        let isLast = box.start[last] + elements == binding.domain.counts[last]
        let cutsNoTable = box.start[last] % format.length == 0 && (isLast || elements % format.length == 0)
        guard isWhole || (cutsNoTable && format.entries.isExact) else {
            throw DoesNotFit(space: .tables, bytes: 0)
        }
        let tables = format.tables(activations: elements)
        let table = format.tableBytes
        let rows = Nest(counts: Array(box.count.dropLast()), strides: [Array(value.strides.dropLast())])
        guard rows.counts.count <= 2, value.strides[last] == value.type.bytes || elements == 1 else {
            throw DoesNotFit(space: .tables, bytes: 0)
        }
        let count = rows.counts.reduce(1, *)
        let groups = format.scaleGroups(tables: tables)
        let slot = try slots.slot(
            .tables, content: box.start + [tileNumber], bytes: count * tables * table, spaces: [.tables], copies: 2)
        var scales = LocalAddress(.tables, 0)
        if groups > 0 {
            scales = try slots.slot(
                .tableScales, content: box.start + [tileNumber], bytes: count * groups * 4, spaces: [.tables], copies: 2
            ).address
        }
        let loops = rows.counts.indices.map { Multiply.Loop(count: rows.counts[$0], stride: rows.strides[0][$0]) }
        emitter.node = output.record
        emitter.emit(.buildTables(BuildTables(
            source: value.operand, outerRows: loops.count == 2 ? loops[0] : .init(), innerRows: loops.last ?? .init(),
            elements: elements, format: format, tables: slot.address.offset, tablePitch: tables * table,
            scales: scales, scalePitch: groups * 4)))
        store(
            tables, at: slot.address, elementBytes: table, box: box, to: output.tables,
            start: box.start[last] / format.length)
        if let view = output.scales {
            store(groups, at: scales, elementBytes: 4, box: box, to: view, start: 0)
        }
    }

    /// Stores a dense [row..., item] block.
    private mutating func store(
        _ items: Int, at address: LocalAddress, elementBytes: Int, box: Box, to view: DomainView, start: Int
    ) {
        var part = box
        let last = box.count.count - 1
        part.start[last] = start
        part.count[last] = items
        let strides = zip(TensorView.denseStrides(part.count, elementBytes), part.count).map { $1 == 1 ? 0 : $0 }
        emitter.store(TileValue(address: address, strides: strides, type: .uint8), box: part, to: view)
    }
}

extension Lowering {
    /// Table outputs of a segment whose values feed lookup products, where the plan puts the tables there.
    mutating func tableOutputs(_ segment: Segment, domain: Domain) throws -> [TableOutput] {
        var outputs: [TableOutput] = []
        for name in segment.nodes.flatMap({ $0.outputs.prefix(1) }) {
            guard tablePlan.places[name] == .producer, let format = tablePlan.formats[name],
                type(name).shape == domain.shape
            else { continue }
            let tables = try allocateTables(name, format: format)
            let count = format.tables(activations: domain.shape[domain.shape.count - 1])
            let leading = Array(domain.shape.dropLast())
            let view = TensorView(
                address: tables.address, shape: leading + [count], type: .uint8, traffic: .tables,
                elementBytes: format.tableBytes)
            guard let seen = domain.rowView(view) else {
                tableTensors[name] = nil
                continue
            }
            var scales: DomainView?
            if let address = tables.scales {
                let scaleView = TensorView(
                    address: address, shape: leading + [tables.scalePitch / 4], type: .float32, traffic: .scales)
                scales = domain.rowView(scaleView)
            }
            let record = begin("\(name).tables", operation: "lookup_tables")
            outputs.append(TableOutput(value: name, format: format, tables: seen, scales: scales, record: record))
        }
        return outputs
    }

    /// Outputs that must be stored as values: tables stand in for the others.
    mutating func storedOutputs(
        _ segment: Segment, tables: [TableOutput], consumers: [String: [String]]
    ) throws -> [String] {
        let replaced = Set(tables.map(\.value))
        let (stored, dropped) = segment.escaping(graph, consumers: consumers).reduce(into: ([String](), [String]())) {
            if isStored($1, replaced: replaced, consumers: consumers) { $0.0.append($1) } else { $0.1.append($1) }
        }
        // Readers look at the shape of a tensor through its view, even when they read its tables only.
        for name in dropped { try placeUnstored(name) }
        return stored
    }

    private func isStored(_ name: String, replaced: Set<String>, consumers: [String: [String]]) -> Bool {
        guard replaced.contains(name), !graph.outputs.contains(name), !options.keepsIntermediates else { return true }
        return !(consumers[name] ?? []).allSatisfy { user in
            guard let node = graph.nodes.first(where: { $0.name == user }) else { return false }
            return decisions[user]?.tables == tablePlan.formats[name] && node.inputs[0] == name
                && TablePlan.canReadTables(node, graph: graph, depthBlock: tablePlan.formats[name]?.length ?? 1)
        }
    }
}
