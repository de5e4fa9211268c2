import Arch
import Formats

/// Stored weights of the pair array: for each block of `columnBlock` columns, for each pair of k, the pair of every column
/// of the block: a byte of two 4-bit slots (left slot in the upper half), or two bytes of 8-bit slots, left first.
struct PairLayout: Hashable, Sendable {
    let columnBlock: Int
    /// Slots of 8 bits.
    let isWide: Bool

    var pairBytes: Int { isWide ? 2 : 1 }

    /// Bytes of a block of `depth` k; an odd last one has a zero code beside it.
    func blockBytes(depth: Int) -> Int { ceilDivide(depth, 2) * columnBlock * pairBytes }

    /// Where the pair of `k` lies, from the first byte of weights of `depth` k.
    @inline(__always)
    func address(column: Int, k: Int, depth: Int) -> Int {
        let (block, lane) = column.quotientAndRemainder(dividingBy: columnBlock)
        return block * blockBytes(depth: depth) + (k / 2 * columnBlock + lane) * pairBytes
    }

    /// Both slots of the pair of `k`.
    @inline(__always)
    func slots(_ bytes: UnsafeRawBufferPointer, base: Int, column: Int, k: Int, depth: Int) -> (left: UInt8, right: UInt8) {
        let address = base + address(column: column, k: k, depth: depth)
        return isWide ? (bytes[address], bytes[address + 1]) : OutlierVictimPair.slots(ofByte: bytes[address])
    }

    /// `codes` is [columns][depth]; missing columns of the last block are zero codes.
    func layOut(codes: [UInt8], columns: Int, depth: Int) -> [UInt8] {
        var bytes = [UInt8](repeating: 0, count: ceilDivide(columns, columnBlock) * blockBytes(depth: depth))
        for column in 0..<columns {
            for k in stride(from: 0, to: depth, by: 2) {
                let left = codes[column * depth + k]
                let right = k + 1 < depth ? codes[column * depth + k + 1] : 0
                let address = address(column: column, k: k, depth: depth)
                bytes[address] = isWide ? left : OutlierVictimPair.byte(left, right)
                if isWide { bytes[address + 1] = right }
            }
        }
        return bytes
    }

    /// The inverse of `layOut`.
    func codes(laidOut: [UInt8], columns: Int, depth: Int) -> [UInt8] {
        var codes = [UInt8](repeating: 0, count: columns * depth)
        laidOut.withUnsafeBytes { bytes in
            for column in 0..<columns {
                for k in 0..<depth {
                    let pair = slots(bytes, base: 0, column: column, k: k, depth: depth)
                    codes[column * depth + k] = k.isMultiple(of: 2) ? pair.left : pair.right
                }
            }
        }
        return codes
    }
}

extension ActivationNest {
    /// Both slots of an activation pair; `k` is even, as laid out. An odd run ends with a zero code.
    func slots(row: Int, k: Int, memory: CoreMemory) -> (left: UInt8, right: UInt8) {
        let (run, inRun) = k.quotientAndRemainder(dividingBy: roundUp(self.run, to: 2))
        let bytes = memory[space]
        let address = self.row(row) + offset(step: run * self.run + inRun, perRun: self.run, stepBytes: 1)
        return (bytes[address], inRun + 1 < self.run ? bytes[address + 1] : 0)
    }
}
