/// Bits that the alternatives of one tag share.
struct SharedBits: Sendable {
    var tag: FieldDescription
    var range: Range<Int>
    /// First bit behind the fields of a value; a value without fields uses none.
    var ends: [Int: Int] = [:]

    /// Bits that nothing lies in when the tag holds `value`.
    func unused(_ value: Int) -> Range<Int> { (ends[value] ?? range.lowerBound)..<range.upperBound }
}

/// Gives the fields of an instruction their bits, one after the other; alternatives of one tag begin at the same bit.
struct FieldPlacement<Payload: Sendable> {
    private(set) var clauses: [Clause<Payload>]
    private(set) var sharedBits: [SharedBits] = []
    private var position = ISA.headerBits

    init(_ clauses: [Clause<Payload>]) { self.clauses = clauses }

    /// - Parameter last: those fields that lie behind all others, or the others.
    mutating func place(last: Bool) {
        for index in clauses.indices {
            if case .alternative(let tag, let value) = clauses[index].form, !last {
                placeAlternative(index, Alternative(tag: tag, value: value))
            } else {
                position = place(index, at: position, last: last)
            }
        }
    }

    private mutating func placeAlternative(_ index: Int, _ alternative: Alternative) {
        guard let tag = clauses.flatMap(\.fields).first(where: { $0.description.name == alternative.tag }) else { return }
        for field in clauses[index].fields.indices {
            clauses[index].fields[field].description.alternative = alternative
            clauses[index].fields[field].tag = tag.value
        }
        let shared = shared(tag.description)
        let end = place(index, at: sharedBits[shared].range.lowerBound, last: false)
        sharedBits[shared].ends[alternative.value] = end
        position = max(position, end)
        sharedBits[shared].range = sharedBits[shared].range.lowerBound..<position
    }

    /// The bits that alternatives of a tag share, which begin behind all that is placed when the first of them is.
    private mutating func shared(_ tag: FieldDescription) -> Int {
        if let known = sharedBits.firstIndex(where: { $0.tag.name == tag.name }) { return known }
        sharedBits.append(SharedBits(tag: tag, range: position..<position))
        return sharedBits.count - 1
    }

    /// - Returns: the bit behind the fields.
    private mutating func place(_ index: Int, at start: Int, last: Bool) -> Int {
        var position = start
        for field in clauses[index].fields.indices where clauses[index].fields[field].isPlacedLast == last {
            clauses[index].fields[field].description.position = position
            position += clauses[index].fields[field].description.bits
        }
        return position
    }
}
