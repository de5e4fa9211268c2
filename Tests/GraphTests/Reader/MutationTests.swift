import Diagnostics
import Formats
import Foundation
import Graph
import Testing

/// Seeded damage to valid files: the readers either succeed or say what is wrong; they never trap.
@Suite struct MutationTests {
    /// Flips, overwrites, deletes, doubles or cuts; `words` are spliced in to get past the parser.
    static func mutated(_ data: [UInt8], words: [String], _ random: inout SplitMix64) -> [UInt8] {
        var bytes = data
        for _ in 0...Int(random.next() % 3) where !bytes.isEmpty {
            let place = Int(random.next() % UInt64(bytes.count))
            let end = min(bytes.count, place + 1 + Int(random.next() % 12))
            switch random.next() % 7 {
            case 0: bytes[place] ^= 1 << UInt8(random.next() % 8)
            case 1: bytes[place] = UInt8(truncatingIfNeeded: random.next())
            case 2: bytes.removeSubrange(place..<end)
            case 3: bytes.insert(contentsOf: bytes[place..<end], at: place)
            case 4: bytes.removeLast(Int(random.next() % 4) == 0 ? bytes.count - place : 1)
            default:
                guard let word = words.randomElement(using: &random) else { break }
                bytes.replaceSubrange(place..<min(bytes.count, place + Int(random.next() % 4)), with: word.utf8)
            }
        }
        return bytes
    }

    static let words = [
        "-1", "0", "1e30", "9223372036854775807", "-9223372036854775808", "1.5", "null", "true", "[]", "{}", "\"x\"",
        "\"w.g\"", "[1,1]", ",", "\"int4\"", "\"bipolar1\"", "\"uint16\"", "99999", "1099511627776",
    ]

    @Test func aDamagedGraphIsReadOrRefused() throws {
        let text = Array(GraphWriter.json(try RoundTripTests.document()).text().utf8)
        var random = SplitMix64(seed: 2024)
        var refused = 0
        for _ in 0..<3000 {
            do {
                let value = try JSONValue.parse(Self.mutated(text, words: Self.words, &random))
                try GraphReader.read(value).graph.verify()
            } catch { refused += 1 }
        }
        #expect(refused > 1000)
    }

    /// Values replaced inside the parsed document, so that every damage gets past the parser.
    static func damaged(_ value: JSONValue, _ left: inout Int, _ new: JSONValue) -> JSONValue {
        left -= 1
        if left == 0 { return new }
        switch value {
        case .array(let items): return .array(items.map { damaged($0, &left, new) })
        case .object(let object):
            return .object(JSONObject(object.entries.map { ($0.key, damaged($0.value, &left, new)) }))
        default: return value
        }
    }

    @Test func everyValueOfAGraphMayBeWrong() throws {
        let document = GraphWriter.json(try RoundTripTests.document())
        let replacements: [JSONValue] = [
            -1, 0, .integer(.max), .integer(.min), .number(1e300), .null, true, [], .object([:]), "x", "codes", [1, 1],
            [-1, -1, -1, -1], "int4", [[1, 1]], .integer(1 << 40), [.integer(1 << 40), .integer(1 << 40)],
        ]
        var counter = Int.max
        _ = Self.damaged(document, &counter, .null)
        let values = Int.max - counter
        #expect(values > 400)
        for (index, new) in replacements.enumerated() {
            for position in stride(from: 1 + index % 3, through: values, by: 3) {
                var left = position
                let value = Self.damaged(document, &left, new)
                do { try GraphReader.read(value).graph.verify() } catch let error as Diagnostics {
                    #expect(!error.isEmpty)
                }
            }
        }
    }

    @Test func aDamagedSafetensorsFileIsReadOrRefused() throws {
        let document = try RoundTripTests.document()
        let data = try Array(Bundle.random(for: document.graph, seed: 1).safetensors(for: document.graph))
        var random = SplitMix64(seed: 7)
        var refused = 0
        for _ in 0..<2000 {
            let damaged = Data(Self.mutated(data, words: Self.words + ["\"F64\"", "\"dtype\""], &random))
            do {
                let bundle = try Bundle(file: SafetensorsFile(data: damaged), document: document)
                try bundle.validate(for: document.graph)
            } catch { refused += 1 }
        }
        #expect(refused > 500)
    }

    @Test func aDamagedNpyFileIsReadOrRefused() throws {
        var random = SplitMix64(seed: 9)
        var refused = 0
        for round in 0..<3000 {
            let sample = Array(NpyTests.samples[round % NpyTests.samples.count].0)
            do {
                let tensor = try Npy.tensor(
                    Data(Self.mutated(sample, words: ["9999999999", "(", ")", "'", "f8", ">"], &random)))
                #expect(Npy.data(tensor).count > 64)
            } catch { refused += 1 }
        }
        #expect(refused > 1000)
    }
}
