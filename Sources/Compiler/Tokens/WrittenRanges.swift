import Arch
import Diagnostics

/// The DRAM bytes that some store of a program may write, as disjoint ascending ranges.
struct WrittenRanges {
    private var ranges: [Range<Int>] = []

    init(_ instructions: [Instruction], _ reach: Reach) throws(Diagnostics) {
        var stores: [Range<Int>] = []
        for (index, instruction) in instructions.enumerated() {
            guard case .store = instruction.body else { continue }
            try reach.forEachSpan(instruction, index: index) { span in
                if span.isWrite, span.memory == .dram { stores.append(span.bounds) }
            }
        }
        for range in stores.sorted(by: { $0.lowerBound < $1.lowerBound }) {
            if let last = ranges.last, range.lowerBound <= last.upperBound {
                ranges[ranges.count - 1] = last.lowerBound..<max(last.upperBound, range.upperBound)
            } else {
                ranges.append(range)
            }
        }
    }

    func overlaps(_ range: Range<Int>) -> Bool {
        var low = 0
        var high = ranges.count
        while low < high {
            let middle = (low + high) / 2
            if ranges[middle].upperBound <= range.lowerBound { low = middle + 1 } else { high = middle }
        }
        return low < ranges.count && ranges[low].lowerBound < range.upperBound
    }
}
