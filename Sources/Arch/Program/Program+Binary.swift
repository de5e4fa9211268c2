import Diagnostics

/// The `.bin` form of a program, little-endian: magic, version of the file and of the ISA, names, sizes, nodes,
/// buffers, constants, parameters, block counts, outlier counts, instructions of `ISA.instructionBytes` each. Counts and text lengths are uint32, other numbers
/// int64.
extension Program {
    public static let magic = Array("accelsim".utf8)
    public static let fileVersion: UInt32 = 5

    /// - Throws: what an instruction cannot express, with its index and field.
    public func binary() throws(Diagnostics) -> [UInt8] {
        var writer = ByteWriter()
        writer.append(Self.magic)
        writer.integer(Self.fileVersion)
        writer.integer(UInt32(ISA.version))
        writer.text(graph)
        writer.text(machine)
        writer.int(dramBytes)
        writer.int(codeAddress)
        writer.integer(UInt32(nodes.count))
        for node in nodes { write(node, &writer) }
        writer.integer(UInt32(buffers.count))
        for buffer in buffers { write(buffer, &writer) }
        writer.integer(UInt32(constants.count))
        for constant in constants {
            writer.text(constant.name)
            writer.int(constant.address)
            writer.int(constant.bytes.count)
            writer.append(constant.bytes)
        }
        writer.integer(UInt32(parameters.count))
        for parameter in parameters { write(parameter, &writer) }
        writer.integer(UInt32(blockCounts.count))
        writer.append(blockCounts)
        writer.integer(UInt32(outlierCounts.count))
        for count in outlierCounts { writer.integer(count) }
        writer.integer(UInt32(instructions.count))
        writer.append(try code())
        return writer.bytes
    }

    private func write(_ parameter: ProgramParameter, _ writer: inout ByteWriter) {
        writer.text(parameter.name)
        writer.int(parameter.register)
        writer.int(parameter.value)
        writer.int(parameter.range.lowerBound)
        writer.int(parameter.range.upperBound)
    }

    private func write(_ node: NodeRecord, _ writer: inout ByteWriter) {
        writer.text(node.name)
        writer.text(node.operation)
        writer.int(node.segment)
        writer.int(node.macs)
    }

    private func write(_ buffer: Buffer, _ writer: inout ByteWriter) {
        writer.text(buffer.name)
        writer.integer(buffer.role.rawValue)
        writer.integer(buffer.memory.rawValue)
        writer.int(buffer.address)
        writer.int(buffer.elementBytes)
        writer.text(buffer.codec)
        for list in [buffer.shape, buffer.strides] {
            writer.integer(UInt32(list.count))
            for value in list { writer.int(value) }
        }
    }
}

extension Program {
    /// Reads what `binary()` writes. Any other bytes give diagnostics.
    public init(binary: ArraySlice<UInt8>) throws(Diagnostics) {
        var reader = ByteReader(binary)
        do {
            self = try Self.head(&reader)
            let nodeCount = try reader.count(minimum: 24, "nodes")
            nodes.reserveCapacity(nodeCount)
            for index in 0..<nodeCount { nodes.append(try Self.node(&reader, "nodes[\(index)]")) }
            for index in 0..<(try reader.count(minimum: 34, "buffers")) {
                buffers.append(try Self.buffer(&reader, "buffers[\(index)]"))
            }
            for index in 0..<(try reader.count(minimum: 20, "constants")) {
                constants.append(try Self.constant(&reader, "constants[\(index)]"))
            }
            for index in 0..<(try reader.count(minimum: 36, "parameters")) {
                parameters.append(try Self.parameter(&reader, "parameters[\(index)]"))
            }
            blockCounts = Array(try reader.take(try reader.count(minimum: 1, "blockCounts"), "blockCounts"))
            for index in 0..<(try reader.count(minimum: 4, "outlierCounts")) {
                outlierCounts.append(try reader.integer(UInt32.self, "outlierCounts[\(index)]"))
            }
        } catch { throw Diagnostics(error) }
        try readCode(&reader)
        try distributeCounts()
    }

    public init(binary: [UInt8]) throws(Diagnostics) { try self.init(binary: binary[...]) }

    private static func head(_ reader: inout ByteReader) throws(Diagnostic) -> Program {
        guard try Array(reader.take(magic.count, "magic")) == magic else {
            throw Diagnostic(field: "magic", "the file does not start with '\(String(decoding: magic, as: UTF8.self))'")
        }
        let version = try reader.integer(UInt32.self, "version")
        guard version == fileVersion else {
            throw Diagnostic(field: "version", "\(version) is not known, expected \(fileVersion)")
        }
        let isa = try reader.integer(UInt32.self, "isa")
        guard isa == UInt32(ISA.version) else {
            throw Diagnostic(field: "isa", "\(isa) is not known, expected \(ISA.version)")
        }
        return Program(
            graph: try reader.text("graph"), machine: try reader.text("machine"),
            dramBytes: try reader.size("dramBytes"),
            codeAddress: try reader.size("codeAddress"))
    }

    private static func node(_ reader: inout ByteReader, _ place: String) throws(Diagnostic) -> NodeRecord {
        NodeRecord(
            name: try reader.text(place + ".name"), operation: try reader.text(place + ".operation"),
            segment: try reader.size(place + ".segment"), macs: try reader.size(place + ".macs"))
    }

    private static func buffer(_ reader: inout ByteReader, _ place: String) throws(Diagnostic) -> Buffer {
        let name = try reader.text(place + ".name")
        let code = try reader.integer(UInt8.self, place + ".role")
        guard let role = Buffer.Role(rawValue: code) else {
            throw Diagnostic(field: place + ".role", "\(code) is not known")
        }
        let memoryCode = try reader.integer(UInt8.self, place + ".memory")
        guard let memory = GlobalMemory(rawValue: memoryCode) else {
            throw Diagnostic(field: place + ".memory", "\(memoryCode) is not known")
        }
        let address = try reader.size(place + ".address")
        let elementBytes = try reader.size(place + ".elementBytes")
        let codec = try reader.text(place + ".codec")
        var shape: [Int] = []
        for _ in 0..<(try reader.count(minimum: 8, place + ".shape")) {
            shape.append(try reader.size(place + ".shape"))
        }
        var strides: [Int] = []
        for _ in 0..<(try reader.count(minimum: 8, place + ".strides")) {
            strides.append(try reader.int(place + ".strides"))
        }
        return Buffer(
            name: name, role: role, memory: memory, address: address, shape: shape, elementBytes: elementBytes, codec: codec,
            strides: strides)
    }

    private static func parameter(_ reader: inout ByteReader, _ place: String) throws(Diagnostic) -> ProgramParameter {
        let name = try reader.text(place + ".name")
        let register = try reader.size(place + ".register")
        let value = try reader.int(place + ".value")
        let (low, high) = (try reader.int(place + ".range"), try reader.int(place + ".range"))
        guard low <= high else { throw Diagnostic(field: place + ".range", "\(high) is below \(low)") }
        return ProgramParameter(name: name, register: register, value: value, range: low...high)
    }

    private static func constant(_ reader: inout ByteReader, _ place: String) throws(Diagnostic) -> Constant {
        let name = try reader.text(place + ".name")
        let address = try reader.size(place + ".address")
        return Constant(
            name: name, address: address,
            bytes: Array(try reader.take(try reader.size(place + ".bytes"), place + ".bytes")))
    }

    private mutating func readCode(_ reader: inout ByteReader) throws(Diagnostics) {
        var problems = Diagnostics()
        do {
            let count = try reader.count(minimum: ISA.instructionBytes, "instructions")
            let code = try reader.take(count * ISA.instructionBytes, "instructions")
            do throws(Diagnostics) { try append(instructions: code) } catch { problems.report(contentsOf: error) }
            if reader.left > 0 {
                problems.report(Diagnostic(field: "instructions", "\(reader.left) bytes follow the last one"))
            }
        } catch { problems.report(error) }
        if !problems.isEmpty { throw problems }
    }
}
