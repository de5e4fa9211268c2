import Arch
import Formats

/// Pairs of activations, as the values that they decode to.
struct PairRows<Number: DotNumber>: ActivationReader {
    let source: ActivationSource
    private let pairs: OutlierVictimPair
    private let run: Int

    init(_ multiply: Multiply, _ pairs: OutlierVictimPair) {
        source = ActivationSource(multiply)
        self.pairs = pairs
        run = multiply.run
    }

    var numbersPerRun: Int { roundUp(run, to: 2) }

    func writeRun(_ run: UnsafeRawPointer, to numbers: UnsafeMutablePointer<Number>) {
        if pairs.bits < 8 || !copyNormals(run, to: numbers) { decode(run, to: numbers) }
    }

    /// Codes of 8 bits are their values where no identifier is among them.
    @inline(__always)
    private func copyNormals(_ codes: UnsafeRawPointer, to numbers: UnsafeMutablePointer<Number>) -> Bool {
        var identifiers: UInt8 = 0
        for k in 0..<run {
            let code = codes.load(fromByteOffset: k, as: Int8.self)
            identifiers |= code == .min ? 1 : 0
            numbers[k] = Number(code)
        }
        return identifiers == 0
    }

    private func decode(_ codes: UnsafeRawPointer, to numbers: UnsafeMutablePointer<Number>) {
        for k in stride(from: 0, to: run, by: 2) {
            let left = codes.load(fromByteOffset: k, as: UInt8.self)
            let right = k + 1 < run ? codes.load(fromByteOffset: k + 1, as: UInt8.self) : 0
            let pair = pairs.decoded(left, right)
            numbers[k] = Number(truncatingIfNeeded: pair.left.value)
            numbers[k + 1] = Number(truncatingIfNeeded: pair.right.value)
        }
    }
}
