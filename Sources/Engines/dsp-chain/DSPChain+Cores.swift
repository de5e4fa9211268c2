import Arch

/// Chains in several cores: of every block of columns each core has the next `vectorColumns`.
extension DSPChain {
    public func dealt(over cores: Int) -> any Engine {
        var engine = self
        engine.cores = cores
        return engine
    }

    /// How many of an instruction's columns a core has.
    func columns(of core: Int, _ multiply: Multiply) -> Int {
        let (blocks, rest) = multiply.columns.quotientAndRemainder(dividingBy: columnBlock)
        return blocks * vectorColumns + min(max(0, rest - core * vectorColumns), vectorColumns)
    }

    /// What a core does of an instruction.
    func share(of core: Int, _ multiply: Multiply) -> Multiply {
        var share = multiply
        share.columns = columns(of: core, multiply)
        return share
    }

    /// The column of the instruction that a core has as its own `column`.
    func column(_ column: Int, of core: Int) -> Int {
        let (block, lane) = column.quotientAndRemainder(dividingBy: vectorColumns)
        return block * columnBlock + core * vectorColumns + lane
    }
}
