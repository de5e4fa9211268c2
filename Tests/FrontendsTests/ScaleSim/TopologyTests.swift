import Diagnostics
import Formats
import Foundation
import Frontends
import Graph
import Testing

/// Topologies of SCALE-Sim. Sizes of outputs are those of its `topology_utils.py`: ceil((ifmap - filter + stride) / stride).
@Suite struct TopologyTests {
    private static let byte = NumberFormat(codec: .int8)

    private static func graph(_ text: String, weights: NumberFormat = byte, activations: NumberFormat = byte) throws -> Graph {
        try Fixtures.inFolder { folder in
            try Data(text.utf8).write(to: URL(fileURLWithPath: "\(folder)/net.csv"))
            let formats = NumberFormats(weights: weights, activations: activations)
            try TopologyImport(path: "\(folder)/net.csv", formats: formats).write(try ImportedFiles(graph: "\(folder)/out/g.json"))
            return try GraphFile.load(path: "\(folder)/out/g.json").graph
        }
    }

    private static func shapes(_ graph: Graph) -> [[Int]] { graph.outputs.compactMap { graph.types[$0]?.shape } }

    private static let header = "Layer name, IFMAP Height, IFMAP Width, Filter Height, Filter Width, Channels, Num Filter, Strides,\n"

    @Test func convolutionsHaveTheSizesOfTheirSimulator() throws {
        let graph = try Self.graph(Self.header + "Conv1,\t224, 224,7,7,3,64,2,\n\nCB2a_1,56,56,1,1,64,64,1,\nodd,8,9,3,2,4,5,2,\n")
        // (224 - 7 + 2) / 2 rounded up is 110, (8 - 3 + 2) / 2 is 4, (9 - 2 + 2) / 2 is 5.
        #expect(Self.shapes(graph) == [[1, 110, 110, 64], [1, 56, 56, 64], [1, 4, 5, 5]])
        #expect(graph.inputs.count == 3 && graph.types["Conv1.weight"]?.shape == [64, 7, 7, 3])
    }

    @Test func headersOfOtherFilesMeanTheSame() throws {
        let other = "Layer,IFMAP_Height,ifmap width,Filter height,FILTER WIDTH,Channels,Number of Filters,Stride Height,Stride Width\r\n"
        let graph = try Self.graph("\u{FEFF}" + other + "a,9,9,3,3,2,4,2,1\r\n,9,9,3,3,2,4,,\r\n")
        #expect(Self.shapes(graph) == [[1, 4, 7, 4], [1, 7, 7, 4]])
    }

    @Test func productsAreLinearLayers() throws {
        let graph = try Self.graph("Layer,M,N,K,\nq,128,64,256,\nq,1,64,256,\n")
        #expect(Self.shapes(graph) == [[128, 64], [1, 64]])
        #expect(graph.types["q.weight"]?.shape == [64, 256] && graph.types["q.2.x"]?.shape == [1, 256])
        let float = try Self.graph(
            "Layer,M,N,K\nq,2,64,256", weights: try NumberFormat("int2:group=64", field: ""),
            activations: NumberFormat(codec: .float16))
        #expect(Self.shapes(float) == [[2, 64]])
    }

    @Test func sparsityBecomesTheStructureOfWeights() throws {
        let graph = try Self.graph("Layer,M,N,K,Sparsity\na,4,8,16,2:4\nb,4,8,16,4:4\nc,4,8,16\n")
        #expect(graph.types["a.weight"]?.encoding.structure == .nOfM(try #require(NOfM(n: 2, m: 4))))
        for name in ["b.weight", "c.weight"] { #expect(graph.types[name]?.encoding.structure == .dense) }
    }

    @Test(arguments: [
        (header + "a,0,9,3,3,2,4,1,\nb,9,x,3,3,2,4,1,", ["a", "b"], "IFMAP"), (header, [nil], "no layers"), ("", [nil], "no header"),
        ("Layer,M,N\na,1,2", ["line 1"], "K"), ("Layer,M,N,K,Banana\na,1,2,3,4", ["line 1"], "Banana"),
        (header + "a,9,9,3,3,2,4,1,7,7,7", ["a"], "11 fields"), (header + "a,2,2,3,3,2,4,1", ["a"], "window"),
        ("Layer,M,N,K,Sparsity\na,1,2,3,5:7", ["a"], "5:7"), ("Layer,M,N,K\na,99999999999999999999,2,3", ["a"], "M"),
    ] as [(String, [String?], String)])
    func linesThatAreWrongAreNamed(text: String, nodes: [String?], message: String) throws {
        let error = #expect(throws: Diagnostics.self) { try Self.graph(text) }
        #expect(error?.all.map(\.node) == nodes)
        #expect(error?.description.contains(message) == true, "\(String(describing: error))")
        #expect(error?.all.allSatisfy { $0.file?.hasSuffix("net.csv") == true } == true)
    }
}
