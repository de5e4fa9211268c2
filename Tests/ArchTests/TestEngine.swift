import Arch

/// An engine with layout sizes only: blocks of 4 columns, granules of 4 k, dense bits.
struct TestEngine: Engine {
    var kind = "test"
    var summary = ""
    var parameters: [EngineParameter] = []
    var columnBlock = 4
    var depthBlock = 4
    var tableFormat: TableFormat?
    var rtl = RTLBinding(top: "", parameters: [:])

    func peak(weightBits: Int) -> Double { 1 }
    func shapes(rows: Int, columns: Int) -> [LookupShape] { [] }
    func support(_ format: ProductFormat) -> Support { .native }
    func weightBytes(depth: Int, weightBits: Int) -> Int { depth * columnBlock * weightBits / 8 }
    func layOut(codes: [UInt8], columns: Int, depth: Int, weightBits: Int) -> [UInt8] { codes }
    func codes(laidOut: [UInt8], columns: Int, depth: Int, weightBits: Int) -> [UInt8] { laidOut }
    func timing(_ multiply: Multiply, shape: LookupShape?) -> UnitTiming {
        UnitTiming(occupancyParts: [], latencyParts: [])
    }
    func activity(_ multiply: Multiply, shape: LookupShape?) -> [Event: Int] { [:] }
    func multiplyStructurally(_ multiply: Multiply, shape: LookupShape?, memory: CoreMemory) {}
    func multiply(_ multiply: Multiply, shape: LookupShape?, memory: CoreMemory) {}

    /// A target with two such engines and the memories of `mac-int8`.
    static func target() throws -> Target {
        Target(machine: try Presets.named("mac-int8"), engines: [TestEngine(), TestEngine()])
    }
}
