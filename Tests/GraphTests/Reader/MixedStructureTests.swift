import Diagnostics
import Formats
import Graph
import Testing

/// Weights whose blocks keep an N of their own, in graph.json and in bundles.
@Suite struct MixedStructureTests {
    static func graph(_ structure: String, shape: String = "[20, 40]", codec: String = "int4", node: String? = nil, k: Int = 40) -> String {
        let node = node ?? #"{"name": "n", "op": "linear", "inputs": ["x", "w"]}"#
        return """
            {"schema": "accelsim-graph-1", "inputs": {"x": {"shape": [1, \(k)], "encoding": {"codec": "int8", "scale": 1}}},
             "constants": {"w": {"shape": \(shape), "encoding": {"codec": "\(codec)", "scale": 1, "structure": \(structure)}}},
             "nodes": [\(node)], "outputs": ["n"]}
            """
    }

    private static let any = #"{"m": 16, "block_columns": 16, "n": [0, 2, 4, 8, 16]}"#

    @Test func mixesAreReadAndWritten() throws {
        for structure in [Self.any, #"{"m": 16, "block_columns": 16, "n": [2, 8], "mix": [3, 1]}"#] {
            let document = try SampleGraph.read(Self.graph(structure))
            #expect(try SampleGraph.read(GraphWriter.json(document).text()) == document)
        }
        let type = try SampleGraph.read(Self.graph(#"{"m": 16, "block_columns": 16, "n": [2, 8], "mix": [3, 1]}"#)).graph.types["w"]
        #expect(type?.encoding.structure.mix == BlockMix(allowed: [2, 8], frequencies: [3, 1]))
    }

    @Test(arguments: [
        (#"{"m": 8, "block_columns": 16, "n": [2]}"#, "[20, 40]", "int4", "blocks of 8 by 16 columns"),
        (#"{"m": 16, "block_columns": 32, "n": [2]}"#, "[20, 40]", "int4", "blocks of 16 by 32 columns"),
        (#"{"m": 16, "block_columns": 16, "n": [1]}"#, "[20, 40]", "int4", "has n [1]"),
        (#"{"m": 16, "block_columns": 16, "n": [2], "mix": [1, 2]}"#, "[20, 40]", "int4", "in the mix [1, 2]"),
        (#"{"m": 16, "block_columns": 16}"#, "[20, 40]", "int4", "structure.n: is missing"),
        (#"{"m": 16, "block_columns": 16, "n": [2]}"#, "[20, 40]", "bipolar2", "no zero that could be left out"),
        (#"{"m": 16, "block_columns": 16, "n": [2]}"#, "[40]", "int4", "one axis is not cut into blocks"),
    ])
    func whatIsWrongIsTold(_ structure: String, _ shape: String, _ codec: String, _ message: String) {
        let problems = #expect(throws: Diagnostics.self) { try SampleGraph.read(Self.graph(structure, shape: shape, codec: codec)) }
        #expect(problems?.description.contains(message) == true, "\(problems?.description ?? "")")
    }

    @Test func onlyColumnsOfOneProductAreCutIntoBlocks() {
        let matmul = Self.graph(
            Self.any, shape: "[40, 40]", node: #"{"name": "n", "op": "matmul", "transpose_b": true, "inputs": ["x", "w"]}"#)
        let problems = #expect(throws: Diagnostics.self) { try SampleGraph.read(matmul) }
        #expect(problems?.description.contains("which weights of linear and ungrouped conv2d are") == true, "\(problems?.description ?? "")")
    }

    /// 20 rows and K 40: blocks (rows 0 to 15, 16 to 19) by (k 0 to 15, 16 to 31, 32 to 39).
    @Test func countsAreTheLeastThatHoldEveryColumn() throws {
        let blocks = MixedWeights(.all, shape: [20, 40])
        #expect(blocks.stripes == 2 && blocks.depthBlocks == 3)
        // Row 3 has three values in the block from k 16 on, row 19 one in the last block, row 17 nine in its first.
        let values: Set<Int> = Set([16, 20, 31].map { 3 * 40 + $0 } + [19 * 40 + 39] + (0..<9).map { 17 * 40 + $0 } + [16 * 40])
        #expect(try blocks.counts { !values.contains($0) } == [0, 4, 0, 16, 0, 2])
        // Taps of a window are K too, and blocks start afresh in each: 3 taps of 5 channels.
        #expect(MixedWeights(.all, shape: [16, 3, 1, 5]).depthBlocks == 3)
    }

    @Test func tooManyValuesAreToldWithTheirBlock() throws {
        let document = try SampleGraph.read(Self.graph(#"{"m": 16, "block_columns": 16, "n": [0, 2]}"#))
        var codes = [Int8](repeating: 0, count: 800)
        for k in 33..<36 { codes[18 * 40 + k] = 1 }
        let bundle = TensorBundle(["w": Tensor(shape: [20, 40], storage: .int8(codes))])
        let problems = #expect(throws: Diagnostics.self) { try bundle.validate(for: document.graph) }
        #expect(problems?.description.contains(
            "'w': [752]: row 18, block 2 of columns 16 to 19 has 3 values that are not zero, at most 2 of 16") == true,
            "\(problems?.description ?? "")")
    }

    @Test func randomWeightsObeyTheirMix() throws {
        let text = Self.graph(#"{"m": 16, "block_columns": 16, "n": [0, 2, 8], "mix": [1, 2, 1]}"#, shape: "[320, 320]", k: 320)
        let graph = try SampleGraph.read(text).graph
        let bundle = TensorBundle.random(for: graph, seed: 3)
        try bundle.validate(for: graph)
        let type = try #require(graph.types["w"])
        let mix = try #require(type.encoding.structure.mix)
        let tensor = try bundle.tensor(named: "w", type: type)
        let blocks = MixedWeights(mix, shape: type.shape)
        let found = try blocks.counts { tensor.code(at: $0) == 0 }
        // One of 16 codes of int4 is zero: a block of 2 or 8 whose every column drew one would be told as less.
        #expect(found == blocks.drawnCounts(seed: 3, name: "w"))
        for (count, share) in zip([0, 2, 8], [0.25, 0.5, 0.25]) {
            #expect(abs(Double(found.count { $0 == UInt8(count) }) / 400 - share) < 0.08)
        }
    }
}
