import Diagnostics
import Formats
import Foundation
import Frontends
import Graph
import Testing

/// Formats of single layers.
@Suite struct OverrideTests {
    @Test(arguments: [
        ("blk.0.*", "blk.0.attn_q.weight", true), ("blk.0.*", "blk.10.attn_q", false), ("*", "", true), ("", "a", false),
        ("*attn_?", "blk.1.attn_v", true), ("*attn_?", "blk.1.attn_out", false), ("a*b*c", "a-b-b-c", true),
        ("a*b*c", "a-c-b", false), ("**.x", "a.x", true), ("?", "", false), ("ab", "a", false),
    ])
    func starsStandForAnyLettersAndQuestionMarksForOne(pattern: String, name: String, matches: Bool) {
        #expect(NamePattern(pattern).matches(name) == matches)
    }

    private static let half = NumberFormat(codec: .float16)
    private static let byte = NumberFormat(codec: .int8)

    /// Encodings of all tensors of the imported model.
    private func encodings(
        _ overrides: [String], weights: ImportedWeights = .format(byte), activations: NumberFormat = byte
    ) throws -> [String: TensorEncoding] {
        try Fixtures.inFolder { folder in
            let graph = "\(folder)/graph.json"
            try Fixtures.importModel("llama", to: graph, weights, activations, overrides: overrides)
            return try GraphFile.load(path: graph).graph.types.mapValues(\.encoding)
        }
    }

    @Test func theFirstPatternThatMatchesAWeightCounts() throws {
        let types = try encodings(["blk.1.attn_q=int4:group=8", "blk.1.*=int2", "output*=uint4"])
        #expect(types["blk.1.attn_q.weight"]?.codec == .signed(bits: 4))
        #expect(types["blk.1.attn_k.weight"]?.codec == .signed(bits: 2))
        #expect(types["blk.0.attn_k.weight"]?.codec == .int8)
        #expect(types["output.weight"]?.codec == .unsigned(bits: 4))
        // Activations are as they were.
        #expect(types["blk.1.attn_norm.codes"]?.codec == .int8)
    }

    @Test func activationsInFrontOfALayerFollowTheirPattern() throws {
        let types = try encodings(["blk.0.*=f16,f16"])
        #expect(types["blk.0.ffn_down.weight"]?.codec == .float16 && types["blk.0.attn_norm.codes"]?.codec == .float16)
        #expect(types["blk.1.ffn_down.weight"]?.codec == .int8 && types["blk.1.attn_norm.codes"]?.codec == .int8)
        #expect(types["blk.0.k.cache"]?.codec == .int8)
    }

    @Test func keepIsAFormatOfSingleLayersToo() throws {
        try Fixtures.inFolder { folder in
            let summary = try Fixtures.importModel("llama", to: "\(folder)/graph.json", .format(Self.byte), Self.half, overrides: ["blk.0.*=keep"])
            // The file has halves, which are kept; the other layers become codes.
            #expect(summary.rows.contains { $0.format == "f16" && $0.isExact && $0.tensors > 1 })
            #expect(summary.rows.contains { $0.format == "int8" && !$0.isExact })
        }
    }

    @Test func patternsAboutNothingAreErrorsWithNearNames() throws {
        let problems = #expect(throws: Diagnostics.self) { try encodings(["blk.0.attn_p=int4", "blk.0.*=int4", "head.*=int4"]) }
        let messages = problems?.all.map(\.message) ?? []
        try #require(messages.count == 2)
        #expect(messages[0].contains("did you mean 'blk.0.attn_") && messages[1].contains("there are 'blk.0."))
        #expect(problems?.all.allSatisfy { $0.field == "--override" } ?? false)
    }

    @Test(arguments: ["blk.0.*", "=int8", "blk.0.*=int9000", "blk.0.*=int8,"]) func wrongOverridesAreRefused(text: String) {
        let error = #expect(throws: Diagnostic.self) { try FormatOverride(text, field: "--override") }
        #expect(error?.field == "--override")
    }
}
