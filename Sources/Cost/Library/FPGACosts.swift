import Diagnostics

/// What blocks of `rtl/` take on an FPGA: a table that `tools.rtl.fpga` has counted.
public struct FPGACosts: Hashable, Sendable {
    public static let schema = "accelsim-fpga-costs-1"

    public struct Block: SynthesisedBlock {
        /// `folder/module`.
        public var block: String
        public var parameters: [String: Int]
        /// LUTs, flip-flops, carry chains, DSP slices, block RAMs by name.
        public var resources: [String: Int]

        public var extent: Double { Double(count("lut")) }

        func count(_ resource: String) -> Int { resources[resource] ?? 0 }
    }

    public var device: String
    public var date: String
    public var command: String
    /// What was done, and what is left out.
    public var flow: String
    public var blocks: [Block]

    public init(json: JSONValue, file: String? = nil) throws(Diagnostics) {
        var problems = Diagnostics()
        let costs = ObjectReader.read(json, at: FieldPlace(), into: &problems) { Self.read(&$0) } ?? nil
        guard problems.isEmpty, let costs else { throw problems.inFile(file) }
        self = costs
    }

    private init(device: String, date: String, command: String, flow: String, blocks: [Block]) {
        self.device = device
        self.date = date
        self.command = command
        self.flow = flow
        self.blocks = blocks
    }

    private static func read(_ reader: inout ObjectReader) -> FPGACosts? {
        if let schema = reader.required("schema", String.self), schema != Self.schema {
            reader.report("schema", "'\(schema)' is not known, expected '\(Self.schema)'")
        }
        _ = reader.raw("tools")
        guard let device = reader.required("device", String.self), let date = reader.required("date", String.self),
            let command = reader.required("command", String.self), let flow = reader.required("flow", String.self),
            let blocks = reader.required("blocks", [Block].self)
        else { return nil }
        return FPGACosts(device: device, date: date, command: command, flow: flow, blocks: blocks)
    }
}

extension FPGACosts.Block: JSONReadable {
    public static func read(
        _ value: JSONValue, at place: FieldPlace, into problems: inout Diagnostics
    ) -> FPGACosts.Block? {
        ObjectReader.read(value, at: place, into: &problems) { reader in
            func numbers(_ entries: [(name: String, value: JSONValue, place: FieldPlace)]) -> [String: Int] {
                let found = entries.compactMap { name, value, place in
                    reader.collect { Int.read(value, at: place, into: &$0) }.map { (name, $0) }
                }
                return Dictionary(found) { first, _ in first }
            }
            _ = reader.raw("digest")
            let parameters = numbers(reader.entries("parameters"))
            var resources: [String: Int] = [:]
            for name in reader.object.keys where !["block", "parameters", "digest"].contains(name) {
                resources[name] = reader.required(name, Int.self)
            }
            guard let block = reader.required("block", String.self) else { return nil }
            return FPGACosts.Block(block: block, parameters: parameters, resources: resources)
        } ?? nil
    }
}
