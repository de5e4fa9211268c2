import Arch
import Diagnostics
import Formats
import Graph

/// The positions that groups of columns keep: those where one of the columns is not zero, and free ones up to n.
struct SharedPositions {
    /// Columns of a group, counted over all groups of a convolution.
    let columns: Int
    let pattern: NOfM
    /// Kept k of one run.
    let keptRun: Int
    let runs: Int
    /// [group of columns][run][kept k], ascending in a block.
    fileprivate(set) var positions: [UInt8] = []

    fileprivate init(columns: Int, pattern: NOfM, layout: DepthLayout) {
        self.columns = columns
        self.pattern = pattern
        keptRun = pattern.kept(of: layout.run)
        runs = layout.runs
    }

    /// [group of columns][run] as the table builders read them.
    func laidOut() -> [UInt8] {
        let layout = SharedPositionLayout(pattern)
        return stride(from: 0, to: positions.count, by: keptRun).flatMap { layout.layOut(positions[$0..<$0 + keptRun]) }
    }

    /// k inside its run of every kept weight of a column's run; it may lie past the end of the run.
    fileprivate func places(column: Int, run: Int) -> [Int] {
        let first = (column / columns * runs + run) * keptRun
        return (0..<keptRun).map { $0 / pattern.n * pattern.m + Int(positions[first + $0]) }
    }
}

extension WeightCodes {
    func sharedPositions(layout: DepthLayout, pattern: NOfM, zeros: Zeros) throws -> SharedPositions {
        var shared = SharedPositions(columns: type.encoding.structure.sharedColumns, pattern: pattern, layout: layout)
        let all = codes.count / max(1, depth)
        for first in stride(from: 0, to: all, by: shared.columns) {
            let columns = first..<first + min(shared.columns, all - first)
            for run in stride(from: 0, to: layout.depth, by: layout.run) {
                for start in stride(from: run, to: run + layout.run, by: pattern.m) {
                    let block = start..<min(start + pattern.m, run + layout.run)
                    var mask: UInt32 = 0
                    for column in columns { mask |= held(block, of: column, zeros) }
                    guard mask.nonzeroBitCount <= pattern.n else { throw tooMany(mask, block, columns, pattern) }
                    mask = pattern.kept(holding: mask)
                    for position in 0..<pattern.m where mask >> UInt32(position) & 1 == 1 {
                        shared.positions.append(UInt8(position))
                    }
                }
            }
        }
        return shared
    }

    private func tooMany(_ mask: UInt32, _ block: Range<Int>, _ columns: Range<Int>, _ pattern: NOfM) -> Diagnostic {
        Diagnostic(
            field: "inputs[1]",
            "output columns \(columns.lowerBound) to \(columns.upperBound - 1), k \(block.lowerBound) to "
                + "\(block.upperBound - 1) hold \(mask.nonzeroBitCount) positions together, at most \(pattern.n) of "
                + "\(pattern.m) expected of columns that share them")
    }

    /// The codes of one group of a convolution at shared positions, [column][stored k]. What stands past the end of a run
    /// meets activations that are zero, so its code does not matter.
    func codes(at shared: SharedPositions, group: Int, geometry: ProductGeometry, layout: DepthLayout) -> [UInt8] {
        var kept: [UInt8] = []
        kept.reserveCapacity(geometry.columns * layout.storedDepth)
        for column in group * geometry.columns..<(group + 1) * geometry.columns {
            for run in 0..<layout.runs {
                let first = column * depth + run * layout.run
                for place in shared.places(column: column, run: run) {
                    kept.append(place < layout.run ? codes[first + place] : 0)
                }
                for _ in shared.keptRun..<layout.stored(layout.run) { kept.append(0) }
            }
        }
        return kept
    }
}
