import Diagnostics

extension Machine {
    /// What every machine must satisfy, preset or file; fields are spelled as in a machine file. Rules of the engines
    /// themselves are checked where engines are built.
    public var problems: Diagnostics {
        var check = LegalityCheck()
        check.name("name", name)
        check.range("clock_ps", clockPeriod, 1...1_000_000)
        memory.check(&check)
        sharedBuffer?.check(&check)
        check.range("cores", cores, 1...64)
        frontEnd.check(&check)
        scratchpads.check(&check)
        vector.check(cores: cores, &check)
        check.range("engines", engines.count, 1...Unit.maximumEngines, of: "entries")
        for (index, engine) in engines.enumerated() { check.name("engines[\(index)].kind", engine.kind) }
        return check.problems
    }
}

/// Collects violations under the names that a machine file uses.
struct LegalityCheck {
    var problems = Diagnostics()

    mutating func report(_ field: String, _ message: String) {
        problems.report(Diagnostic(field: field, message))
    }

    mutating func range(_ field: String, _ value: Int, _ range: ClosedRange<Int>, of unit: String = "") {
        guard !range.contains(value) else { return }
        let unit = unit.isEmpty ? "" : " \(unit)"
        report(field, "\(value)\(unit) should be \(range.lowerBound)...\(range.upperBound)")
    }

    mutating func multiple(_ field: String, _ value: Int, of factor: Int) {
        if factor > 0, !value.isMultiple(of: factor) { report(field, "\(value) should be a multiple of \(factor)") }
    }

    mutating func powerOfTwo(_ field: String, _ value: Int) {
        if value > 0, value.nonzeroBitCount != 1 { report(field, "\(value) should be a power of two") }
    }

    /// Names appear in reports and file names.
    mutating func name(_ field: String, _ name: String) {
        let allowed = name.unicodeScalars.allSatisfy {
            $0.isASCII
                && ($0.properties.isAlphabetic || $0.properties.numericType != nil || "-_.".unicodeScalars.contains($0))
        }
        if name.isEmpty || name.utf8.count > 64 || !allowed {
            report(field, "'\(name)' should be 1 to 64 letters, digits, '-', '_' or '.'")
        }
    }
}

extension MemoryChannel {
    func check(_ check: inout LegalityCheck) {
        if standard.isEmpty { check.report("memory.standard", "should not be empty") }
        check.range("memory.burst_bytes", burstBytes, 1...4096)
        check.powerOfTwo("memory.burst_bytes", burstBytes)
        check.range("memory.burst_ps", burstPeriod, 1...1_000_000_000)
        check.range("memory.efficiency_percent", efficiency, 1...100)
        check.range("memory.latency_ps", latency, 1...1_000_000_000)
        // DRAM addresses of the ISA have 40 bits.
        check.range("memory.capacity_bytes", capacity, 1...1 << 40)
        if burstBytes.nonzeroBitCount == 1 { check.multiple("memory.capacity_bytes", capacity, of: burstBytes) }
    }
}

extension SharedBuffer {
    func check(_ check: inout LegalityCheck) {
        // It is addressed as DRAM is; what holds terabytes is none.
        check.range("shared_buffer.bytes", bytes, Scratchpads.granule...1 << 32)
        check.multiple("shared_buffer.bytes", bytes, of: Scratchpads.granule)
        check.range("shared_buffer.bytes_per_cycle", bytesPerCycle, 1...4096)
        check.powerOfTwo("shared_buffer.bytes_per_cycle", bytesPerCycle)
        check.range("shared_buffer.latency_cycles", latency, 1...100_000)
    }
}

extension FrontEnd {
    func check(_ check: inout LegalityCheck) {
        check.range("front_end.fetch_instructions", fetchInstructions, 1...4096)
        check.range("front_end.buffer_instructions", bufferInstructions, 1...65536)
        check.range("front_end.queue_depth", queueDepth, 1...4096)
        if bufferInstructions < fetchInstructions {
            check.report(
                "front_end.buffer_instructions",
                "\(bufferInstructions) should hold one fetch of \(fetchInstructions) instructions")
        }
    }
}

extension Scratchpads {
    /// The ISA's local addresses have 24 bits.
    static let addressable = 1 << 24
    /// Banks are 64 bytes wide.
    static let granule = 64

    func check(_ check: inout LegalityCheck) {
        for space in Space.allCases {
            let field = "scratchpads.\(space.fieldName)"
            // Only machines with lookup engines need tables.
            check.range(field, self[space], (space == .tables ? 0 : Self.granule)...Self.addressable)
            check.multiple(field, self[space], of: Self.granule)
        }
    }
}

extension Space {
    /// Its field in a machine file.
    var fieldName: String {
        switch self {
        case .activations: "activations_bytes"
        case .weights: "weights_bytes"
        case .tables: "tables_bytes"
        case .accumulators: "accumulators_bytes"
        }
    }
}

extension VectorUnit {
    func check(cores: Int, _ check: inout LegalityCheck) {
        check.range("vector.lanes", lanes, 1...4096)
        if (2...64).contains(cores) {
            check.multiple("vector.lanes", lanes, of: cores)
            if lanes.isMultiple(of: cores) { check.powerOfTwo("vector.lanes", lanes / cores) }
        } else {
            check.powerOfTwo("vector.lanes", lanes)
        }
        check.range("vector.simple_interval", simpleInterval, 1...1024)
        check.range("vector.divide_interval", divideInterval, 1...1024)
        check.range("vector.elementary_interval", elementaryInterval, 1...1024)
        check.range("vector.tables_per_cycle", tablesPerCycle, 1...4096)
        check.range("vector.selections_per_builder", selectionsPerBuilder, 1...4096)
        check.range("vector.pipeline_stages", pipelineStages, 1...1024)
    }
}
