import Formats

/// Names of codecs for a table, bits of one family together: `int2-4,8 ternary` is int2, int3, int4, int8 and ternary.
enum CodecRanges {
    static func text(_ codecs: [Codec]) -> String {
        if codecs.count == Codec.all.count { return "any" }
        var text = ""
        var last: (family: Substring, number: Int)?
        var isOpen = false
        func close() {
            if isOpen, let last { text += "-\(last.number)" }
            isOpen = false
        }
        for name in codecs.map(\.name) {
            let family = name.prefix { !$0.isNumber }
            let number = Int(name.dropFirst(family.count))
            if let number, let before = last, before.family == family {
                if number == before.number + 1 {
                    isOpen = true
                } else {
                    close()
                    text += ",\(number)"
                }
            } else {
                close()
                text += (text.isEmpty ? "" : " ") + name
            }
            last = number.map { (family, $0) }
        }
        close()
        return text
    }
}
