import Arch

/// INT8 tables: the entries of half tables. The odd entries of a full table are its even ones with the other sign.
struct EntryRows: ActivationReader, @unchecked Sendable {
    private let nest: ActivationNest
    private let entriesPerRun: Int
    private let isFull: Bool
    private let memory: UnsafeRawPointer?

    init(_ multiply: Multiply, length: Int, memory: CoreMemory) {
        nest = ActivationNest(multiply: multiply)
        entriesPerRun = 1 << (length - 1) * ceilDivide(multiply.run, length)
        isFull = multiply.activationFormat.entries?.isFull == true
        self.memory = UnsafeRawPointer(memory[multiply.activations.space].baseAddress)
    }

    func writeRow(_ row: Int, to numbers: UnsafeMutablePointer<Int16>) {
        guard let memory else { return }
        let base = memory + nest.row(row)
        var next = numbers
        nest.forEachRun { offset in
            let entries = base + offset
            let step = isFull ? 2 : 1
            for entry in 0..<entriesPerRun {
                next[entry] = Int16(entries.load(fromByteOffset: step * entry, as: Int8.self))
            }
            next += entriesPerRun
        }
    }
}
