import Foundation
import Frontends
import Testing

/// Blocks against the decoders of the Python package `gguf`, whose results `tools/gguf_vectors.py` printed.
@Suite struct BlockTests {
    struct Vector: Sendable, CustomTestStringConvertible {
        var type: GGMLType
        var blocks: [UInt8]
        var hash: String
        var first: [UInt32]

        var testDescription: String { type.name }
    }

    static let vectors: [Vector] = {
        let url = Fixtures.url("gguf_blocks.txt")
        let lines = ((try? String(contentsOf: url, encoding: .utf8)) ?? "").split(separator: "\n")
        return lines.filter { !$0.hasPrefix("#") }.compactMap { line in
            let words = line.split(separator: " ")
            guard words.count > 3, let type = GGMLType.allCases.first(where: { $0.name == words[0] }) else { return nil }
            return Vector(
                type: type, blocks: bytes(words[1]), hash: String(words[2]),
                first: words[3...].compactMap { UInt32($0, radix: 16) })
        }
    }()

    private static func bytes(_ text: Substring) -> [UInt8] {
        let digits = text.compactMap(\.hexDigitValue)
        return stride(from: 0, to: digits.count, by: 2).map { UInt8(digits[$0] << 4 | digits[$0 + 1]) }
    }

    static func decode(_ type: GGMLType, _ bytes: [UInt8]) -> [Float] {
        let count = bytes.count / type.block.bytes * type.block.elements
        return [Float](unsafeUninitializedCapacity: count) { buffer, initialised in
            bytes.withUnsafeBytes { type.decode($0, into: buffer) }
            initialised = count
        }
    }

    @Test func everyTypeOfThePackageHasAVector() {
        let plain: Set<GGMLType> = [.f32, .f16, .f64, .i8, .i16, .i32, .i64]
        #expect(Set(Self.vectors.map(\.type)) == Set(GGMLType.allCases).subtracting(plain))
    }

    @Test(arguments: vectors) func blocksDecodeToTheBitsOfThePackage(vector: Vector) {
        let values = Self.decode(vector.type, vector.blocks)
        let bits = values.map(\.bitPattern)
        let wrong = zip(bits, vector.first).enumerated().first { $1.0 != $1.1 }
        #expect(wrong == nil, "element \(String(describing: wrong))")
        #expect(Self.hash(bits.flatMap { GGUFBytes.bytes($0) }) == UInt64(vector.hash, radix: 16))
    }

    /// 64-bit FNV-1a (Fowler, Noll, Vo).
    private static func hash(_ bytes: [UInt8]) -> UInt64 {
        bytes.reduce(0xCBF2_9CE4_8422_2325) { ($0 ^ UInt64($1)) &* 0x100_0000_01B3 }
    }

    /// -0x1.1f8p-5 (q - 8): code 8 is a negative zero.
    @Test func blockOfQ4_0IsItsScaleTimesCodes() {
        let values = Self.decode(.q4_0, Self.bytes("7ea8e84544236752fbb56b8f31a23a10e428"))
        #expect(values[0].bitPattern == (-Float(0)).bitPattern)
        #expect(values[1] == 0.10528564453125)
        #expect(values[16] == -0.2105712890625)
        #expect(values[31] == 0.2105712890625)
    }

    @Test func smallestScalesOfMXFP4AreSubnormal() {
        let codes = [UInt8](repeating: 0x11, count: 16)
        #expect(Self.decode(.mxfp4, [0] + codes)[0] == 0x1p-128)
        #expect(Self.decode(.mxfp4, [1] + codes)[0] == 0x1p-127)
        #expect(Self.decode(.mxfp4, [2] + codes)[0] == 0x1p-126)
        #expect(Self.decode(.mxfp4, [255] + codes)[0] == 0x1p127)
    }

    @Test func plainElementsBecomeTheNearestNumber() {
        #expect(Self.decode(.f32, GGUFBytes.floats([1.25, -0])) == [1.25, -0])
        #expect(Self.decode(.f16, [0x00, 0xBC]) == [-1])
        #expect(Self.decode(.f64, GGUFBytes.bytes((0.1 as Double).bitPattern)) == [0.1 as Float])
        #expect(Self.decode(.i8, [0x80]) == [-128])
        #expect(Self.decode(.i16, GGUFBytes.bytes(Int16(-300))) == [-300])
        #expect(Self.decode(.i32, GGUFBytes.bytes(Int32.min)) == [-0x1p31])
        #expect(Self.decode(.i64, GGUFBytes.bytes(Int64(1) << 40 + 1)) == [0x1p40])
    }
}
