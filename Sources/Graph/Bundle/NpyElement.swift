import Diagnostics

/// The element type of a `.npy` file: byte order, kind and width (`<f4`).
struct NpyElement {
    enum Kind: Character {
        case bool = "b"
        case signed = "i"
        case unsigned = "u"
        case float = "f"
    }
    var kind: Kind
    var bytes: Int
    var isBigEndian: Bool
    /// As the file spells it.
    var text: String

    init(_ descr: String) throws(Diagnostic) {
        let unknown = Diagnostic(
            field: "descr", "'\(descr)' is not read; b1, i1 to i8, u1 to u4, f2, f4 and f8 are, behind <, > or |")
        let characters = Array(descr)
        guard characters.count == 3, let kind = Kind(rawValue: characters[1]),
            let bytes = characters[2].wholeNumberValue,
            ["<", ">", "|", "="].contains(characters[0]), characters[0] != "|" || bytes == 1
        else { throw unknown }
        let widths: [Int] =
            switch kind {
            case .bool: [1]
            case .signed: [1, 2, 4, 8]
            case .unsigned: [1, 2, 4, 8]
            case .float: [2, 4, 8]
            }
        guard widths.contains(bytes) else { throw unknown }
        self.kind = kind
        self.bytes = bytes
        isBigEndian = characters[0] == ">"
        text = descr
    }

    func decode(_ raw: [UInt8], count: Int) throws(Diagnostic) -> Tensor.Storage {
        func word(_ index: Int) -> UInt64 {
            var word: UInt64 = 0
            for byte in 0..<bytes {
                let value = UInt64(raw[index * bytes + byte])
                word |= value << UInt64(8 * (isBigEndian ? bytes - 1 - byte : byte))
            }
            return word
        }
        switch (kind, bytes) {
        case (.bool, _): return .uint8(raw.map { $0 == 0 ? 0 : 1 })
        case (.unsigned, 1): return .uint8(raw)
        case (.signed, 1): return .int8(raw.map { Int8(bitPattern: $0) })
        case (.unsigned, 2): return .uint16((0..<count).map { UInt16(truncatingIfNeeded: word($0)) })
        case (.signed, 2): return .int16((0..<count).map { Int16(truncatingIfNeeded: word($0)) })
        case (.signed, 4): return .int32((0..<count).map { Int32(truncatingIfNeeded: word($0)) })
        case (.signed, _): return .int32(try narrowed(count) { Int32(exactly: Int64(bitPattern: word($0))) })
        case (.unsigned, _): return .int32(try narrowed(count) { Int32(exactly: word($0)) })
        case (.float, 2): return .float16((0..<count).map { UInt16(truncatingIfNeeded: word($0)) })
        case (.float, 4): return .float32((0..<count).map { Float(bitPattern: UInt32(truncatingIfNeeded: word($0))) })
        case (.float, _): return .float32((0..<count).map { Float(Double(bitPattern: word($0))) })
        }
    }

    private func narrowed(_ count: Int, _ value: (Int) -> Int32?) throws(Diagnostic) -> [Int32] {
        var result: [Int32] = []
        result.reserveCapacity(count)
        for index in 0..<count {
            guard let element = value(index) else { throw Diagnostic(field: "[\(index)]", "does not fit int32") }
            result.append(element)
        }
        return result
    }
}
