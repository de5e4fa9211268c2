import Arch

/// Sums that an array keeps beside its columns until their segment ends: a memory of `rows` words of 32 bits per column.
/// Blocks are synthesised with one row of them, since more would become flip-flops; the rest is costed as SRAM.
public struct PartialSums: Hashable, Sendable {
    /// How modules name the rows.
    static let parameter = "PartialRows"

    public var bytes: Int
    /// Products that are summed before a sum is updated.
    public var productsPerUpdate: Int

    /// - Returns: `nil` for arrays without, and where what was measured has as many rows.
    init?(_ binding: RTLBinding, measured: [some SynthesisedBlock]) {
        guard let rows = binding.parameters[Self.parameter], let columns = binding.parameters["Columns"],
            let depth = binding.parameters["Rows"], rows > 1,
            measured.contains(where: { $0.parameters[Self.parameter] == 1 })
        else { return nil }
        bytes = 4 * rows * columns * binding.copies
        productsPerUpdate = max(1, depth)
    }
}
