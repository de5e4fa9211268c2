/// A pattern of names: `*` stands for any letters, `?` for one.
public struct NamePattern: Hashable, Sendable {
    public let text: String
    private let letters: [UInt8]

    public init(_ text: String) {
        self.text = text
        letters = Array(text.utf8)
    }

    public func matches(_ name: String) -> Bool {
        let name = Array(name.utf8)
        var (place, at) = (0, 0)
        // Behind the last star, and the first letter that the star does not stand for.
        var star: (place: Int, at: Int)?
        while at < name.count {
            if place < letters.count, letters[place] == UInt8(ascii: "*") {
                place += 1
                star = (place, at)
            } else if place < letters.count, letters[place] == UInt8(ascii: "?") || letters[place] == name[at] {
                place += 1
                at += 1
            } else if let last = star {
                star = (last.place, last.at + 1)
                (place, at) = (last.place, last.at + 1)
            } else {
                return false
            }
        }
        return letters[place...].allSatisfy { $0 == UInt8(ascii: "*") }
    }
}
