/// A letter for every byte, so that byte-level vocabularies are text (GPT-2): printable bytes of Latin-1 stand for themselves, the other
/// 68 for the letters from U+0100 on, in order.
enum ByteAlphabet {
    static let letters: [Unicode.Scalar] = {
        var next: UInt32 = 0x100
        return (0..<256).map { (byte: UInt32) in
            if (33...126).contains(byte) || (161...172).contains(byte) || (174...255).contains(byte) {
                return Unicode.Scalar(UInt8(byte))
            }
            defer { next += 1 }
            return Unicode.Scalar(next) ?? " "
        }
    }()

    private static let bytes = Dictionary(uniqueKeysWithValues: letters.enumerated().map { ($1, UInt8($0)) })

    static func text(_ bytes: some Sequence<UInt8>) -> String {
        var text = String.UnicodeScalarView()
        for byte in bytes { text.append(letters[Int(byte)]) }
        return String(text)
    }

    /// `nil` when the text has other letters.
    static func bytes(_ text: String) -> [UInt8]? {
        let found = text.unicodeScalars.compactMap { bytes[$0] }
        return found.count == text.unicodeScalars.count ? found : nil
    }
}
