import Diagnostics
import Formats

/// The table of block counts: instructions of mixed blocks hold their part of it, files the whole table once.
extension Program {
    /// Makes the table from what the instructions hold; equal parts are stored once.
    public mutating func collectBlockCounts() {
        var places: [[UInt8]: Int] = [:]
        blockCounts = []
        for index in instructions.indices {
            guard case .mma(var multiply) = instructions[index].body, var mixed = multiply.structure.mixed else { continue }
            mixed.table = places[mixed.counts] ?? blockCounts.count
            if places.updateValue(mixed.table, forKey: mixed.counts) == nil { blockCounts += mixed.counts }
            multiply.structure = .mixed(mixed)
            instructions[index].body = .mma(multiply)
        }
    }

    /// Gives every instruction its part of the table, as read from a file.
    mutating func distributeBlockCounts(_ problems: inout Diagnostics) {
        if let place = blockCounts.firstIndex(where: { !BlockMix.counts.contains(Int($0)) }) {
            let known = BlockMix.counts.map(String.init).joined(separator: ", ")
            problems.report(Diagnostic(field: "blockCounts[\(place)]", "\(blockCounts[place]) is not one of \(known)"))
        }
        for index in instructions.indices {
            guard case .mma(var multiply) = instructions[index].body, var mixed = multiply.structure.mixed else { continue }
            guard let count = multiply.mixedBlockCount, count <= blockCounts.count, mixed.table <= blockCounts.count - count
            else {
                problems.report(Diagnostic(
                    node: "instruction \(index)", field: "block_counts",
                    "the counts from \(mixed.table) on lie outside the table of \(blockCounts.count)"))
                continue
            }
            mixed.counts = Array(blockCounts[mixed.table..<mixed.table + count])
            multiply.structure = .mixed(mixed)
            instructions[index].body = .mma(multiply)
        }
    }
}
