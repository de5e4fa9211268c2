import Arch

/// The tables of one run of activations, as they lie in their scratchpad.
struct TileTables {
    let format: TableFormat

    /// Exact entries are sums of the codes. Rounded ones depend on scales that no array sees, so any will do: `round` draws
    /// one, and the entries of a full table are odd as they have to be.
    func bytes(_ codes: [Int], round: () -> Int) -> [UInt8] {
        let padded = codes + Array(repeating: 0, count: roundUp(codes.count, to: format.length) - codes.count)
        return stride(from: 0, to: padded.count, by: format.length).flatMap { first in
            bytes(ofTable: Array(padded[first..<first + format.length]), round: round)
        }
    }

    private func bytes(ofTable codes: [Int], round: () -> Int) -> [UInt8] {
        if format.entries.isExact {
            let entries = format.entries.isFull ? LookupTable.full(codes) : LookupTable.half(codes)
            return entries.flatMap { entry in withUnsafeBytes(of: Int16(entry).littleEndian) { Array($0) } }
        }
        var entries = [Int](repeating: 0, count: format.count)
        for index in entries.indices where !format.entries.isFull || index % 2 == 0 {
            entries[index] = round()
            if format.entries.isFull { entries[format.count - 1 - index] = -entries[index] }
        }
        return entries.map { UInt8(truncatingIfNeeded: $0) }
    }
}
