/// How K of an instruction lies in panels: in words of 32 bits, cut into segments that start at whole words.
struct PanelShape: Sendable {
    /// Columns of a panel.
    static let columns = 16
    /// Numbers of a row or column as `DotOperands` writes them.
    let depth: Int
    /// Numbers of each segment.
    let segments: [Range<Int>]
    /// Length of all segments that lie side by side; `nil` where they differ.
    let segmentLength: Int?
    /// Words of a row or column, where a word holds one number, two, four or eight.
    private let words: SIMD4<Int>

    init(_ cut: KCut, granule: Int, numbersPerGranule: Int) {
        depth = cut.depth / granule * numbersPerGranule
        let segments = cut.segments.map { segment in
            let start = segment.range.lowerBound / granule * numbersPerGranule
            return start..<start + segment.range.count / granule * numbersPerGranule
        }
        self.segments = segments
        let length = segments.first?.count ?? 0
        let isUniform = segments.indices.allSatisfy { segments[$0] == $0 * length..<($0 + 1) * length }
        segmentLength = isUniform && length > 0 ? length : nil
        var words = SIMD4<Int>.zero
        for segment in segments {
            for index in 0..<4 { words[index] += ceilDivide(segment.count, 1 << index) }
        }
        self.words = words
    }

    /// Word behind each segment, where a word holds so many numbers.
    func ends(perWord: Int) -> [UInt32] {
        var end: UInt32 = 0
        return segments.map { segment in
            end += UInt32(ceilDivide(segment.count, perWord))
            return end
        }
    }

    /// Words of a row or column.
    ///
    /// - Parameter perWord: 1, 2, 4 or 8.
    @inline(__always)
    func words(perWord: Int) -> Int { words[perWord.trailingZeroBitCount] }

    /// Copies numbers to where their words lie, each segment filled up with zeros.
    @inline(__always)
    func pack<From: DotNumber, To: DotNumber>(
        _ from: UnsafePointer<From>, perWord: Int, to: UnsafeMutablePointer<To>
    ) {
        if let segmentLength, segmentLength.isMultiple(of: perWord) {
            for index in 0..<depth { to[index] = To(truncatingIfNeeded: from[index]) }
            return
        }
        var next = to
        for segment in segments {
            let source = from + segment.lowerBound
            for index in 0..<segment.count { next[index] = To(truncatingIfNeeded: source[index]) }
            let padded = roundUp(segment.count, to: perWord)
            for index in segment.count..<padded { next[index] = 0 }
            next += padded
        }
    }
}
