/// How K of an instruction lies in panels: in words of 32 bits, cut into segments that start at whole words.
struct PanelShape: Sendable {
    /// Columns of a panel.
    static let columns = 16
    /// Numbers of a row or column as `DotOperands` writes them.
    let depth: Int
    /// Numbers of each segment.
    let segments: [Range<Int>]
    /// Word behind each segment, where a word holds one number, two, or four.
    private let ends: (one: [UInt32], two: [UInt32], four: [UInt32])

    init(_ cut: KCut, granule: Int, numbersPerGranule: Int) {
        depth = cut.depth / granule * numbersPerGranule
        segments = cut.segments.map { segment in
            let start = segment.range.lowerBound / granule * numbersPerGranule
            return start..<start + segment.range.count / granule * numbersPerGranule
        }
        ends = (Self.ends(segments, perWord: 1), Self.ends(segments, perWord: 2), Self.ends(segments, perWord: 4))
    }

    private static func ends(_ segments: [Range<Int>], perWord: Int) -> [UInt32] {
        var end: UInt32 = 0
        return segments.map { segment in
            end += UInt32(ceilDivide(segment.count, perWord))
            return end
        }
    }

    /// Word behind each segment.
    @inline(__always)
    func ends<Number: DotNumber>(of: Number.Type) -> [UInt32] {
        switch Number.perWord {
        case 1: ends.one
        case 2: ends.two
        default: ends.four
        }
    }

    /// Words of a row or column.
    @inline(__always)
    func words<Number: DotNumber>(of type: Number.Type) -> Int { Int(ends(of: type).last ?? 0) }

    /// Whether numbers are packed as operands write them.
    @inline(__always)
    func isPacked<Number: DotNumber>(_ type: Number.Type) -> Bool { words(of: type) * Number.perWord == depth }

    /// Copies numbers to where their words lie, each segment filled up with zeros.
    @inline(__always)
    func pack<From: DotNumber, To: DotNumber>(_ from: UnsafePointer<From>, to: UnsafeMutablePointer<To>) {
        var next = to
        for segment in segments {
            let source = from + segment.lowerBound
            for index in 0..<segment.count { next[index] = To(truncatingIfNeeded: source[index]) }
            let padded = roundUp(segment.count, to: To.perWord)
            for index in segment.count..<padded { next[index] = 0 }
            next += padded
        }
    }
}

/// Whether each of the numbers is one of 8 bits.
@inline(__always)
func fitBytes<Number: DotNumber>(_ numbers: UnsafePointer<Number>, count: Int) -> Bool {
    var least: Number = 0
    var greatest: Number = 0
    for index in 0..<count {
        least = min(least, numbers[index])
        greatest = max(greatest, numbers[index])
    }
    return least >= -128 && greatest <= 127
}
