import Arch

/// An engine that reads the codes of its weights as they are, column by column of a block, and needs no lookup tables.
public protocol DenseWeightEngine: DotEngine {}

extension DenseWeightEngine {
    public var depthBlock: Int { 1 }
    public var tableFormat: TableFormat? { nil }
    public func shapes(rows: Int, columns: Int) -> [LookupShape] { [] }

    func layout(_ weightBits: Int) -> DenseLayout { DenseLayout(columnBlock: columnBlock, weightBits: weightBits) }

    public func weightBytes(depth: Int, weightBits: Int) -> Int { layout(weightBits).blockBytes(depth: depth) }

    public func layOut(codes: [UInt8], columns: Int, depth: Int, weightBits: Int) -> [UInt8] {
        layout(weightBits).layOut(codes: codes, columns: columns, depth: depth)
    }

    public func codes(laidOut: [UInt8], columns: Int, depth: Int, weightBits: Int) -> [UInt8] {
        layout(weightBits).codes(laidOut: laidOut, columns: columns, depth: depth)
    }

    public func product(_ multiply: Multiply, memory: CoreMemory) -> DotInstruction? {
        codeProduct(multiply, memory: memory)
    }

    /// At speed where code minus zero point is a number of the kernel; zero points beyond that only a hand-made program has.
    func codeProduct(_ multiply: Multiply, memory: CoreMemory) -> DotInstruction? {
        guard multiply.zerosFit(-32768...32767, memory: memory, columnBlock: columnBlock) else { return nil }
        return DotProduct(codes: multiply, memory: memory, columnBlock: columnBlock).instruction
    }
}
