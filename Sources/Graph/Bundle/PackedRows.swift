import Formats
import Foundation

/// `packed` storage: each row of the last axis is a little-endian bit stream, the first element in the lowest bits,
/// filled up to whole bytes. Rows of outlier-victim pairs are stored pair after pair (`OutlierVictimPair.stored`).
enum PackedRows {
    /// Shape of the U8 tensor: rows, bytes per row.
    static func shape(_ shape: [Int], _ codec: Codec) -> [Int] {
        let rows = Sizes.count(shape.dropLast()) ?? 0
        let last = shape.last ?? 1
        return [rows, codec.pairs?.storedBytes(count: last) ?? (last * codec.bits + 7) / 8]
    }

    /// Unused bits at the end of a row are ignored. `nil` when the number of bytes is not that of the shape.
    static func decode(_ data: Data, shape: [Int], codec: Codec) -> Tensor? {
        let packed = self.shape(shape, codec)
        guard data.count == packed[0] * packed[1] else { return nil }
        let (bytes, last) = (Array(data), shape.last ?? 1)
        if let pairs = codec.pairs {
            let slots = (0..<packed[0]).flatMap { row in
                pairs.row(stored: bytes[row * packed[1]..<(row + 1) * packed[1]], count: last)
            }
            return Tensor(shape: shape, storage: .uint8(slots))
        }
        if codec.bits <= 8 {
            return Tensor(shape: shape, codec: codec, codes: codes(bytes, rows: packed[0], last: last, width: codec.bits))
        }
        var integers: [Int32] = []
        integers.reserveCapacity(packed[0] * last)
        for row in 0..<packed[0] {
            for column in 0..<last {
                let code = code(bytes, byte: row * packed[1], bit: column * codec.bits, width: codec.bits)
                integers.append(value(code, codec))
            }
        }
        return Tensor(shape: shape, codec: codec, integers: integers)
    }

    /// One code of at most eight bits per byte. Models have hundreds of millions: eight of them are taken from a word at once.
    private static func codes(_ bytes: [UInt8], rows: Int, last: Int, width: Int) -> [UInt8] {
        if width == 8 { return bytes }
        let mask = UInt64(1) << UInt64(width) - 1
        let rowBytes = (last * width + 7) / 8
        return [UInt8](unsafeUninitializedCapacity: rows * last) { codes, count in
            for row in 0..<rows {
                for first in stride(from: 0, to: last, by: 8) {
                    let start = row * rowBytes + first / 8 * width
                    var word: UInt64 = 0
                    for index in 0..<min(width, (row + 1) * rowBytes - start) {
                        word |= UInt64(bytes[start + index]) << UInt64(8 * index)
                    }
                    for place in 0..<min(8, last - first) {
                        codes[row * last + first + place] = UInt8(truncatingIfNeeded: word & mask)
                        word >>= UInt64(width)
                    }
                }
            }
            count = rows * last
        }
    }

    /// The number of a signed code, any other code itself.
    private static func value(_ code: UInt32, _ codec: Codec) -> Int32 {
        if case .signed = codec { codec.value(ofCode: code) } else { Int32(code) }
    }

    /// `width` bits from `bit` on, counted from the lowest bit of `bytes[byte]`.
    private static func code(_ bytes: [UInt8], byte: Int, bit: Int, width: Int) -> UInt32 {
        var window: UInt64 = 0
        let first = byte + bit / 8
        for index in 0..<(bit % 8 + width + 7) / 8 { window |= UInt64(bytes[first + index]) << UInt64(8 * index) }
        return UInt32(truncatingIfNeeded: (window >> UInt64(bit % 8)) & (1 << UInt64(width) - 1))
    }

    static func encode(_ tensor: Tensor, _ codec: Codec) -> [UInt8] {
        let packed = shape(tensor.shape, codec)
        let last = tensor.shape.last ?? 1
        if let pairs = codec.pairs {
            let slots = tensor.bytes
            return (0..<packed[0]).flatMap { row in pairs.stored(row: Array(slots[row * last..<(row + 1) * last])) }
        }
        var bytes = [UInt8](repeating: 0, count: packed[0] * packed[1])
        for index in 0..<packed[0] * last {
            let code = tensor.code(at: index)
            let start = index / last * packed[1] * 8 + index % last * codec.bits
            for bit in 0..<codec.bits where code >> UInt32(bit) & 1 == 1 {
                bytes[(start + bit) / 8] |= 1 << UInt8((start + bit) % 8)
            }
        }
        return bytes
    }
}
