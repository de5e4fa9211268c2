import Arch

/// A copy of bytes that lie side by side in the source and apart in the destination, and the other way round: what an engine
/// with row-major weights wants of keys. Element by element every byte would be a cache line of its own.
struct Transposition: @unchecked Sendable {
    private let destination: UnsafeMutableRawPointer
    private let source: UnsafeRawPointer
    /// Side by side in the source.
    private var rows: Int
    /// Side by side in the destination.
    private var columns: Int
    /// Bytes from row to row of the destination.
    private var rowPitch: Int
    /// Bytes from column to column of the source.
    private var columnPitch: Int

    /// Rows and columns of a tile.
    private static let side = 16

    /// `nil` where the instruction is something else, or smaller than a tile.
    init?(_ plan: ElementwisePlan, destination: UnsafeMutableRawPointer, source: UnsafeRawPointer) {
        guard case .copy = plan.work.function, plan.work.a.type.bytes == 1, plan.counts[0] == 1, plan.counts[1] == 1
        else { return nil }
        self.destination = destination
        self.source = source
        if plan.aStrides[2] == 1, plan.destinationStrides[3] == 1 {
            (rows, columns) = (plan.counts[2], plan.counts[3])
            (rowPitch, columnPitch) = (plan.destinationStrides[2], plan.aStrides[3])
        } else if plan.aStrides[3] == 1, plan.destinationStrides[2] == 1 {
            (rows, columns) = (plan.counts[3], plan.counts[2])
            (rowPitch, columnPitch) = (plan.destinationStrides[3], plan.aStrides[2])
        } else {
            return nil
        }
        guard rows >= Self.side, columns >= Self.side else { return nil }
    }

    func execute(_ parallel: Parallel) {
        let strips = (rows - 1) / Self.side + 1
        parallel.run(strips, elements: rows * columns) { range, _ in
            for strip in range { execute(Self.side * strip..<min(rows, Self.side * (strip + 1))) }
        }
    }

    private func execute(_ strip: Range<Int>) {
        var column = 0
        if strip.count == Self.side {
            while column + Self.side <= columns {
                tile(strip.lowerBound, column)
                column += Self.side
            }
        }
        for row in strip {
            for column in column..<columns {
                let byte = source.load(fromByteOffset: row + column * columnPitch, as: UInt8.self)
                destination.storeBytes(of: byte, toByteOffset: row * rowPitch + column, as: UInt8.self)
            }
        }
    }

    /// Four times, the first half of the lines is interleaved with the second: a byte's place is its line and its lane, and each
    /// time the highest bit of the line becomes the lowest of the lane.
    private func tile(_ row: Int, _ column: Int) {
        withUnsafeTemporaryAllocation(of: SIMD16<UInt8>.self, capacity: 2 * Self.side) { lines in
            var from = lines.baseAddress.unsafelyUnwrapped
            var to = from + Self.side
            for line in 0..<Self.side {
                from[line] = (source + (row + (column + line) * columnPitch)).loadUnaligned(as: SIMD16<UInt8>.self)
            }
            for _ in 0..<4 {
                for line in 0..<Self.side / 2 {
                    var pair = SIMD32<UInt8>()
                    pair.evenHalf = from[line]
                    pair.oddHalf = from[line + Self.side / 2]
                    to[2 * line] = pair.lowHalf
                    to[2 * line + 1] = pair.highHalf
                }
                swap(&from, &to)
            }
            for line in 0..<Self.side {
                (destination + ((row + line) * rowPitch + column)).storeBytes(of: from[line], as: SIMD16<UInt8>.self)
            }
        }
    }
}
