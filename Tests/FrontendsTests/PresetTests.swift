import Diagnostics
import Formats
import Frontends
import Graph
import Testing

@Suite struct PresetTests {
    @Test(arguments: ModelPreset.all.map(\.name), ["", "int8", "f16", "uint3:group=64", "flint4:group=32"])
    func everyPartIsAGraph(name: String, weights: String) throws {
        let preset = try ModelPreset.named(name)
        var formats = preset.formats
        if !weights.isEmpty { formats.weights = try NumberFormat(weights, field: "--weights") }
        if weights == "f16" { formats.activations = formats.weights }
        for part in preset.parts(formats) {
            let document = try GraphReader.read(part.document)
            #expect(!document.graph.nodes.isEmpty)
        }
    }

    /// Parameters in millions as published, without what a preset lays out twice because its formats differ (a table that is
    /// also the head) and with biases for batch norms, whose scales are folded in.
    @Test(arguments: [
        ("llama-2-7b", 6738.4, 0.0), ("llama-2-13b", 13015.9, 0), ("llama-2-70b", 68976.6, 0), ("llama-3-8b", 8030.3, 0),
        ("mixtral-8x7b", 46702.8, 0), ("opt-125m", 125.2, 38.6), ("opt-350m", 331.2, 25.7), ("opt-6.7b", 6658.5, 205.9),
        ("opt-175b", 174_604.0, 617.7), ("gpt2-xl", 1557.6, 80.4), ("bloom-176b", 176_247.3, 3596.6),
        ("bert-base", 109.5, 0), ("bert-large", 335.1, 0), ("vit-b-16", 86.57, 0), ("vit-h-14", 632.0, 0),
        ("resnet-18", 11.69, 0), ("resnet-50", 25.56, 0), ("mobilenet-v2", 3.50, 0),
    ])
    func parametersAreThoseOfThePublication(name: String, published: Double, twice: Double) throws {
        let preset = try ModelPreset.named(name)
        let found = Double(preset.parts(preset.formats).reduce(0) { $0 + $1.parameters }) / 1e6 - twice
        #expect(abs(found / published - 1) < 0.01, "\(found)")
    }

    @Test func tokensChooseExpertsEvenly() throws {
        let preset = try ModelPreset.named("mixtral-8x7b")
        let expert = try #require(preset.parts(preset.formats).first { $0.name == "expert" })
        #expect(expert.load(tokens: 1) == (64, 1))
        #expect(expert.load(tokens: 3) == (192, 1))
        #expect(expert.load(tokens: 100) == (256, 25))
        #expect(expert.load(tokens: 101) == (256, 26))
    }

    @Test(arguments: ["int5:groups=4", "int5:group=0", "int5:group", "ovpi4", "int99", "", "f32"])
    func wrongFormatsAreRefused(text: String) {
        #expect(throws: Diagnostic.self) { try NumberFormat(text, field: "--weights") }
    }

    @Test func unknownNamesAreRefusedWithASuggestion() {
        let error = #expect(throws: Diagnostic.self) { try ModelPreset.named("llama-2-7B") }
        #expect(error?.message.contains("llama-2-7b") == true)
    }
}
