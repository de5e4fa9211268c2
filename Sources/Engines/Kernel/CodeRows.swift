import Arch

/// Plain codes, as the numbers that they stand for.
struct CodeRows: ActivationReader {
    let source: ActivationSource

    init(_ multiply: Multiply) { source = ActivationSource(multiply) }

    var numbersPerRun: Int { source.nest.laidOutRun }

    func writeRun(_ run: UnsafeRawPointer, to numbers: UnsafeMutablePointer<Int16>) {
        let code = source.nest.code
        if code.isByte {
            for k in 0..<source.nest.run { numbers[k] = Int16(run.load(fromByteOffset: k, as: Int8.self)) }
        } else {
            for k in 0..<source.nest.run { numbers[k] = code.value(run.load(fromByteOffset: k, as: UInt8.self)) }
        }
    }
}
