extension Array<Float> {
    var littleEndianBytes: [UInt8] { map(\.bitPattern).littleEndianBytes }
}

extension Array<Int32> {
    var littleEndianBytes: [UInt8] { map { UInt32(bitPattern: $0) }.littleEndianBytes }
}

extension Array<UInt32> {
    var littleEndianBytes: [UInt8] {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(4 * count)
        for word in self {
            bytes.append(UInt8(truncatingIfNeeded: word))
            bytes.append(UInt8(truncatingIfNeeded: word >> 8))
            bytes.append(UInt8(truncatingIfNeeded: word >> 16))
            bytes.append(UInt8(truncatingIfNeeded: word >> 24))
        }
        return bytes
    }
}
