import Arch

/// Which instructions wrote what others find in the scratchpads, of instructions that are executed again and again: places in
/// their list. More may be named than did, never fewer.
struct ScratchpadFlow {
    /// Bytes that an instruction reads.
    struct Read {
        var space: Space
        var bytes: Range<Int>
        /// Places in the list, less its length for what the round before left.
        var writers: [Int]
        /// Whether every byte has a writer, and all are named.
        var isCovered: Bool

        /// Whether it may find more than what the instructions of a run have left.
        func reaches(beyond run: Range<Int>) -> Bool { !isCovered || !writers.allSatisfy(run.contains) }
    }

    /// Of each instruction.
    private(set) var reads: [[Read]]
    /// The last instruction that finds what this one wrote; the end of the list where the next round does.
    private(set) var lastReader: [Int]

    private var pieces: [[Piece]]
    private let count: Int

    /// Bytes that lie side by side, and who may have written them: a place in the list, less its length of the round before.
    private struct Piece {
        var bytes: Range<Int>
        var writers: [Int]
        /// Whether there are writers that are not named.
        var hasOthers = false
    }

    /// Writers of one piece that are told apart.
    private static let most = 8

    /// - Parameter spans: of an instruction by its place in the list.
    init(_ count: Int, spans: (Int) -> [AccessSpan]) {
        self.count = count
        reads = Array(repeating: [], count: count)
        lastReader = Array(repeating: -1, count: count)
        pieces = Array(repeating: [], count: Space.allCases.count)
        let spans = (0..<count).map(spans)
        for place in spans.indices { visit(place, spans[place], keepsReads: false) }
        for space in pieces.indices {
            for piece in pieces[space].indices { pieces[space][piece].writers = pieces[space][piece].writers.map { $0 - count } }
        }
        for place in spans.indices { visit(place, spans[place], keepsReads: true) }
    }

    private mutating func visit(_ place: Int, _ spans: [AccessSpan], keepsReads: Bool) {
        for span in spans where !span.isWrite {
            guard case .scratchpad(let space) = span.memory else { continue }
            let read = read(span.bounds, space)
            for writer in read.writers { note(place, finds: writer) }
            if keepsReads { reads[place].append(read) }
        }
        for span in spans where span.isWrite {
            guard case .scratchpad(let space) = span.memory else { continue }
            write(span.bounds, place, Int(space.rawValue), isDense: span.access.bytes.isDense)
        }
    }

    private mutating func note(_ reader: Int, finds writer: Int) {
        if writer < 0 { lastReader[writer + count] = count } else { lastReader[writer] = max(lastReader[writer], reader) }
    }

    private func read(_ bytes: Range<Int>, _ space: Space) -> Read {
        var read = Read(space: space, bytes: bytes, writers: [], isCovered: true)
        var next = bytes.lowerBound
        for piece in pieces[Int(space.rawValue)] where piece.bytes.overlaps(bytes) {
            if piece.bytes.lowerBound > next || piece.hasOthers { read.isCovered = false }
            next = piece.bytes.upperBound
            for writer in piece.writers where !read.writers.contains(writer) { read.writers.append(writer) }
        }
        if next < bytes.upperBound { read.isCovered = false }
        return read
    }

    private mutating func write(_ bytes: Range<Int>, _ place: Int, _ space: Int, isDense: Bool) {
        guard !bytes.isEmpty else { return }
        var result: [Piece] = []
        var next = bytes.lowerBound
        func fill(to end: Int) {
            if end > next { result.append(Piece(bytes: next..<end, writers: [place])) }
            next = max(next, end)
        }
        for piece in pieces[space] {
            guard piece.bytes.overlaps(bytes) else {
                if piece.bytes.lowerBound >= bytes.upperBound { fill(to: bytes.upperBound) }
                result.append(piece)
                continue
            }
            if piece.bytes.lowerBound < bytes.lowerBound {
                result.append(part(of: piece, piece.bytes.lowerBound..<bytes.lowerBound))
            }
            if !isDense {
                let both = piece.bytes.clamped(to: bytes)
                fill(to: both.lowerBound)
                result.append(added(place, to: part(of: piece, both)))
                next = both.upperBound
            }
            if piece.bytes.upperBound > bytes.upperBound {
                fill(to: bytes.upperBound)
                result.append(part(of: piece, bytes.upperBound..<piece.bytes.upperBound))
            }
        }
        fill(to: bytes.upperBound)
        pieces[space] = result
    }

    private func part(of piece: Piece, _ bytes: Range<Int>) -> Piece {
        var part = piece
        part.bytes = bytes
        return part
    }

    /// What is not named any more is taken for something that the next round finds.
    private mutating func added(_ place: Int, to piece: Piece) -> Piece {
        var piece = piece
        if piece.writers.count == Self.most {
            for writer in piece.writers { note(count, finds: writer) }
            piece.writers = []
            piece.hasOthers = true
        }
        piece.writers.append(place)
        return piece
    }
}
