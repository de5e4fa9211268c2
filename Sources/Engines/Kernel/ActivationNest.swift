import Arch

/// Byte offsets of the activations (or tables) of one instruction.
struct ActivationNest: Sendable {
    let multiply: Multiply

    /// Offset of row m.
    func row(_ m: Int) -> Int {
        let inner = multiply.innerRows.count
        return multiply.activations.offset + (m / inner) * multiply.outerRows.stride
            + (m % inner) * multiply.innerRows.stride
    }

    /// Calls `body` with the offset, relative to a row, of every run in ascending k.
    @inline(__always)
    func forEachRun(_ body: (_ offset: Int) -> Void) {
        for y in 0..<multiply.ky.count {
            for x in 0..<multiply.kx.count { body(y * multiply.ky.stride + x * multiply.kx.stride) }
        }
    }

    /// Offset, relative to a row, of step `step` of the K nest: `perRun` steps of `stepBytes` in each run.
    func offset(step: Int, perRun: Int, stepBytes: Int) -> Int {
        let (run, inRun) = step.quotientAndRemainder(dividingBy: perRun)
        let (y, x) = run.quotientAndRemainder(dividingBy: multiply.kx.count)
        return y * multiply.ky.stride + x * multiply.kx.stride + inRun * stepBytes
    }

    /// Offset, relative to a row, of the activation code of a k as laid out; `nil` in the padding of a run, which is zero.
    func offset(laidOut k: Int) -> Int? {
        let (run, inRun) = k.quotientAndRemainder(dividingBy: roundUp(multiply.run, to: multiply.structure.granule))
        guard inRun < multiply.run else { return nil }
        return offset(step: run * multiply.run + inRun, perRun: multiply.run, stepBytes: 1)
    }

    /// The int8 or uint8 code that an engine reads for k as laid out; 0 in the padding of a run.
    func code(row: Int, laidOut k: Int, memory: CoreMemory) -> Int {
        guard let offset = offset(laidOut: k) else { return 0 }
        return Int(multiply.activation(memory[multiply.activations.space][self.row(row) + offset]))
    }
}
