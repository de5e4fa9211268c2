import Arch
import Formats

/// A plain engine for tests of the plumbing: int8 activations, weight codes a byte each, [column][depth], zero point 0.
/// The structural method leaves a mark beside the sums, so that a test can tell which method ran.
struct ByteEngine: Engine {
    var kind: String { "bytes" }
    var summary: String { "test" }
    var parameters: [EngineParameter] { [] }
    func peak(weightBits: Int) -> Double { 1 }
    var columnBlock: Int { 2 }
    var depthBlock: Int { 4 }
    var tableFormat: TableFormat? { nil }
    func shapes(rows: Int, columns: Int) -> [LookupShape] { [] }
    func support(_ format: ProductFormat) -> Support { .native }
    func weightBytes(depth: Int, weightBits: Int) -> Int { columnBlock * depth }
    func layOut(codes: [UInt8], columns: Int, depth: Int, weightBits: Int) -> [UInt8] { codes }
    func codes(laidOut: [UInt8], columns: Int, depth: Int, weightBits: Int) -> [UInt8] { laidOut }
    func timing(_ multiply: Multiply, shape: LookupShape?) -> UnitTiming {
        UnitTiming(occupancyParts: [], latencyParts: [])
    }
    func activity(_ multiply: Multiply, shape: LookupShape?) -> [Event: Int] { [:] }
    var rtl: RTLBinding { RTLBinding(top: "none", parameters: [:]) }

    func multiplyStructurally(_ multiply: Multiply, shape: LookupShape?, memory: CoreMemory) {
        self.multiply(multiply, shape: shape, memory: memory)
        memory.tables[0] = 0xAB
    }

    func multiply(_ multiply: Multiply, shape: LookupShape?, memory: CoreMemory) {
        let run = multiply.run
        for row in 0..<multiply.innerRows.count {
            for column in 0..<multiply.columns {
                var sum: Int32 = 0
                for k in 0..<run {
                    let a = memory[multiply.activations.space][
                        multiply.activations.offset + row * multiply.innerRows.stride + k]
                    let w = memory.weights[multiply.weights + column * run + k]
                    sum += Int32(Int8(bitPattern: a)) * Int32(w)
                }
                memory.accumulators.storeBytes(
                    of: sum, toByteOffset: multiply.accumulators + row * multiply.accumulatorPitch + 4 * column,
                    as: Int32.self)
            }
        }
    }
}
