import Diagnostics
import Frontends
import Testing

/// Formats of weights and activations that go together.
@Suite struct NumberFormatsTests {
    @Test(arguments: [
        (nil, nil, "f16", "f16"), (nil, "int8", "int8", "int8"), (nil, "int8:group=32", "int8:group=32", "int8:group=32"),
        (nil, "f8e4m3", "f16", "f8e4m3"), ("int4:group=32", nil, "int4:group=32", "f16"), ("f32", nil, "f32", "f16"),
        ("flint4", "int8", "flint4", "int8"),
    ] as [(String?, String?, String, String)])
    func whatIsLeftOutGoesWithWhatIsGiven(weights: String?, activations: String?, expected: String, entering: String) throws {
        let formats = try Self.formats(weights, activations, .half)
        #expect(formats.weights.description == expected)
        #expect(formats.activations.description == entering)
    }

    @Test func floatsAreNotMultipliedWithCodes() throws {
        #expect(try Self.formats("f8e4m3:group=32", nil, .eightBit).activations.description == "f8e4m3")
        #expect {
            try Self.formats("f16", "int8:group=32", .half)
        } throws: { error in
            guard let problem = error as? Diagnostic else { return false }
            return problem.field == "--weights" && problem.message.contains("is f16, but activations of int8:group=32 are codes")
        }
    }

    private static func formats(_ weights: String?, _ activations: String?, _ formats: NumberFormats) throws -> NumberFormats {
        try NumberFormats(
            weights: weights.map { try NumberFormat(exactOr: $0, field: "--weights") },
            activations: activations.map { try NumberFormat(exactOr: $0, field: "--activations") }, default: formats)
    }
}
