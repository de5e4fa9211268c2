import Arch
import Formats

/// An engine of rows * columns cycles, with ragged edges when columns are odd and a latency of `depth`.
struct StubEngine: Engine {
    var kind: String { "stub" }
    var summary: String { "for timing" }
    var parameters: [EngineParameter] { [] }
    func peak(weightBits: Int) -> Double { 1 }
    var columnBlock: Int { 1 }
    var depthBlock: Int { 1 }
    var tableFormat: TableFormat? { nil }
    func shapes(rows: Int, columns: Int) -> [LookupShape] { [] }
    func support(_ format: ProductFormat) -> Support { .native }
    func weightBytes(depth: Int, weightBits: Int) -> Int { depth }
    func layOut(codes: [UInt8], columns: Int, depth: Int, weightBits: Int) -> [UInt8] { codes }
    func codes(laidOut: [UInt8], columns: Int, depth: Int, weightBits: Int) -> [UInt8] { laidOut }

    func timing(_ multiply: Multiply, shape: LookupShape?) -> UnitTiming {
        UnitTiming(
            occupancyParts: [
                .init(.ideal, "products", multiply.rows * multiply.columns),
                .init(.raggedEdges, "odd columns", multiply.rows * (multiply.columns % 2)),
            ],
            latencyParts: [.init(.fillAndDrain, "adders", multiply.depth)])
    }
    func activity(_ multiply: Multiply, shape: LookupShape?) -> [Event: Int] {
        [.multiplyAccumulate: multiply.rows * multiply.columns * multiply.depth]
    }
    func multiplyStructurally(_ multiply: Multiply, shape: LookupShape?, memory: CoreMemory) {}
    func multiply(_ multiply: Multiply, shape: LookupShape?, memory: CoreMemory) {}
    var rtl: RTLBinding { RTLBinding(top: "stub", parameters: [:]) }
}
