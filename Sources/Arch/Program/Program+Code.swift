import Diagnostics

extension Program {
    /// The instructions as they lie in DRAM from `codeAddress` on.
    ///
    /// - Throws: what an instruction cannot express, with its index and field.
    public func code() throws(Diagnostics) -> [UInt8] {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(instructions.count * ISA.instructionBytes)
        var problems = Diagnostics()
        for (index, instruction) in instructions.enumerated() {
            do throws(Diagnostics) { bytes += try ISA.encode(instruction, index: index) } catch {
                problems.report(contentsOf: error)
            }
        }
        if !problems.isEmpty { throw problems }
        return bytes
    }

    /// What a device finds: instructions in DRAM and numbers in its parameter registers, but no names, buffers or constants.
    ///
    /// - Parameters:
    ///   - code: whole instructions.
    ///   - address: where they lie in DRAM.
    ///   - registers: what `p0`, `p1`, ... hold, at most `ParameterReference.registers`; 0 where left out.
    public init(
        code: ArraySlice<UInt8>, at address: Int, dramBytes: Int, machine: String, registers: [Int] = []
    ) throws(Diagnostics) {
        guard code.count.isMultiple(of: ISA.instructionBytes) else {
            throw Diagnostics(Diagnostic(
                field: "code", "\(code.count) bytes are not whole instructions of \(ISA.instructionBytes)"))
        }
        guard registers.count <= ParameterReference.registers else {
            throw Diagnostics(Diagnostic(
                field: "registers", "\(registers.count) where there are \(ParameterReference.registers)"))
        }
        self.init(graph: "code", machine: machine, dramBytes: dramBytes, codeAddress: address)
        try append(instructions: code)
        let last = instructions.reduce(-1) { max($0, $1.node) }
        nodes = (0..<last + 1).map { NodeRecord(name: "node \($0)", operation: "", segment: 0, macs: 0) }
        parameters = (0..<ParameterReference.registers).map { register in
            let value = register < registers.count ? registers[register] : 0
            return ProgramParameter(name: "p\(register)", register: register, value: value, range: value...value)
        }
    }

    /// Decodes whole instructions; reports everything that is wrong with any of them.
    mutating func append(instructions code: ArraySlice<UInt8>) throws(Diagnostics) {
        var problems = Diagnostics()
        instructions.reserveCapacity(instructions.count + code.count / ISA.instructionBytes)
        for start in stride(from: code.startIndex, to: code.endIndex, by: ISA.instructionBytes) {
            do throws(Diagnostics) {
                let bytes = code[start..<start + ISA.instructionBytes]
                instructions.append(try ISA.decode(bytes, index: instructions.count))
            } catch { problems.report(contentsOf: error) }
            // One bad instruction is a message; a file that is no code would give thousands.
            if problems.all.count > 20 { break }
        }
        if !problems.isEmpty { throw problems }
    }
}
