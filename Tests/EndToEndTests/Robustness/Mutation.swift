import Diagnostics
import Formats
import Foundation
import Graph

/// Seeded damage. Bytes are damaged blindly; JSON trees and numbers in texts so that most damage gets past the parser.
struct Mutation {
    var random: SplitMix64

    init(seed: UInt64) { random = SplitMix64(seed: seed) }

    mutating func below(_ bound: Int) -> Int { Int(random.next() % UInt64(max(bound, 1))) }

    mutating func pick<Element>(_ all: [Element]) -> Element { all[below(all.count)] }

    static let numbers = [
        0, 1, -1, 2, 3, 5, 7, 16, 31, 64, 100, 255, 256, 1000, 4097, 65536, 1_000_000, 1 << 24, Int(Int32.max), 1 << 31, 1 << 32,
        1 << 40, 1 << 62, .max, .min,
    ]
    static let words = ["-1", "0", "1e30", "1e-45", "null", "true", "[]", "{}", "\"x\"", "[1,1]", "\"int4\"", "99999", "NaN"]

    /// Flips, overwrites, deletes, doubles, cuts, splices; once to three times.
    mutating func bytes(_ original: [UInt8]) -> [UInt8] {
        var bytes = original
        for _ in 0...below(3) where !bytes.isEmpty {
            let place = below(bytes.count)
            let end = min(bytes.count, place + 1 + below(12))
            switch below(8) {
            case 0: bytes[place] ^= 1 << UInt8(below(8))
            case 1: bytes[place] = UInt8(below(256))
            case 2: bytes.removeSubrange(place..<end)
            case 3: bytes.insert(contentsOf: bytes[place..<end], at: place)
            case 4: bytes.removeLast(below(3) == 0 ? bytes.count - place : 1)
            case 5: bytes.replaceSubrange(place..<end, with: repeatElement(pick([0, 0x7F, 0x80, 0xFF]), count: end - place))
            default: bytes.replaceSubrange(place..<min(bytes.count, place + below(4)), with: pick(Self.words).utf8)
            }
        }
        return bytes
    }

    /// One number of the text becomes another.
    mutating func number(in text: String) -> String {
        let places = text.ranges(of: /[0-9]+/)
        guard !places.isEmpty else { return text }
        return text.replacingCharacters(in: pick(places), with: "\(pick(Self.numbers))")
    }

    /// One value of the document is replaced, removed or doubled.
    mutating func json(_ value: JSONValue) -> JSONValue {
        switch value {
        case .object(let object) where !object.entries.isEmpty && below(12) > 0:
            var entries = object.entries
            let index = below(entries.count)
            if below(16) == 0 { entries.remove(at: index) } else { entries[index].value = json(entries[index].value) }
            return .object(JSONObject(entries.map { ($0.key, $0.value) }))
        case .array(let items) where !items.isEmpty && below(12) > 0:
            var items = items
            let index = below(items.count)
            switch below(16) {
            case 0: items.remove(at: index)
            case 1: items.insert(items[index], at: below(items.count))
            default: items[index] = json(items[index])
            }
            return .array(items)
        case .integer(let number) where below(4) > 0:
            return .integer(pick(Self.numbers + [number &+ 1, number &- 1, number &* 2]))
        default:
            return pick([.null, .bool(true), .string("x"), .array([]), .number(0.5), .number(1e300), .integer(pick(Self.numbers))])
        }
    }
}
