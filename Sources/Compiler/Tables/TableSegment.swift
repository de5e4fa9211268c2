import Arch
import Graph

extension Lowering {
    /// Tables of a product's activations between segments, where the plan wants them there; built now if nobody has.
    mutating func tables(_ node: Node, prepared: PreparedProduct) throws -> TableTensor? {
        let tensor = node.inputs[0]
        guard tablePlan.places[tensor] != nil, let format = tablePlan.formats[tensor],
            decisions[node.name]?.tables == format,
            TablePlan.canReadTables(node, graph: graph, depthBlock: format.length)
        else { return nil }
        if let tables = tableTensors[tensor] { return tables }
        let tables = try allocateTables(tensor, format: format)
        guard buildTables(tensor, prepared: prepared, tables: tables, format: format) else {
            tableTensors[tensor] = nil
            return nil
        }
        return tables
    }

    /// A place for the tables of a tensor: [image][row][column][table].
    mutating func allocateTables(_ tensor: String, format: TableFormat) throws -> TableTensor {
        let shape = type(tensor).shape
        let channels = shape[shape.count - 1]
        let pixels = shape.dropLast().reduce(1, *)
        let count = format.tables(activations: channels)
        let pixelPitch = count * format.tableBytes
        let width = shape.count == 4 ? shape[2] : pixels
        let height = shape.count == 4 ? shape[1] : 1
        let groups = format.scaleGroups(tables: count)
        let bytes = pixels * pixelPitch
        let address = try placeCopy("\(tensor) (tables)", of: tensor, bytes: bytes)
        var tables = TableTensor(
            address: address, imagePitch: height * width * pixelPitch, rowPitch: width * pixelPitch,
            pixelPitch: pixelPitch, scales: nil, scalePitch: groups * 4)
        if groups > 0 {
            tables.scales = try placeCopy("\(tensor) (table scales)", of: tensor, bytes: pixels * groups * 4)
        }
        tableTensors[tensor] = tables
        return tables
    }

    /// A segment that only builds tables. `false` when the tables of one pixel do not fit.
    private mutating func buildTables(
        _ tensor: String, prepared: PreparedProduct, tables: TableTensor, format: TableFormat
    ) -> Bool {
        let record = begin("\(tensor).tables", operation: "lookup_tables")
        let channels = type(tensor).shape.last ?? 1
        var code = TableSegmentCode(
            image: prepared.image, type: prepared.type, channels: channels, tables: tables, format: format,
            slots: Slots(capacity: target.machine.scratchpads))
        code.emitter.node = record
        let pixels = prepared.geometry.width
        var width = pixels
        while width >= 1 {
            var attempt = code
            do {
                try attempt.generate(geometry: prepared.geometry, width: width)
                emitter.append(attempt.emitter.instructions)
                endRow(["\(tensor).tables"], note: "tile \(width)x\(channels)")
                return true
            } catch { width = width == 1 ? 0 : (width + 1) / 2 }
        }
        nodes.removeLast()
        return false
    }
}

/// Emits the loads, table builds and stores of a table segment, one line of pixels (or part of one) at a time.
struct TableSegmentCode {
    let image: ImageView
    let type: ElementType
    let channels: Int
    let tables: TableTensor
    let format: TableFormat
    var slots: Slots
    var emitter = Emitter()

    private struct Tile {
        var image: Int
        var row: Int
        var column: Int
        var width: Int
    }

    mutating func generate(geometry: ProductGeometry, width: Int) throws(DoesNotFit) {
        var tiles: [Tile] = []
        for image in 0..<geometry.batch {
            for row in 0..<geometry.height {
                for column in stride(from: 0, to: geometry.width, by: width) {
                    tiles.append(Tile(image: image, row: row, column: column, width: min(width, geometry.width - column)))
                }
            }
        }
        var loaded = try tiles.first.map { tile throws(DoesNotFit) in try load(tile, full: width) }
        for (index, tile) in tiles.enumerated() {
            guard let source = loaded else { break }
            if index + 1 < tiles.count { loaded = try load(tiles[index + 1], full: width) }
            try build(tile, from: source, full: width)
        }
    }

    private mutating func load(_ tile: Tile, full: Int) throws(DoesNotFit) -> LocalAddress {
        let slot = try slots.slot(
            .activations, content: [tile.image, tile.row, tile.column], bytes: full * channels * image.elementBytes,
            spaces: [.activations], copies: 2)
        let patch = Patch(
            image: tile.image, row: tile.row, column: tile.column, rows: 1, columns: tile.width, channel: 0, channels: channels)
        emitter.load(patch, of: image, into: slot.address, padding: 0)
        return slot.address
    }

    private mutating func build(_ tile: Tile, from source: LocalAddress, full: Int) throws(DoesNotFit) {
        let content = [tile.image, tile.row, tile.column]
        let slot = try slots.slot(.tables, content: content, bytes: full * tables.pixelPitch, spaces: [.tables], copies: 2)
        var scales = LocalAddress(.tables, 0)
        if tables.scalePitch > 0 {
            scales = try slots.slot(
                .tableScales, content: content, bytes: full * tables.scalePitch, spaces: [.tables], copies: 2
            ).address
        }
        emitter.emit(.buildTables(BuildTables(
            source: Operand(source, type), innerRows: .init(count: tile.width, stride: channels * image.elementBytes),
            elements: channels, format: format, tables: slot.address.offset,
            tablePitch: tables.pixelPitch, scales: scales,
            scalePitch: tables.scalePitch)))
        let first = tables.address + tile.image * tables.imagePitch + tile.row * tables.rowPitch + tile.column * tables.pixelPitch
        emitter.emit(.store(Transfer(
            global: first, local: slot.address, rowBytes: tile.width * tables.pixelPitch, traffic: .tables)))
        if let address = tables.scales {
            emitter.emit(.store(Transfer(
                global: address + tile.column * tables.scalePitch, local: scales, rowBytes: tile.width * tables.scalePitch,
                traffic: .scales)))
        }
    }
}
