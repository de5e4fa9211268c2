import Diagnostics
import Formats
import Foundation
import Graph
import Testing

/// N:M weights in graph.json and in safetensors files.
@Suite struct StructureTests {
    static func graph(_ constants: String, _ node: String = #"{"name": "n", "op": "linear", "inputs": ["x", "w"]}"#) -> String {
        """
        {"schema": "accelsim-graph-1", "inputs": {"x": {"shape": [1, 16], "encoding": {"codec": "int8", "scale": 1}}},
         "constants": {\(constants)}, "nodes": [\(node)], "outputs": ["n"], "weights": "w.safetensors"}
        """
    }

    static func weight(_ encoding: String, rest: String = "") -> String {
        #""w": {"shape": [1, 16], "encoding": {\#(encoding)}\#(rest)}"#
    }

    /// The published rows: 2:4 with nibbles 1101 1100 1110 0100, which make 0x4ECD, and 4:16 with indices 0xFB52.
    @Test(arguments: [
        (2, 4, [0, 5, 0, -3, 7, 0, 0, 2, 0, 0, 4, 0, -1, -6, 0, 0], [5, -3, 7, 2, 4, 0, -1, -6], [0xCD, 0x4E]),
        (4, 16, [0, 0, 9, 0, 0, -4, 0, 0, 0, 0, 0, 7, 0, 0, 0, -2], [9, -4, 7, -2], [0x52, 0xFB]),
    ] as [(Int, Int, [Int8], [Int8], [UInt8])])
    func packedRowsAreThePublishedOnes(_ n: Int, _ m: Int, _ row: [Int8], _ kept: [Int8], _ packed: [UInt8]) throws {
        let encoding = #""codec": "int8", "scale": 1, "structure": {"n": \#(n), "m": \#(m)}"#
        let text = Self.graph(Self.weight(encoding, rest: #", "storage": "packed", "positions": "w.i""#))
        let document = try SampleGraph.read(text)
        #expect(try SampleGraph.read(GraphWriter.json(document).text()) == document)
        let type = try #require(document.graph.types["w"])
        let bundle = Bundle(["w": Tensor(shape: [1, 16], storage: .int8(row))])
        let file = try SafetensorsFile(data: bundle.safetensors(for: document.graph, sources: document.sources))
        let (values, positions) = (try #require(file.entries["w"]), try #require(file.entries["w.i"]))
        #expect(values.shape == [1, kept.count] && values.type == .u8)
        #expect(Array(file.bytes(of: values)) == kept.map { UInt8(bitPattern: $0) })
        #expect(positions.shape == [1, 2] && positions.type == .u8)
        #expect(Array(file.bytes(of: positions)) == packed)
        let read = try Bundle(file: file, document: document)
        #expect(try read.tensor(named: "w", type: type) == Tensor(shape: [1, 16], storage: .int8(row)))
        try read.validate(for: document.graph)
        let dot = zip(row, 1...16).reduce(0) { $0 + Int($1.0) * $1.1 }
        var states: [String: Tensor] = [:]
        let result = try ReferenceEvaluator(graph: document.graph) { try read.tensor(named: $0, type: document.graph.types[$0] ?? type) }
            .run(inputs: ["x": Tensor(shape: [1, 16], storage: .int8(Array(1...16)))], states: &states)
        #expect(result["n"]?.storage == .int32([Int32(dot)]))
        #expect(dot == (n == 2 ? -4 : 55))
    }

    /// A file of one row of kept codes of uint4, zero point 8, and its positions, K = 6 in blocks of 4.
    static func read(_ values: [UInt8], _ positions: [UInt8]) throws -> Tensor {
        let text = """
            {"schema": "accelsim-graph-1", "inputs": {"x": {"shape": [1, 6], "encoding": {"codec": "int8", "scale": 1}}},
             "constants": {"w": {"shape": [1, 6], "positions": "i", "encoding": {"codec": "uint4", "scale": 1, "zero": "z", "group": 4,
                                 "structure": {"n": 2, "m": 4}}}, "z": {"shape": [1, 2], "encoding": "uint4"}},
             "nodes": [{"name": "n", "op": "linear", "inputs": ["x", "w"]}], "outputs": ["n"]}
            """
        let document = try SampleGraph.read(text.replacingOccurrences(of: #""scale": 1, "zero""#, with: #""scale": "s", "zero""#)
            .replacingOccurrences(of: #""z": {"#, with: #""s": {"shape": [1, 2]}, "z": {"#))
        let header = #"{"w": {"dtype": "U8", "shape": [1, 4], "data_offsets": [0, 4]}, "i": {"dtype": "U8", "shape": [1, 4], "data_offsets": [4, 8]}, "z": {"dtype": "U8", "shape": [1, 2], "data_offsets": [8, 10]}, "s": {"dtype": "F32", "shape": [1, 2], "data_offsets": [10, 18]}}"#
        let data = BundleTests.safetensors(header, values + positions + [8, 3] + [0, 0, 128, 63, 0, 0, 128, 63])
        let bundle = try Bundle(file: SafetensorsFile(data: data), path: "f", document: document)
        let type = try #require(document.graph.types["w"])
        return try bundle.tensor(named: "w", type: type)
    }

    @Test func whatIsLeftOutIsTheZeroPointOfItsGroup() throws {
        #expect(try Self.read([1, 15, 9, 3], [0, 2, 1, 3]).bytes == [1, 8, 15, 8, 3, 9])
        #expect(try Self.read([8, 8, 3, 3], [2, 3, 0, 3]).bytes == [8, 8, 8, 8, 3, 3])
    }

    @Test(arguments: [
        ([1, 15, 9, 3], [0, 4, 1, 3], "[1]", "row 0, block 0: position 4 is outside a block of 4"),
        ([1, 15, 9, 3], [2, 1, 1, 3], "[1]", "row 0, block 0: position 1 follows 2"),
        ([1, 15, 9, 3], [2, 2, 1, 3], "[1]", "row 0, block 0: position 2 follows 2"),
        ([1, 15, 9, 4], [0, 2, 1, 3], "[3]", "row 0, block 1: a value that is not zero stands at k 7, past the last of 6"),
        ([1, 16, 9, 3], [0, 2, 1, 3], "[1]", "16 is no code of uint4"),
    ] as [([UInt8], [UInt8], String, String)])
    func badPositionsAreNamed(_ values: [UInt8], _ positions: [UInt8], _ field: String, _ message: String) {
        #expect {
            try Self.read(values, positions)
        } throws: { error in
            let diagnostic = error as? Diagnostic
            return diagnostic?.node == "w" && diagnostic?.field == field && diagnostic?.message.hasPrefix(message) == true
        }
    }

    @Test func aDenseWeightThatBreaksThePatternIsNamed() throws {
        let graph = try SampleGraph.read(Self.graph(Self.weight(#""codec": "int4", "scale": 1, "zero": 1, "structure": {"n": 2, "m": 4}"#))).graph
        var row = [Int8](repeating: 1, count: 16)
        (row[4], row[7]) = (0, 0)
        try Bundle(["w": Tensor(shape: [1, 16], storage: .int8(row))]).validate(for: graph)
        row[5] = 2
        #expect {
            try Bundle(["w": Tensor(shape: [1, 16], storage: .int8(row))]).validate(for: graph)
        } throws: { error in
            (error as? Diagnostics)?.all.first?.description
                == "'w': [4]: row 0, block 1 (k 4 to 7) has 3 values that are not zero, at most 2 of 4 expected"
        }
    }

    @Test(arguments: [
        (#""codec": "int4", "structure": {"n": 3, "m": 4}"#, "encoding.structure", "is 3:4"),
        (#""codec": "int4", "structure": {"n": 4, "m": 4}"#, "encoding.structure", "is 4:4"),
        (#""codec": "int4", "structure": {"n": 2}"#, "encoding.structure.m", "is missing"),
        (#""codec": "int4", "structure": {"n": 2, "m": 4, "k": 1}"#, "encoding.structure.k", "unknown key"),
        (#""codec": "int4", "structure": 2"#, "encoding.structure", "an object was expected"),
        (#""codec": "bipolar2", "structure": {"n": 2, "m": 4}"#, "encoding.structure", "no zero"),
        (#""codec": "int4", "scale": "s", "group": 2, "structure": {"n": 2, "m": 4}"#, "encoding.structure", "whole blocks of 4"),
    ])
    func encodingsThatMakeNoSenseAreNamed(_ encoding: String, _ field: String, _ message: String) {
        let problems = SampleGraph.problems(Self.graph(Self.weight(encoding) + #", "s": {"shape": [1, 8]}"#))
        #expect(problems.contains { $0.node == "w" && $0.field == field && $0.message.contains(message) }, "\(problems)")
    }

    @Test func structureBelongsToConstantWeightsOnly() {
        let sparse = #""codec": "int4", "scale": 1, "structure": {"n": 2, "m": 4}"#
        let dequantised = SampleGraph.problems(
            Self.graph(Self.weight(sparse), #"{"name": "n", "op": "dequantise", "inputs": ["w"]}"#))
        #expect(dequantised.map(\.field) == ["inputs[0]"])
        let positions = SampleGraph.problems(Self.graph(Self.weight(#""codec": "int4", "scale": 1"#, rest: #", "positions": "i""#)))
        #expect(positions.map(\.field) == ["positions"])
        let input = Self.graph(Self.weight(#""codec": "int4", "scale": 1"#)).replacingOccurrences(
            of: #""codec": "int8", "scale": 1"#, with: #""codec": "int8", "scale": 1, "structure": {"n": 2, "m": 4}"#)
        #expect(SampleGraph.problems(input).contains { $0.node == "x" && $0.field == "encoding.structure" })
    }

    @Test(arguments: NOfM.all)
    func madeUpWeightsObeyTheirStructureAndSurviveTheFile(_ pattern: NOfM) throws {
        for storage in ["bytes", "packed"] {
            let text = Self.graph("""
                "w": {"shape": [3, 16], "storage": "\(storage)", "positions": "i", "encoding": {"codec": "uint4", "scale": "s",
                      "zero": "z", "axis": 0, "structure": {"n": \(pattern.n), "m": \(pattern.m)}}},
                "s": {"shape": [3]}, "z": {"shape": [3], "encoding": "uint4"}
                """)
            let document = try SampleGraph.read(text)
            let bundle = Bundle.random(for: document.graph, seed: 11)
            try bundle.validate(for: document.graph)
            let file = try SafetensorsFile(data: bundle.safetensors(for: document.graph, sources: document.sources))
            let read = try Bundle(file: file, document: document)
            let type = try #require(document.graph.types["w"])
            let tensor = try bundle.tensor(named: "w", type: type)
            #expect(try read.tensor(named: "w", type: type) == tensor)
            let zeros = try bundle.tensor(named: "z", type: #require(document.graph.types["z"]))
            let kept = (0..<48).filter { tensor.code(at: $0) != zeros.code(at: $0 / 16) }
            #expect(!kept.isEmpty)
            for row in 0..<3 {
                for start in stride(from: 0, to: 16, by: pattern.m) {
                    let block = row * 16 + start..<row * 16 + min(16, start + pattern.m)
                    #expect(kept.filter(block.contains).count <= pattern.n)
                }
            }
        }
    }
}
