import Diagnostics

extension Program {
    /// Reads what `assembly` writes; every line that is wrong is reported.
    public init(assembly: String) throws(Diagnostics) {
        var reader = AssemblyReader()
        var number = 0
        for line in assembly.utf8.split(separator: 0x0A, omittingEmptySubsequences: false) {
            number += 1
            do { try reader.read(line) } catch {
                var place = error
                place.node = "line \(number)"
                reader.problems.report(place)
            }
        }
        reader.finish()
        if !reader.problems.isEmpty { throw reader.problems }
        try reader.program.distributeCounts()
        self = reader.program
    }
}

/// A program being read line by line.
struct AssemblyReader {
    var program = Program(graph: "", machine: "")
    var problems = Diagnostics()
    /// Directives that may occur once.
    private var seen: Set<String> = []
    private var isCode = false
    /// Bytes that the last constant still lacks.
    private var missingBytes = 0

    mutating func read(_ line: Substring.UTF8View) throws(Diagnostic) {
        var cursor = DirectiveCursor(line)
        if cursor.directive.isEmpty { return }
        if isCode {
            program.instructions.append(try ISA.parse(Substring(line)))
            return
        }
        if cursor.directive != "hex" { try endConstant() }
        guard seen.contains("accelsim-asm") || cursor.directive == "accelsim-asm" else {
            seen.insert("accelsim-asm")
            throw Diagnostic(field: "accelsim-asm", "the first line should be 'accelsim-asm \(ISA.version)'")
        }
        try directive(&cursor)
        try cursor.expectEnd()
    }

    mutating func finish() {
        do { try endConstant() } catch { problems.report(error) }
        for name in ["accelsim-asm", "graph", "machine", "dram", "code"] where !seen.contains(name) {
            problems.report(Diagnostic(field: name, "is missing"))
        }
    }

    private mutating func directive(_ cursor: inout DirectiveCursor) throws(Diagnostic) {
        let name = cursor.directive
        switch name {
        case "node": program.nodes.append(try Self.node(&cursor))
        case "parameter": program.parameters.append(try Self.parameter(&cursor))
        case "buffer": program.buffers.append(try Self.buffer(&cursor))
        case "constant": try beginConstant(&cursor)
        case "hex": try hex(&cursor)
        case "blocks": program.blockCounts += try Self.bytes(&cursor, "blocks")
        case "outliers": program.outlierCounts += try Self.counts(&cursor, "outliers")
        case "accelsim-asm", "graph", "machine", "dram", "code":
            guard seen.insert(name).inserted else { throw Diagnostic(field: name, "is given twice") }
            try unique(name, &cursor)
        default:
            let known = ["graph", "machine", "dram", "node", "parameter", "buffer", "constant", "hex", "blocks", "outliers", "code"]
            throw Diagnostic(field: name, "this directive is not known\(Suggestion.hint(for: name, in: known))")
        }
    }

    private mutating func unique(_ name: String, _ cursor: inout DirectiveCursor) throws(Diagnostic) {
        switch name {
        case "accelsim-asm":
            let version = try cursor.integer(name)
            guard version == ISA.version else {
                throw Diagnostic(field: name, "version \(version) is not known, expected \(ISA.version)")
            }
        case "graph": program.graph = try cursor.text(name)
        case "machine": program.machine = try cursor.text(name)
        case "dram":
            program.dramBytes = try cursor.size(name)
            try cursor.expect("code")
            program.codeAddress = try cursor.size("code")
        default: isCode = true
        }
    }

    private static func node(_ cursor: inout DirectiveCursor) throws(Diagnostic) -> NodeRecord {
        let name = try cursor.text("name")
        let operation = try cursor.text("operation")
        try cursor.expect("segment")
        let segment = try cursor.size("segment")
        try cursor.expect("macs")
        return NodeRecord(name: name, operation: operation, segment: segment, macs: try cursor.size("macs"))
    }

    private static func parameter(_ cursor: inout DirectiveCursor) throws(Diagnostic) -> ProgramParameter {
        let word = cursor.word()
        guard word.first == "p", let register = TextCursor.integer(word.dropFirst()),
            (0..<ParameterReference.registers).contains(register)
        else {
            throw Diagnostic(field: "register", "'\(word)' is not one of p0...p\(ParameterReference.registers - 1)")
        }
        let name = try cursor.text("name")
        try cursor.expect("value")
        let value = try cursor.integer("value")
        try cursor.expect("range")
        let (low, high) = (try cursor.integer("range"), try cursor.integer("range"))
        guard low <= high else { throw Diagnostic(field: "range", "\(high) is below \(low)") }
        return ProgramParameter(name: name, register: register, value: value, range: low...high)
    }

    private static func buffer(_ cursor: inout DirectiveCursor) throws(Diagnostic) -> Buffer {
        let name = try cursor.text("name")
        let word = cursor.word()
        guard let role = Buffer.Role.allCases.first(where: { $0.name == word }) else {
            let names = Buffer.Role.allCases.map(\.name).joined(separator: ", ")
            throw Diagnostic(field: "role", "'\(word)' is not one of \(names)")
        }
        let address = try Self.address(&cursor)
        try cursor.expect("shape")
        let shape = try cursor.list("shape")
        if let negative = shape.first(where: { $0 < 0 }) {
            throw Diagnostic(field: "shape", "\(negative) should not be negative")
        }
        try cursor.expect("element")
        let elementBytes = try cursor.size("element")
        try cursor.expect("codec")
        let codec = try cursor.text("codec")
        try cursor.expect("strides")
        return Buffer(
            name: name, role: role, memory: address.memory, address: address.offset, shape: shape, elementBytes: elementBytes, codec: codec,
            strides: try cursor.list("strides"))
    }

    private static func address(_ cursor: inout DirectiveCursor) throws(Diagnostic) -> GlobalAddress {
        let word = cursor.word()
        let parts = word.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
        guard parts.count == 2, let memory = GlobalMemory.allCases.first(where: { $0.name == parts[0] }),
            let value = TextCursor.integer(parts[1]), value >= 0
        else { throw Diagnostic(field: "address", "'\(word)' is not an address (dram:0x0)") }
        return GlobalAddress(memory, value)
    }

    private mutating func beginConstant(_ cursor: inout DirectiveCursor) throws(Diagnostic) {
        let name = try cursor.text("name")
        let address = try Self.address(&cursor)
        guard address.memory == .dram else {
            throw Diagnostic(field: "address", "constants lie in DRAM, not in '\(address.memory.name)'")
        }
        try cursor.expect("bytes")
        missingBytes = try cursor.size("bytes")
        program.constants.append(Constant(name: name, address: address.offset, bytes: []))
    }

    private mutating func endConstant() throws(Diagnostic) {
        defer { missingBytes = 0 }
        if missingBytes > 0 {
            throw Diagnostic(field: "constant", "'\(program.constants.last?.name ?? "")' lacks \(missingBytes) bytes")
        }
    }

    private mutating func hex(_ cursor: inout DirectiveCursor) throws(Diagnostic) {
        let bytes = try Self.bytes(&cursor, "hex")
        guard bytes.count <= missingBytes else {
            throw Diagnostic(field: "hex", "\(bytes.count) bytes, at most \(missingBytes) are missing")
        }
        program.constants[program.constants.count - 1].bytes += bytes
        missingBytes -= bytes.count
    }

    private static func counts(_ cursor: inout DirectiveCursor, _ field: String) throws(Diagnostic) -> [UInt32] {
        var counts: [UInt32] = []
        for number in try cursor.list(field) {
            guard let count = UInt32(exactly: number) else { throw Diagnostic(field: field, "\(number) is no count") }
            counts.append(count)
        }
        return counts
    }

    /// Two digits each, one byte at least.
    private static func bytes(_ cursor: inout DirectiveCursor, _ field: String) throws(Diagnostic) -> [UInt8] {
        let digits = Array(cursor.word().utf8)
        guard digits.count.isMultiple(of: 2), !digits.isEmpty else {
            throw Diagnostic(field: field, "\(digits.count) digits, two for every byte expected")
        }
        var bytes: [UInt8] = []
        for index in stride(from: 0, to: digits.count, by: 2) {
            guard let high = digit(digits[index]), let low = digit(digits[index + 1]) else {
                throw Diagnostic(field: field, "digit \(index) is not hexadecimal")
            }
            bytes.append(high << 4 | low)
        }
        return bytes
    }

    private static func digit(_ byte: UInt8) -> UInt8? {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): byte - UInt8(ascii: "0")
        case UInt8(ascii: "a")...UInt8(ascii: "f"): byte - UInt8(ascii: "a") + 10
        case UInt8(ascii: "A")...UInt8(ascii: "F"): byte - UInt8(ascii: "A") + 10
        default: nil
        }
    }
}
