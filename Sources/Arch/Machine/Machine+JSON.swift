import Diagnostics

/// `machine.json`, schemas/machine-1.schema.json. Times are whole picoseconds, sizes whole bytes.
extension Machine {
    public static let schema = "accelsim-machine-1"

    /// Reads a machine and checks it; every mistake is reported with its field.
    public init(json: JSONValue, file: String? = nil) throws(Diagnostics) {
        var problems = Diagnostics()
        let machine = ObjectReader.read(json, at: FieldPlace(), into: &problems) { Self.read(&$0) } ?? nil
        // Legality messages would only repeat that a field is missing or of the wrong type.
        if problems.isEmpty, let machine { problems = machine.problems }
        guard problems.isEmpty, let machine else { throw problems.inFile(file) }
        self = machine
    }

    private static func read(_ reader: inout ObjectReader) -> Machine? {
        if let schema = reader.required("schema", String.self), schema != Self.schema {
            reader.report("schema", "'\(schema)' is not known, expected '\(Self.schema)'")
        }
        let name = reader.required("name", String.self)
        let summary = reader.optional("summary", default: "")
        let clock = reader.required("clock_ps", Int.self)
        let memory = reader.requiredObject("memory") { MemoryChannel(&$0) } ?? nil
        let sharedBuffer = reader.has("shared_buffer") ? reader.object("shared_buffer") { SharedBuffer(&$0) } ?? nil : nil
        let cores = reader.optional("cores", default: 1)
        let frontEnd = reader.requiredObject("front_end") { FrontEnd(&$0) } ?? nil
        let scratchpads = reader.requiredObject("scratchpads") { Scratchpads(&$0) } ?? nil
        let vector = reader.requiredObject("vector") { VectorUnit(&$0) } ?? nil
        let engines = reader.required("engines", [EngineSpecification].self)
        guard let name, let clock, let memory, let frontEnd, let scratchpads, let vector, let engines else {
            return nil
        }
        return Machine(
            name: name, summary: summary, clockPeriod: clock, memory: memory, sharedBuffer: sharedBuffer, cores: cores,
            frontEnd: frontEnd, scratchpads: scratchpads, vector: vector, engines: engines)
    }

    public var json: JSONValue {
        var object: JSONObject = [
            "schema": .string(Self.schema),
            "name": .string(name),
            "summary": .string(summary),
            "clock_ps": .integer(clockPeriod),
            "memory": memory.json,
        ]
        object["shared_buffer"] = sharedBuffer?.json
        object["cores"] = .integer(cores)
        object["front_end"] = frontEnd.json
        object["scratchpads"] = scratchpads.json
        object["vector"] = vector.json
        object["engines"] = .array(engines.map(\.json))
        return .object(object)
    }
}

extension ObjectReader {
    fileprivate mutating func requiredObject<T>(_ key: String, _ body: (inout ObjectReader) -> T) -> T? {
        if !has(key) { report(key, "is missing") }
        return object(key, body)
    }
}

extension MemoryChannel {
    fileprivate init?(_ reader: inout ObjectReader) {
        let standard = reader.required("standard", String.self)
        let burstBytes = reader.required("burst_bytes", Int.self)
        let burstPeriod = reader.required("burst_ps", Int.self)
        let efficiency = reader.optional("efficiency_percent", default: 100)
        let latency = reader.required("latency_ps", Int.self)
        let capacity = reader.required("capacity_bytes", Int.self)
        guard let standard, let burstBytes, let burstPeriod, let latency, let capacity else { return nil }
        self.init(
            standard: standard, burstBytes: burstBytes, burstPeriod: burstPeriod, efficiency: efficiency,
            latency: latency, capacity: capacity)
    }

    fileprivate var json: JSONValue {
        .object([
            "standard": .string(standard),
            "burst_bytes": .integer(burstBytes),
            "burst_ps": .integer(burstPeriod),
            "efficiency_percent": .integer(efficiency),
            "latency_ps": .integer(latency),
            "capacity_bytes": .integer(capacity),
        ])
    }
}

extension SharedBuffer {
    fileprivate init?(_ reader: inout ObjectReader) {
        let bytes = reader.required("bytes", Int.self)
        let bytesPerCycle = reader.required("bytes_per_cycle", Int.self)
        let latency = reader.required("latency_cycles", Int.self)
        guard let bytes, let bytesPerCycle, let latency else { return nil }
        self.init(bytes: bytes, bytesPerCycle: bytesPerCycle, latency: latency)
    }

    fileprivate var json: JSONValue {
        .object([
            "bytes": .integer(bytes),
            "bytes_per_cycle": .integer(bytesPerCycle),
            "latency_cycles": .integer(latency),
        ])
    }
}

extension FrontEnd {
    fileprivate init?(_ reader: inout ObjectReader) {
        let fetch = reader.required("fetch_instructions", Int.self)
        let buffer = reader.required("buffer_instructions", Int.self)
        let depth = reader.required("queue_depth", Int.self)
        guard let fetch, let buffer, let depth else { return nil }
        self.init(fetchInstructions: fetch, bufferInstructions: buffer, queueDepth: depth)
    }

    fileprivate var json: JSONValue {
        .object([
            "fetch_instructions": .integer(fetchInstructions),
            "buffer_instructions": .integer(bufferInstructions),
            "queue_depth": .integer(queueDepth),
        ])
    }
}

extension Scratchpads {
    fileprivate init?(_ reader: inout ObjectReader) {
        let activations = reader.required(Space.activations.fieldName, Int.self)
        let weights = reader.required(Space.weights.fieldName, Int.self)
        let tables = reader.required(Space.tables.fieldName, Int.self)
        let accumulators = reader.required(Space.accumulators.fieldName, Int.self)
        guard let activations, let weights, let tables, let accumulators else { return nil }
        self.init(activations: activations, weights: weights, tables: tables, accumulators: accumulators)
    }

    fileprivate var json: JSONValue {
        .object(JSONObject(Space.allCases.map { ($0.fieldName, .integer(self[$0])) }))
    }
}

extension VectorUnit {
    fileprivate init?(_ reader: inout ObjectReader) {
        let lanes = reader.required("lanes", Int.self)
        let simple = reader.required("simple_interval", Int.self)
        let divide = reader.required("divide_interval", Int.self)
        let elementary = reader.required("elementary_interval", Int.self)
        let tables = reader.required("tables_per_cycle", Int.self)
        let selections = reader.optional("selections_per_builder", default: VectorUnit.treesPerBuilder)
        let stages = reader.required("pipeline_stages", Int.self)
        guard let lanes, let simple, let divide, let elementary, let tables, let stages else { return nil }
        self.init(
            lanes: lanes, simpleInterval: simple, divideInterval: divide, elementaryInterval: elementary,
            tablesPerCycle: tables, selectionsPerBuilder: selections, pipelineStages: stages)
    }

    fileprivate var json: JSONValue {
        .object([
            "lanes": .integer(lanes),
            "simple_interval": .integer(simpleInterval),
            "divide_interval": .integer(divideInterval),
            "elementary_interval": .integer(elementaryInterval),
            "tables_per_cycle": .integer(tablesPerCycle),
            "selections_per_builder": .integer(selectionsPerBuilder),
            "pipeline_stages": .integer(pipelineStages),
        ])
    }
}
