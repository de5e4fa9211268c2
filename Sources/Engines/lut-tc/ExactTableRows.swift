import Arch

/// Exact tables, as the activations that can be read back from them.
struct ExactTableRows: ActivationReader {
    let source: ActivationSource
    /// Activations of a table.
    private let length: Int
    private let tablesPerRun: Int
    private let isFull: Bool

    init(_ multiply: Multiply, length: Int) {
        source = ActivationSource(multiply)
        self.length = length
        tablesPerRun = ceilDivide(multiply.run, length)
        isFull = multiply.activationFormat.entries?.isFull == true
    }

    var numbersPerRun: Int { tablesPerRun * length }

    func writeRun(_ run: UnsafeRawPointer, to numbers: UnsafeMutablePointer<Int16>) {
        if length == 4 && !isFull { readFours(run, to: numbers) } else { read(run, to: numbers) }
    }

    /// Entries 0 and 2^i of a full table differ in the sign of activation i only; entry 0 is minus the sum of all. Half tables
    /// have the even entries.
    private func read(_ tables: UnsafeRawPointer, to numbers: UnsafeMutablePointer<Int16>) {
        let step = isFull ? 2 : 1
        let bytes = 2 * (isFull ? 1 << length : 1 << (length - 1))
        var next = numbers
        for table in 0..<tablesPerRun {
            let entries = tables + bytes * table
            let first = entries.loadUnaligned(as: Int16.self)
            var rest: Int16 = 0
            for i in 1..<max(1, length) {
                let activation = (entries.loadUnaligned(fromByteOffset: step << i, as: Int16.self) &- first) >> 1
                next[i] = activation
                rest &+= activation
            }
            next[0] = 0 &- first &- rest
            next += length
        }
    }

    /// The same, for half tables of four: entries 1, 2 and 4 of eight.
    private func readFours(_ tables: UnsafeRawPointer, to numbers: UnsafeMutablePointer<Int16>) {
        let target = UnsafeMutableRawPointer(numbers)
        for table in 0..<tablesPerRun {
            let entries = tables.loadUnaligned(fromByteOffset: 16 * table, as: SIMD8<Int16>.self)
            let first = entries[0]
            let activations = (entries &- SIMD8(repeating: first)) &>> 1
            let (second, third, fourth) = (activations[1], activations[2], activations[4])
            let four = SIMD4(0 &- first &- second &- third &- fourth, second, third, fourth)
            target.storeBytes(of: four, toByteOffset: 8 * table, as: SIMD4<Int16>.self)
        }
    }
}
