import Foundation
import Frontends
import Graph
import Testing

/// Codes and scales of rows whose quantisation is known by hand.
@Suite struct QuantisedRowTests {
    /// The first row of the gate's weights of an imported model, whose numbers are `values` over and over.
    private static func stored(_ values: [Float], _ format: String) throws -> (codes: [Int], scale: Float) {
        var file = GGUFBytes()
        let width = values.count
        file.pairs = [
            ("general.architecture", .string("llama")), ("llama.block_count", .uint32(1)),
            ("llama.context_length", .uint32(8)), ("llama.embedding_length", .uint32(UInt32(width))),
            ("llama.feed_forward_length", .uint32(2)), ("llama.attention.head_count", .uint32(1)),
            ("llama.attention.layer_norm_rms_epsilon", .float32(1e-5)),
        ]
        func matrix(_ rows: Int) -> [UInt8] { (0..<rows).flatMap { _ in GGUFBytes.floats(values) } }
        file.tensors = [
            ("token_embd.weight", .f32, [2, width], matrix(2)), ("output_norm.weight", .f32, [width], matrix(1)),
            ("blk.0.attn_norm.weight", .f32, [width], matrix(1)), ("blk.0.ffn_norm.weight", .f32, [width], matrix(1)),
            ("blk.0.ffn_gate.weight", .f32, [2, width], matrix(2)), ("blk.0.ffn_up.weight", .f32, [2, width], matrix(2)),
            ("blk.0.ffn_down.weight", .f32, [width, 2], matrix(2)),
        ]
        for name in ["q", "k", "v", "output"] {
            file.tensors.append(("blk.0.attn_\(name).weight", .f32, [width, width], matrix(width)))
        }
        return try Fixtures.inFolder { folder in
            try file.data.write(to: URL(fileURLWithPath: "\(folder)/m.gguf"))
            let format = try NumberFormat(format, field: "--weights")
            _ = try GGUFImport(path: "\(folder)/m.gguf", weights: .format(format), activations: NumberFormat(codec: .float16))
                .write(try ImportedFiles(graph: "\(folder)/g.json"))
            let bindings = ["seq": 1, "past": 0, "capacity": 1]
            let (graph, bundle) = try GraphFile.load(path: "\(folder)/g.json", bindings: bindings)
            let weights = try #require(bundle)
            let name = "blk.0.ffn_gate.weight"
            let type = try #require(graph.types[name])
            let codes = try weights.tensor(named: name, type: type)
            let scales = try weights.tensor(named: "\(name).scale", type: try #require(graph.types["\(name).scale"]))
            return ((0..<width).map { Int(type.encoding.codec.value(ofCode: codes.code(at: $0))) }, scales.float(at: 0))
        }
    }

    /// Scale 7 / 7: half goes to the even neighbour.
    @Test func greatestMagnitudeIsTheGreatestCode() throws {
        let (codes, scale) = try Self.stored([-7, 0.5, 1.5, 3.4], "int4")
        #expect(codes == [-7, 0, 2, 3] && scale == 1)
    }

    /// Middle 8: the same, shifted.
    @Test func unsignedCodesCountFromTheMiddle() throws {
        let (codes, scale) = try Self.stored([-7, 0.5, 1.5, 3.4], "uint4")
        #expect(codes == [1, 8, 10, 11] && scale == 1)
    }

    /// Levels -3, -1, 1, 3 under 2: 6 / 3; zero lies between two levels and goes to the even code, 2.
    @Test func bipolarCodesAreOddLevels() throws {
        let (codes, scale) = try Self.stored([6, -6, 0, 1.9], "bipolar2")
        #expect(codes == [3, -3, 1, 1] && scale == 2)
    }

    @Test func zerosHaveAScaleOfOne() throws {
        let (codes, scale) = try Self.stored([0, 0, 0, 0], "int4")
        #expect(codes == [0, 0, 0, 0] && scale == 1)
    }

    /// 0.1 / 7 is 1872.46 of the steps of f16 there, 2^-17, and is stored as 1872 of them; under that -0.03571 is -2.5003, and
    /// under 0.1 / 7 it would be -2.4997.
    @Test func groupsDivideByTheStoredScale() throws {
        let (codes, scale) = try Self.stored([0.1, -0.03571, 0.02, 0], "int4:group=4")
        #expect(scale == 1872 * 0x1p-17)
        #expect(codes == [7, -3, 1, 0])
    }

    /// Fifteen ones and an outlier of 4 as ternary codes: under 4 all ones are lost, 15 in squares; under s near 1 the ones are kept
    /// and the outlier is s, 15 (1 - s)^2 + (4 - s)^2, least at s = 19 / 16.
    @Test func searchGivesUpAnOutlier() throws {
        let (codes, scale) = try Self.stored([Float](repeating: 1, count: 15) + [4], "ternary:mse")
        #expect(codes == [Int](repeating: 1, count: 16))
        // A step of the search is 1/32 of a power of two.
        #expect(abs(scale / (19.0 / 16) - 1) < 0.0218)
    }
}
