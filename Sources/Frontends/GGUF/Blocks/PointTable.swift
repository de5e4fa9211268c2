/// Points that neighbouring elements take together: the codebooks of IQ1, IQ2 and IQ3.
struct PointTable: Sendable {
    /// Elements of a point.
    let width: Int
    private let values: [Int8]

    /// - Parameters:
    ///   - alphabet: what an element may be.
    ///   - packed: hexadecimal; an element takes as many bits of a byte as tell the alphabet apart, a power of two of them,
    ///     lowest first.
    init(width: Int, alphabet: [Int8], packed: String) {
        self.width = width
        let bits = alphabet.count <= 4 ? 2 : 4
        var values: [Int8] = []
        let digits = packed.utf8.compactMap { Character(UnicodeScalar($0)).hexDigitValue }
        for index in stride(from: 0, to: digits.count - 1, by: 2) {
            let byte = digits[index] << 4 | digits[index + 1]
            for shift in stride(from: 0, to: 8, by: bits) {
                values.append(alphabet[byte >> shift & (bits == 2 ? 3 : 7)])
            }
        }
        self.values = values
    }

    /// Number of points.
    var count: Int { values.count / width }

    func element(_ point: Int, _ index: Int) -> Int { Int(values[point * width + index]) }
}
