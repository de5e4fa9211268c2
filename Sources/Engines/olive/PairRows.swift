import Arch
import Formats

/// Pairs of activations, as the values that they decode to.
struct PairRows<Number: DotNumber>: ActivationReader, @unchecked Sendable {
    private let nest: ActivationNest
    private let pairs: OutlierVictimPair
    private let memory: UnsafeRawPointer?

    init(_ multiply: Multiply, _ pairs: OutlierVictimPair, memory: CoreMemory) {
        nest = ActivationNest(multiply: multiply)
        self.pairs = pairs
        self.memory = UnsafeRawPointer(memory[multiply.activations.space].baseAddress)
    }

    func writeRow(_ row: Int, to numbers: UnsafeMutablePointer<Number>) {
        guard let memory else { return }
        let base = memory + nest.row(row)
        var next = numbers
        nest.forEachRun { offset in
            if pairs.bits < 8 || !copyNormals(base + offset, to: next) { decode(base + offset, to: next) }
            next += roundUp(nest.run, to: 2)
        }
    }

    /// Codes of 8 bits are their values where no identifier is among them.
    @inline(__always)
    private func copyNormals(_ codes: UnsafeRawPointer, to numbers: UnsafeMutablePointer<Number>) -> Bool {
        var identifiers: UInt8 = 0
        for k in 0..<nest.run {
            let code = codes.load(fromByteOffset: k, as: Int8.self)
            identifiers |= code == .min ? 1 : 0
            numbers[k] = Number(code)
        }
        return identifiers == 0
    }

    private func decode(_ codes: UnsafeRawPointer, to numbers: UnsafeMutablePointer<Number>) {
        for k in stride(from: 0, to: nest.run, by: 2) {
            let left = codes.load(fromByteOffset: k, as: UInt8.self)
            let right = k + 1 < nest.run ? codes.load(fromByteOffset: k + 1, as: UInt8.self) : 0
            let pair = pairs.decoded(left, right)
            numbers[k] = Number(truncatingIfNeeded: pair.left.value)
            numbers[k + 1] = Number(truncatingIfNeeded: pair.right.value)
        }
    }
}
