import Diagnostics
import Foundation
import Frontends
import Testing

@Suite struct ContainerTests {
    private static var sample: GGUFBytes {
        var file = GGUFBytes()
        file.pairs = [
            ("general.architecture", .string("llama")), ("llama.block_count", .uint32(7)), ("f", .float32(1.5)),
            ("b", .bool(true)), ("texts", .strings(["a", "", "Ġ long"])), ("numbers", .int32s([1, -2, 3])),
        ]
        file.tensors = [
            ("n.weight", .f32, [3], GGUFBytes.floats([1, 2, 3])),
            ("w.weight", .q8_0, [2, 32], [UInt8](repeating: 1, count: 68)),
            ("v", .f16, [2, 2, 1], [UInt8](repeating: 2, count: 8)),
        ]
        return file
    }

    private static func read(_ data: Data) throws -> GGUFFile { try GGUFFile(data: data, path: "m.gguf") }

    @Test func contentsAreThoseWritten() throws {
        let file = try Self.read(Self.sample.data)
        #expect(file.metadata["general.architecture"] == .string("llama"))
        #expect(file.metadata["llama.block_count"] == .unsigned(7))
        #expect(file.metadata["f"] == .float(1.5))
        #expect(file.metadata["b"] == .bool(true))
        guard case .array(let texts)? = file.metadata["texts"], case .array(let numbers)? = file.metadata["numbers"] else {
            Issue.record("lists expected")
            return
        }
        #expect(texts.strings == ["a", "", "Ġ long"])
        #expect(numbers.integers == [1, -2, 3])
        #expect(file.tensors.map(\.name) == ["n.weight", "w.weight", "v"])
        #expect(file.tensors.map(\.shape) == [[3], [2, 32], [2, 2, 1]])
        #expect(Array(file.bytes(of: file.tensors[1], row: 1)) == [UInt8](repeating: 1, count: 34))
    }

    @Test func versionTwoIsReadLikeThree() throws {
        var sample = Self.sample
        sample.version = 2
        #expect(try Self.read(sample.data).tensors.count == 3)
    }

    @Test(arguments: [(0x0300_0000, "big-endian"), (1, "is 1"), (4, "is 4")])
    func otherVersionsAreRefusedByName(version: UInt32, message: String) {
        var sample = Self.sample
        sample.version = version
        let error = #expect(throws: Diagnostic.self) { try Self.read(sample.data) }
        #expect(error?.description.contains(message) == true)
        #expect(error?.file == "m.gguf")
    }

    @Test(arguments: [
        (9, GGUFBytes.bytes(UInt32(9)) + GGUFBytes.bytes(UInt64(1)), "list of lists"),
        (9, GGUFBytes.bytes(UInt32(8)) + GGUFBytes.bytes(UInt64.max), "a list of"),
        (9, GGUFBytes.bytes(UInt32(4)) + GGUFBytes.bytes(UInt64(1) << 62), "a list of"),
        (8, GGUFBytes.bytes(UInt64.max), "a text of"), (13, [], "is no type"), (7, [2], "no truth value"),
    ] as [(UInt32, [UInt8], String)])
    func wrongValuesNameTheKey(kind: UInt32, content: [UInt8], message: String) {
        var sample = Self.sample
        sample.pairs.append(("wrong", .raw(kind: kind, content)))
        let error = #expect(throws: Diagnostic.self) { try Self.read(sample.data) }
        #expect(error?.node == "wrong")
        #expect(error?.message.contains(message) == true, "\(String(describing: error))")
    }

    @Test func namesAndKeysOccurOnce() {
        var sample = Self.sample
        sample.tensors.append(sample.tensors[0])
        #expect(throws: Diagnostic.self) { try Self.read(sample.data) }
        sample = Self.sample
        sample.pairs.append(("f", .bool(false)))
        #expect(throws: Diagnostic.self) { try Self.read(sample.data) }
    }

    @Test func rowsAreWholeBlocks() {
        var sample = Self.sample
        sample.tensors.append(("x", .q4_k, [2, 128], [UInt8](repeating: 0, count: 144)))
        let error = #expect(throws: Diagnostic.self) { try Self.read(sample.data) }
        #expect(error?.node == "x" && error?.field == "shape")
    }

    @Test func everyTruncationIsRefused() throws {
        let data = Self.sample.data
        // Only the padding behind the last tensor may be left out.
        let needed = try Self.read(data).tensors.map(\.range.upperBound).max() ?? 0
        for length in 0..<needed {
            #expect(throws: Diagnostic.self, "\(length) bytes") { try Self.read(data.prefix(length)) }
        }
    }

    /// Whatever the bytes are, a file is read or refused, and what was read lies inside it.
    @Test(arguments: 0..<600) func mutatedFilesAreReadOrRefused(seed: UInt64) {
        var generator = SeededGenerator(state: seed)
        var bytes = [UInt8](Self.sample.data)
        for _ in 0..<(1 + Int(seed % 4)) {
            let place = Int(generator.next() % UInt64(bytes.count))
            switch generator.next() % 4 {
            case 0: bytes[place] = UInt8(truncatingIfNeeded: generator.next())
            case 1: bytes[place] ^= 1 << UInt8(generator.next() % 8)
            case 2: for index in place..<min(place + 8, bytes.count) { bytes[index] = 0xFF }
            default: bytes.remove(at: place)
            }
        }
        guard let file = try? Self.read(Data(bytes)) else { return }
        for tensor in file.tensors {
            #expect(tensor.range.upperBound <= bytes.count)
            #expect(tensor.range.count == tensor.rows * tensor.rowBytes)
        }
        for case .array(let list) in file.metadata.values { #expect(list.elements.count == list.count) }
    }
}

/// SplitMix64 (Steele et al. 2014), so that a seed gives the same file everywhere.
struct SeededGenerator: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var word = state
        word = (word ^ (word >> 30)) &* 0xBF58_476D_1CE4_E5B9
        word = (word ^ (word >> 27)) &* 0x94D0_49BB_1331_11EB
        return word ^ (word >> 31)
    }
}
