import Diagnostics
import Formats
import Foundation
import Graph
import Testing

/// N:M weights of which neighbouring columns keep the same positions, in graph.json and in safetensors files.
@Suite struct SharedStructureTests {
    static func text(
        shape: String, op: String, storage: String = "bytes", structure: String = #"{"n": 2, "m": 4, "shared_columns": 2}"#, x: String
    ) -> String {
        """
        {"schema": "accelsim-graph-1", "inputs": {"x": {"shape": \(x), "encoding": {"codec": "int8", "scale": 1}}},
         "constants": {"w": {"shape": \(shape), "positions": "i", "storage": "\(storage)",
                       "encoding": {"codec": "int4", "scale": 1, "zero": 1, "structure": \(structure)}}},
         "nodes": [{"name": "n", \(op), "inputs": ["x", "w"]}], "outputs": ["n"], "weights": "w.safetensors"}
        """
    }

    static func linear(storage: String = "bytes", structure: String = #"{"n": 2, "m": 4, "shared_columns": 2}"#) -> String {
        text(shape: "[3, 6]", op: #""op": "linear""#, storage: storage, structure: structure, x: "[1, 6]")
    }

    /// Zero is 1. Columns 0 and 1 hold positions 1 and 2 of the first block and 0 of the second, column 2 has its own.
    static let rows: [Int8] = [
        1, 5, 1, 1, -3, 1,
        1, 1, 7, 1, 4, 1,
        2, 1, 1, 3, 1, 6,
    ]

    /// Positions 1, 2 and 0, 3 of both columns, then 0, 3 and 1, 3: a free place is the highest.
    static let positions: [(String, [UInt8])] = [("bytes", [1, 2, 0, 3, 0, 3, 1, 3]), ("packed", [0b11_00_10_01, 0b11_01_11_00])]

    @Test(arguments: positions)
    func positionsAreStoredOncePerGroup(_ storage: String, _ stored: [UInt8]) throws {
        let document = try SampleGraph.read(Self.linear(storage: storage))
        #expect(try SampleGraph.read(GraphWriter.json(document).text()) == document)
        let type = try #require(document.graph.types["w"])
        #expect(type.encoding.structure == NOfM(n: 2, m: 4).map { .sharedNOfM($0, columns: 2) })
        let weight = Tensor(shape: [3, 6], storage: .int8(Self.rows))
        let file = try SafetensorsFile(
            data: Bundle(["w": weight]).safetensors(for: document.graph, sources: document.sources))
        let (values, positions) = (try #require(file.entries["w"]), try #require(file.entries["i"]))
        #expect(positions.shape == [2, storage == "bytes" ? 4 : 1] && Array(file.bytes(of: positions)) == stored)
        if storage == "bytes" {
            #expect(values.shape == [3, 4])
            #expect(Array(file.bytes(of: values)).map { Int8(bitPattern: $0) } == [5, 1, -3, 1, 1, 7, 4, 1, 2, 3, 6, 1])
        }
        let read = try Bundle(file: file, document: document)
        #expect(try read.tensor(named: "w", type: type) == weight)
        try read.validate(for: document.graph)
    }

    /// One value more each: a third position in column 1; column 0 already holds two others; column 2, a group of its own,
    /// holds three.
    static let broken: [(Int, String)] = [
        (9, "'w': [9]: output column 1 (row 1), block 0: position 3 is not zero, columns 0 to 0 hold 1; 2 columns share 2 of 4 positions"),
        (3, "'w': [8]: output column 1 (row 1), block 0: position 2 is not zero, columns 0 to 0 hold 1, 3; 2 columns share 2 of 4 positions"),
        (13, "'w': [12]: row 2, block 0 (k 0 to 3) has 3 values that are not zero, at most 2 of 4 expected"),
    ]

    @Test(arguments: broken) func aMaskThatIsNotSharedIsNamed(_ index: Int, _ message: String) throws {
        let graph = try SampleGraph.read(Self.linear()).graph
        var rows = Self.rows
        try Bundle(["w": Tensor(shape: [3, 6], storage: .int8(rows))]).validate(for: graph)
        rows[index] = 2
        #expect {
            try Bundle(["w": Tensor(shape: [3, 6], storage: .int8(rows))]).validate(for: graph)
        } throws: { ($0 as? Diagnostics)?.all.first?.description == message }
    }

    /// Every tap of a window has positions of its own, which its columns share.
    @Test(arguments: NOfM.all) func drawnWindowsShareTapByTapAndSurviveTheFile(_ pattern: NOfM) throws {
        for (storage, columns) in [("bytes", 3), ("packed", 4), ("bytes", 100)] {
            let document = try SampleGraph.read(Self.text(
                shape: "[7, 2, 1, 37]", op: #""op": "conv2d""#, storage: storage,
                structure: #"{"n": \#(pattern.n), "m": \#(pattern.m), "shared_columns": \#(columns)}"#, x: "[1, 4, 4, 37]"))
            let bundle = Bundle.random(for: document.graph, seed: 3)
            try bundle.validate(for: document.graph)
            let type = try #require(document.graph.types["w"])
            let tensor = try bundle.tensor(named: "w", type: type)
            let file = try SafetensorsFile(data: bundle.safetensors(for: document.graph, sources: document.sources))
            if storage == "bytes" {
                let blocks = (37 + pattern.m - 1) / pattern.m
                #expect(file.entries["i"]?.shape == [(7 + columns - 1) / columns, 2, 1, blocks * pattern.n])
            }
            #expect(try Bundle(file: file, document: document).tensor(named: "w", type: type) == tensor)
            for (first, tap) in stride(from: 0, to: 7, by: columns).flatMap({ first in (0..<2).map { (first, $0) } }) {
                let group = first..<min(7, first + columns)
                for start in stride(from: 0, to: 37, by: pattern.m) {
                    let held = (start..<min(37, start + pattern.m)).filter { k in
                        group.contains { Int32(bitPattern: tensor.code(at: ($0 * 2 + tap) * 37 + k)) != 1 }
                    }
                    #expect(held.count <= pattern.n)
                }
            }
        }
    }

    @Test func sharingThatMakesNoSenseIsNamed() {
        func fields(_ structure: String) -> [String?] { SampleGraph.problems(Self.linear(structure: structure)).map(\.field) }
        #expect(fields(#"{"n": 2, "m": 4, "shared_columns": 0}"#) == ["encoding.structure.shared_columns"])
        #expect(fields(#"{"n": 2, "m": 4, "shared_columns": "all"}"#) == ["encoding.structure.shared_columns"])
        #expect(fields(#"{"n": 2, "m": 4, "shared_columns": 9223372036854775807}"#) == [])
        let batch = SampleGraph.problems(Self.text(
            shape: "[2, 3, 6]", op: #""op": "matmul", "transpose_b": true"#, x: "[2, 1, 6]"))
        #expect(batch.contains { $0.node == "n" && $0.field == "inputs[1]" && $0.message.contains("for one matrix") })
    }

    /// One for every column is what a pattern without the key says.
    @Test func oneSharedColumnIsNone() throws {
        let document = try SampleGraph.read(Self.linear(structure: #"{"n": 2, "m": 4, "shared_columns": 1}"#))
        #expect(document.graph.types["w"]?.encoding.structure == NOfM(n: 2, m: 4).map { .nOfM($0) })
    }
}
