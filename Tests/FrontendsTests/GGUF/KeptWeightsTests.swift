import Diagnostics
import Formats
import Foundation
import Frontends
import Graph
import Testing

/// `keep` stores other codes than the file, and exactly its numbers.
@Suite struct KeptWeightsTests {
    /// A llama of one block whose linear layers are made of these blocks over and over.
    private static func model(_ type: GGMLType, _ blocks: [UInt8]) -> Data {
        var file = GGUFBytes()
        let width: UInt32 = 256
        file.pairs = [
            ("general.architecture", .string("llama")), ("llama.block_count", .uint32(1)),
            ("llama.context_length", .uint32(8)), ("llama.embedding_length", .uint32(width)),
            ("llama.feed_forward_length", .uint32(width)), ("llama.attention.head_count", .uint32(2)),
            ("llama.attention.head_count_kv", .uint32(1)), ("llama.attention.layer_norm_rms_epsilon", .float32(1e-5)),
        ]
        let ones = GGUFBytes.floats([Float](repeating: 1, count: 256))
        file.tensors = [
            ("token_embd.weight", .f32, [2, 256], ones + ones), ("output_norm.weight", .f32, [256], ones),
            ("blk.0.attn_norm.weight", .f32, [256], ones), ("blk.0.ffn_norm.weight", .f32, [256], ones),
        ]
        let names = ["attn_q", "attn_k", "attn_v", "attn_output", "ffn_gate", "ffn_up", "ffn_down"]
        for name in names {
            let rows = name == "attn_k" || name == "attn_v" ? 128 : 256
            let count = rows * 256 / type.block.elements * type.block.bytes
            file.tensors.append(("blk.0.\(name).weight", type, [rows, 256], (0..<count).map { blocks[$0 % blocks.count] }))
        }
        return file.data
    }

    private static func blocks(_ type: GGMLType) throws -> [UInt8] {
        try #require(BlockTests.vectors.first { $0.type == type }).blocks
    }

    @Test(arguments: [
        (GGMLType.q4_0, "uint4"), (.q5_0, "uint5"), (.q8_0, "int8"), (.iq4_nl, "int8"), (.tq1_0, "ternary"),
        (.tq2_0, "ternary"), (.mxfp4, "f4e2m1"), (.nvfp4, "f4e2m1"), (.bf16, "bf16"),
    ] as [(GGMLType, String)])
    func numbersAreThoseOfTheFile(type: GGMLType, codec: String) throws {
        var blocks = try Self.blocks(type)
        // What has no place is refused, below.
        if type == .q8_0 { for start in stride(from: 0, to: blocks.count, by: 34) { blocks[start + 1] &= 0x7F } }
        if type == .tq2_0 { for index in blocks.indices where index % 66 < 64 { blocks[index] &= ~(blocks[index] >> 1 & 0x55) } }
        try Fixtures.inFolder { folder in
            let model = "\(folder)/m.gguf"
            try Self.model(type, blocks).write(to: URL(fileURLWithPath: model))
            let half = NumberFormat(codec: .float16)
            let summary = try GGUFImport(path: model, weights: .kept, activations: half)
                .write(try ImportedFiles(graph: "\(folder)/g.json"))
            let row = try #require(summary.rows.first { $0.type == type.name })
            #expect(row.tensors == 7 && row.isExact && row.format.hasPrefix(codec))
            // Independently: what the graph's file says, against the decoded blocks.
            let document = try GraphFile.load(path: "\(folder)/g.json", bindings: ["seq": 1, "past": 0, "capacity": 1])
            let name = "blk.0.ffn_down.weight"
            let stored = try Self.numbers(name, document.graph, try #require(document.bundle))
            let file = try GGUFFile(path: model)
            let tensor = try #require(file.tensors.first { $0.name == name })
            let expected = (0..<256).flatMap { BlockTests.decode(type, [UInt8](file.bytes(of: tensor, row: $0))) }
            #expect(stored.count == expected.count && zip(stored, expected).allSatisfy { $0.0 == $0.1 })
        }
    }

    /// scale * (code - zero), by the document.
    static func numbers(_ name: String, _ graph: Graph, _ bundle: TensorBundle) throws -> [Float] {
        func tensor(_ name: String) throws -> (Tensor, TensorType) {
            let type = try #require(graph.types[name])
            return (try bundle.tensor(named: name, type: type), type)
        }
        let (codes, type) = try tensor(name)
        guard graph.types["\(name).scale"] != nil else { return (0..<codes.count).map { codes.float(at: $0) } }
        let (scales, _) = try tensor("\(name).scale")
        let zeros = graph.types["\(name).zero"] == nil ? nil : try tensor("\(name).zero").0
        let group = codes.count / scales.count
        return (0..<codes.count).map { index in
            let value = type.encoding.codec.float(ofCode: codes.code(at: index))
            return scales.float(at: index / group) * (value - (zeros.map { Float($0.code(at: index / group)) } ?? 0))
        }
    }

    /// -(-128) is no int8, and 2 no ternary digit.
    @Test(arguments: [
        (GGMLType.q8_0, [0x00, 0xBC] + [UInt8](repeating: 0x80, count: 32)),
        (.tq2_0, [UInt8](repeating: 0xFF, count: 64) + [0x00, 0x3C]),
    ] as [(GGMLType, [UInt8])])
    func numbersWithoutACodeAreRefused(type: GGMLType, block: [UInt8]) throws {
        try Fixtures.inFolder { folder in
            let model = "\(folder)/m.gguf"
            try Self.model(type, block).write(to: URL(fileURLWithPath: model))
            let graph = try GGUFImport(path: model, weights: .kept, activations: NumberFormat(codec: .float16))
            let error = #expect(throws: Diagnostics.self) { try graph.write(try ImportedFiles(graph: "\(folder)/g.json")) }
            #expect(error?.all.first?.node == "blk.0.attn_q.weight")
            #expect(error?.all.first?.field == "row 0, block 0")
            #expect(try FileManager.default.contentsOfDirectory(atPath: folder) == ["m.gguf"])
        }
    }
}
