import Arch

/// Plain codes, as the numbers that they stand for.
struct CodeRows: ActivationReader, @unchecked Sendable {
    private let nest: ActivationNest
    private let memory: UnsafeRawPointer?

    init(_ multiply: Multiply, memory: CoreMemory) {
        nest = ActivationNest(multiply: multiply)
        self.memory = UnsafeRawPointer(memory[multiply.activations.space].baseAddress)
    }

    func writeRow(_ row: Int, to numbers: UnsafeMutablePointer<Int16>) {
        guard let memory else { return }
        let base = memory + nest.row(row)
        var next = numbers
        nest.forEachRun { offset in
            let codes = base + offset
            if nest.code.isByte {
                for k in 0..<nest.run { next[k] = Int16(codes.load(fromByteOffset: k, as: Int8.self)) }
            } else {
                for k in 0..<nest.run { next[k] = nest.code.value(codes.load(fromByteOffset: k, as: UInt8.self)) }
            }
            next += nest.laidOutRun
        }
    }
}
