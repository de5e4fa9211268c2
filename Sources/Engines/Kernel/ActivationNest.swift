import Arch

/// Byte offsets of the activations (or tables) of one instruction. Numbers alone, so that it is copied for nothing.
struct ActivationNest: Sendable {
    let space: Space
    let code: ActivationCode
    let run: Int
    /// k as laid out of one run.
    let laidOutRun: Int
    private let base: Int
    private let innerRows: Int
    private let outerStride: Int
    private let innerStride: Int
    private let counts: SIMD2<Int>
    private let strides: SIMD2<Int>

    init(multiply: Multiply) {
        space = multiply.activations.space
        code = ActivationCode(multiply)
        run = multiply.run
        laidOutRun = roundUp(multiply.run, to: multiply.structure.granule)
        base = multiply.activations.offset
        innerRows = multiply.innerRows.count
        outerStride = multiply.outerRows.stride
        innerStride = multiply.innerRows.stride
        counts = SIMD2(multiply.ky.count, multiply.kx.count)
        strides = SIMD2(multiply.ky.stride, multiply.kx.stride)
    }

    /// Offset of row m.
    func row(_ m: Int) -> Int { base + (m / innerRows) * outerStride + (m % innerRows) * innerStride }

    /// Calls `body` with the offset, relative to a row, of every run in ascending k.
    @inline(__always)
    func forEachRun(_ body: (_ offset: Int) -> Void) {
        for y in 0..<counts[0] {
            for x in 0..<counts[1] { body(y * strides[0] + x * strides[1]) }
        }
    }

    /// Offset, relative to a row, of step `step` of the K nest: `perRun` steps of `stepBytes` in each run.
    func offset(step: Int, perRun: Int, stepBytes: Int) -> Int {
        let (run, inRun) = step.quotientAndRemainder(dividingBy: perRun)
        let (y, x) = run.quotientAndRemainder(dividingBy: counts[1])
        return y * strides[0] + x * strides[1] + inRun * stepBytes
    }

    /// Offset, relative to a row, of the activation code of a k as laid out; `nil` in the padding of a run, which is zero.
    func offset(laidOut k: Int) -> Int? {
        let (run, inRun) = k.quotientAndRemainder(dividingBy: laidOutRun)
        guard inRun < self.run else { return nil }
        return offset(step: run * self.run + inRun, perRun: self.run, stepBytes: 1)
    }

    /// The int8 or uint8 code that an engine reads for k as laid out; 0 in the padding of a run.
    func code(row: Int, laidOut k: Int, memory: CoreMemory) -> Int {
        guard let offset = offset(laidOut: k) else { return 0 }
        return Int(self.code.value(memory[space][self.row(row) + offset]))
    }
}
