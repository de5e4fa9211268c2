import Arch

/// INT8 tables: the entries of half tables. The odd entries of a full table are its even ones with the other sign.
struct EntryRows: ActivationReader {
    let source: ActivationSource
    let numbersPerRun: Int
    /// Bytes from entry to entry.
    private let step: Int

    init(_ multiply: Multiply, length: Int) {
        source = ActivationSource(multiply)
        numbersPerRun = 1 << (length - 1) * ceilDivide(multiply.run, length)
        step = multiply.activationFormat.entries?.isFull == true ? 2 : 1
    }

    func writeRun(_ run: UnsafeRawPointer, to numbers: UnsafeMutablePointer<Int16>) {
        for entry in 0..<numbersPerRun {
            numbers[entry] = Int16(run.load(fromByteOffset: step * entry, as: Int8.self))
        }
    }
}
