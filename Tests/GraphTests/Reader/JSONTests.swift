import Diagnostics
import Testing

@Suite struct JSONTests {
    @Test func numbersKeepTheirKind() throws {
        #expect(
            try JSONValue.parse("[9007199254740993, -0, 1.5, 1e2, true, 18446744073709551616, null]")
                == [9_007_199_254_740_993, .number(-0.0), .number(1.5), .number(100), true, .number(0x1p64), .null])
    }

    @Test func stringsAreUnescaped() throws {
        #expect(try JSONValue.parse(#""a\n\u0041\ud83d\ude00\/é""#) == "a\nA😀/é")
    }

    @Test func keysKeepTheirOrder() throws {
        guard case .object(let object) = try JSONValue.parse(#"{"b": 1, "a": 2, "c": 3}"#) else { return }
        #expect(object.keys == ["b", "a", "c"])
    }

    @Test(arguments: [
        "", " ", "01", "1.", ".5", "+1", "1e", "-", "tru", "nulll", "[1,]", "[1 2]", "{\"a\"}", "{\"a\":1,}", "{a:1}",
        "\"a", "\"\\x\"", "\"\\u12\"", "\"\\ud800\"", "\"\\ud800\\u0041\"", "\"\u{1}\"", "1 2", "1e999", "[", "{",
        "NaN",
    ])
    func malformedTextIsADiagnostic(_ text: String) { #expect(throws: Diagnostic.self) { try JSONValue.parse(text) } }

    @Test func badUTF8IsADiagnostic() {
        #expect(throws: Diagnostic.self) { try JSONValue.parse([0x22, 0xC3, 0x28, 0x22]) }
        #expect(throws: Diagnostic.self) { try JSONValue.parse([0xFF]) }
    }

    @Test func limitsAreKept() {
        let deep = String(repeating: "[", count: 100_000)
        #expect(throws: Diagnostic.self) { try JSONValue.parse(deep) }
        #expect(throws: Diagnostic.self) { try JSONValue.parse("[1, 2, 3]", limits: JSONLimits(values: 3)) }
        #expect(throws: Diagnostic.self) { try JSONValue.parse("[1, 2, 3]", limits: JSONLimits(bytes: 8)) }
    }

    @Test func printedTextReadsBackTheSame() throws {
        let text =
            #"{"a": [1, 2.5, {"b": "\u0001\"\\é"}], "long": [\#((0..<60).map(String.init).joined(separator: ","))], "e": {}, "f": []}"#
        let value = try JSONValue.parse(text)
        #expect(try JSONValue.parse(value.text()) == value)
        #expect(try JSONValue.parse(value.text(width: 1)) == value)
        #expect(value.text().split(separator: "\n").allSatisfy { $0.utf8.count <= 120 || $0.contains("long") })
    }

    @Test func floatsPrintShortAndExact() {
        #expect(JSONValue.float(0.1).compact == "0.1")
        #expect(JSONValue.float(3).compact == "3")
        for bits: UInt32 in stride(from: 1, to: 0x7F80_0000, by: 7_654_321) {
            let value = Float(bitPattern: bits)
            switch JSONValue.float(value) {
            case .number(let number): #expect(Float(number) == value)
            case .integer(let number): #expect(Float(number) == value)
            default: Issue.record("not a number")
            }
        }
    }

    @Test func neighboursAreSuggested() {
        #expect(Suggestion.nearest(to: "wieght", in: ["height", "weight", "width"]) == "weight")
        #expect(Suggestion.nearest(to: "x", in: ["abc"]) == nil)
    }
}
