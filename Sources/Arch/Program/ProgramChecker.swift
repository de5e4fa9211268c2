import Diagnostics

/// Checks what must hold before a program from a file may be executed or timed: every byte that it touches exists, and
/// its work can be counted in 64 bits. The ISA's field ranges are checked by coding; order is `OrderingChecker`'s
/// question.
public enum ProgramChecker {
    /// Steps of one instruction, far above any real one; products of counts stay below it.
    static let work = 1 << 48

    /// Checks the program with the parameters as they are set.
    public static func check(_ program: Program, target: Target) -> [Diagnostic] {
        do throws(Diagnostics) { return check(resolved: try program.resolved(), target) } catch { return error.all }
    }

    private static func check(resolved program: Program, _ target: Target) -> [Diagnostic] {
        var diagnostics = memoryMap(program, target.machine)
        for (index, instruction) in program.instructions.enumerated() {
            let problems = problems(instruction, program, target)
            diagnostics += problems.map { Diagnostic(node: "instruction \(index)", field: $0.field, $0.message) }
        }
        return diagnostics
    }

    /// Of DRAM, what the program asks for; of the shared buffer, what the machine has.
    private static func bytes(of memory: GlobalMemory, _ program: Program, _ machine: Machine) -> Int {
        switch memory {
        case .dram: program.dramBytes
        case .shared: machine.sharedBytes
        }
    }

    private static func memoryMap(_ program: Program, _ machine: Machine) -> [Diagnostic] {
        var diagnostics: [Diagnostic] = []
        if program.dramBytes < 0 || program.dramBytes > machine.memory.capacity {
            diagnostics.append(
                Diagnostic(field: "dram", "\(program.dramBytes) bytes should be 0...\(machine.memory.capacity)"))
        }
        if let node = excessiveNode(program) {
            diagnostics.append(Diagnostic(node: node.name, field: "macs", "\(node.macs) is too many to be counted"))
        }
        let code = program.instructions.count * ISA.instructionBytes
        let parts =
            [("code", program.codeAddress, code)]
            + program.constants.map { ("constant '\($0.name)'", $0.address, $0.bytes.count) }
        for (name, address, bytes) in parts where address < 0 || address > program.dramBytes - bytes {
            diagnostics.append(
                Diagnostic(
                    field: name, "\(bytes) bytes at \(address) lie outside the \(program.dramBytes) bytes of DRAM"))
        }
        for buffer in program.buffers {
            if let message = problem(buffer, bytes: bytes(of: buffer.memory, program, machine)) {
                diagnostics.append(Diagnostic(field: "buffer '\(buffer.name)'", message))
            }
        }
        return diagnostics
    }

    /// The node at which the products of all nodes can no longer be summed.
    private static func excessiveNode(_ program: Program) -> NodeRecord? {
        var total = 0
        return program.nodes.first { node in
            let (sum, overflow) = total.addingReportingOverflow(node.macs)
            total = sum
            return overflow || node.macs < 0
        }
    }

    /// Bytes of the tensor when it lies densely, also where strides of zero repeat it; `nil` from 2^40 on.
    private static func denseBytes(_ buffer: Buffer) -> Int? {
        buffer.shape.reduce(Optional(buffer.elementBytes)) { bytes, count in
            guard let (product, overflow) = bytes?.multipliedReportingOverflow(by: count), !overflow, product < 1 << 40
            else { return nil }
            return product
        }
    }

    private static func problem(_ buffer: Buffer, bytes: Int) -> String? {
        guard buffer.shape.count == buffer.strides.count else {
            return "\(buffer.shape.count) axes and \(buffer.strides.count) strides"
        }
        guard buffer.shape.allSatisfy({ $0 >= 0 }), buffer.elementBytes > 0 else {
            return "sizes should not be negative"
        }
        guard buffer.shape.count <= 8 else { return "\(buffer.shape.count) axes, at most 8 are allowed" }
        guard denseBytes(buffer) != nil else { return "a tensor must be smaller than 2^40 bytes" }
        let loops = zip(buffer.shape, buffer.strides).map { ByteNest.Loop(count: $0, stride: $1) }
        let nest = ByteNest(base: buffer.address, run: buffer.elementBytes, loops: loops)
        if nest.isEmpty || (nest.base >= 0 && nest.end <= bytes) { return nil }
        return "bytes \(nest.base)..<\(nest.end) lie outside the \(bytes) bytes of \(buffer.memory.name)"
    }

    private static func problems(_ instruction: Instruction, _ program: Program, _ target: Target) -> [FieldProblem] {
        var problems: [FieldProblem] = []
        if !program.nodes.indices.contains(instruction.node) {
            problems.append(
                FieldProblem(field: "node", message: "\(instruction.node) is not one of \(program.nodes.count)"))
        }
        if let problem = engineProblem(instruction.body, target) { return problems + [problem] }
        // Factors are below 2^32 and totals are cut at 2^48 / factor, so no product overflows.
        let steps = instruction.body.counts.reduce(1) { total, count in
            total > work / max(count, 1) ? work : total * max(count, 1)
        }
        if steps >= work {
            return problems + [FieldProblem(field: "loop", message: "more than \(work) steps")]
        }
        let accesses = instruction.accesses(engines: target.engines)
        let code = ByteNest(base: program.codeAddress, run: program.instructions.count * ISA.instructionBytes)
        for access in accesses.reads + accesses.writes where !access.bytes.isEmpty {
            let size: Int =
                switch access.memory {
                case .global(let memory): bytes(of: memory, program, target.machine)
                case .scratchpad(let space): target.machine.scratchpads[space]
                }
            if access.bytes.base < 0 || access.bytes.end > size {
                let bytes = "bytes \(access.bytes.base)..<\(access.bytes.end)"
                problems.append(FieldProblem(field: access.memory.name, message: "\(bytes) lie outside its \(size)"))
            }
        }
        for access in accesses.writes where access.memory == .dram && access.bytes.overlaps(code) {
            problems.append(FieldProblem(field: "dram", message: "the program writes over its own code"))
        }
        // Whose operands lie somewhere, so that its K has an end.
        return problems.isEmpty ? [listProblem(instruction.body, target)].compactMap { $0 } : problems
    }

    /// Time depends on the counts of a list, so they must be those of the engine's parts of K.
    private static func listProblem(_ body: Instruction.Body, _ target: Target) -> FieldProblem? {
        guard case .mma(let multiply) = body, let engine = target.engines[multiply.engine] as? any OutlierEngine else { return nil }
        return engine.countProblem(multiply).map { FieldProblem(field: "outlier_counts", message: $0) }
    }

    /// Time depends on the counts of mixed blocks, so they must be those of the instruction's blocks.
    private static func mixedProblem(_ multiply: Multiply, _ engine: any Engine) -> FieldProblem? {
        guard let mixed = multiply.structure.mixed else { return nil }
        let format = ProductFormat(activations: .int8, weights: .unsigned(bits: multiply.weightBits), mix: .all)
        if let reason = engine.mixRefusal(format) {
            return FieldProblem(field: "structure", message: "\(engine.kind): \(reason)")
        }
        guard multiply.mixedBlockCount == mixed.counts.count else {
            return FieldProblem(field: "block_counts", message: "\(mixed.counts.count) counts are not one for every block")
        }
        return nil
    }

    private static func engineProblem(_ body: Instruction.Body, _ target: Target) -> FieldProblem? {
        let (multiply, isLookup): (Multiply, Bool)
        switch body {
        case .mma(let product): (multiply, isLookup) = (product, false)
        case .lmma(let product, _): (multiply, isLookup) = (product, true)
        case .load, .gather, .fill, .store, .buildTables, .elementwise, .reduce: return nil
        }
        guard target.engines.indices.contains(multiply.engine) else {
            return FieldProblem(field: "engine", message: "the machine has no engine \(multiply.engine)")
        }
        let engine = target.engines[multiply.engine]
        if let problem = mixedProblem(multiply, engine) { return problem }
        if isLookup == (engine.tableFormat != nil) { return nil }
        return FieldProblem(field: "engine", message: "\(engine.kind) does not execute \(body.opcode.mnemonic)")
    }
}

extension Instruction.Body {
    /// Loop counts and run lengths: their product bounds the instruction's steps.
    fileprivate var counts: [Int] {
        switch self {
        case .load(let transfer), .store(let transfer): transfer.loops.map(\.count) + [transfer.rowBytes]
        case .gather(let gather): [gather.count, gather.rowBytes]
        case .fill(let fill): fill.loops.map(\.count) + [fill.rowBytes]
        case .mma(let multiply), .lmma(let multiply, _):
            [multiply.outerRows, multiply.innerRows, multiply.ky, multiply.kx].map(\.count) + [
                multiply.run, multiply.columns,
            ]
        case .buildTables(let build): [build.outerRows.count, build.innerRows.count, build.elements]
        case .elementwise(let elementwise): elementwise.loops.map(\.count)
        case .reduce(let reduce): reduce.outer.map(\.count) + reduce.inner.map(\.count)
        }
    }
}
