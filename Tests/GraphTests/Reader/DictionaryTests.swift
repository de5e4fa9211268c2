import Diagnostics
import Formats
import Foundation
import Graph
import Testing

/// Weights with a dictionary in graph.json and in safetensors files.
@Suite struct DictionaryTests {
    static func graph(_ encoding: String, rest: String = "", input: String = #""f16""#, node: String = "") -> String {
        """
        {"schema": "accelsim-graph-1", "inputs": {"x": {"shape": [1, 6], "encoding": \(input)}},
         "constants": {"w": {"shape": [2, 6], "encoding": \(encoding)\(rest)}},
         "nodes": [{"name": "y", "op": "linear", "inputs": ["x", "w"]\(node)}], "outputs": ["y"], "weights": "w.safetensors"}
        """
    }

    static let encoding = #"{"codec": "f16", "dictionary": [-1.5, -0.25, 0, 0.5, 3]}"#
    static let outliers = #", "outliers": {"positions": "w.p", "values": "w.v"}"#
    static let weights: [Float] = [0, 0, 3, -1.5, 0.5, -0.25, 100, 0.5, -0.25, -0.0, 3, 3]
    static let indices: [UInt8] = [2, 2, 4, 0, 3, 1, 0, 3, 1, 0, 4, 4]

    static func tensor(_ numbers: [Float]) -> Tensor {
        Tensor(shape: [2, 6], storage: .float16(numbers.map(Binary16.narrowed)))
    }

    /// Five numbers take three bits; 100 and minus zero are outliers at 6 and 9.
    @Test(arguments: ["bytes", "packed"])
    func filesHoldIndicesAndOutliers(_ storage: String) throws {
        let rest = Self.outliers + #", "storage": "\#(storage)""#
        let document = try SampleGraph.read(Self.graph(Self.encoding, rest: rest))
        #expect(try SampleGraph.read(GraphWriter.json(document).text()) == document)
        let bundle = Bundle(["w": Self.tensor(Self.weights)])
        let file = try SafetensorsFile(data: bundle.safetensors(for: document.graph, sources: document.sources))
        let stored = try #require(file.entries["w"])
        // Rows of 18 bits, first index in the lowest bits.
        let packed: [UInt8] = [0b00_010_010, 0b1_011_000_1, 0b00, 0b01_011_000, 0b0_100_000_0, 0b10]
        #expect(Array(file.bytes(of: stored)) == (storage == "bytes" ? Self.indices : packed))
        #expect(try Array(file.bytes(of: #require(file.entries["w.p"]))) == [6, 0, 0, 0, 9, 0, 0, 0])
        #expect(try Array(file.bytes(of: #require(file.entries["w.v"]))) == [0x40, 0x56, 0, 0x80])
        let read = try Bundle(file: file, document: document)
        let type = try #require(document.graph.types["w"])
        #expect(try read.tensor(named: "w", type: type) == Self.tensor(Self.weights))
        try read.validate(for: document.graph)
    }

    /// A file of one-byte indices and outliers.
    static func read(_ indices: [UInt8], _ positions: [Int32], _ values: [UInt16]) throws -> Tensor {
        let document = try SampleGraph.read(graph(encoding, rest: outliers))
        let (p, v) = (12 + 4 * positions.count, 12 + 4 * positions.count + 2 * values.count)
        let header = #"{"w": {"dtype": "U8", "shape": [2, 6], "data_offsets": [0, 12]}, "w.p": {"dtype": "I32", "shape": [\#(positions.count)], "data_offsets": [12, \#(p)]}, "w.v": {"dtype": "F16", "shape": [\#(values.count)], "data_offsets": [\#(p), \#(v)]}}"#
        let tail = positions.flatMap { number in (0..<4).map { UInt8(truncatingIfNeeded: number >> (8 * $0)) } }
            + values.flatMap { [UInt8(truncatingIfNeeded: $0), UInt8($0 >> 8)] }
        let bundle = try Bundle(
            file: SafetensorsFile(data: BundleTests.safetensors(header, indices + tail)), path: "f", document: document)
        return try bundle.tensor(named: "w", type: #require(document.graph.types["w"]))
    }

    static func message(_ body: () throws -> Void) -> String {
        do { try body() } catch let error as Diagnostics { return error.description } catch { return "\(error)" }
        return "nothing"
    }

    @Test func indicesOfOutliersAreNotLookedAt() throws {
        var indices = Self.indices
        (indices[6], indices[9]) = (7, 255)
        #expect(try Self.read(indices, [6, 9], [0x5640, 0x8000]) == Self.tensor(Self.weights))
    }

    @Test(arguments: [
        (5, 0, [6, 9], [1, 2], "[0]: 5 is no index of a dictionary of 5 numbers"),
        (0, 0, [9, 6], [1, 2], "outliers.positions: [1] is 6, ascending places below 12 expected"),
        (0, 0, [6, 6], [1, 2], "[1] is 6, ascending"), (0, 0, [6, 12], [1, 2], "[1] is 12, ascending"),
        (0, 0, [-1, 3], [1, 2], "[0] is -1, ascending"),
        (0, 0, [6, 9], [1], "outliers.values: is [1] F16 in the file, [2] F16 expected, one for each position"),
    ] as [(UInt8, Int, [Int32], [UInt16], String)])
    func badFilesAreNamed(_ index: UInt8, _ place: Int, _ positions: [Int32], _ values: [UInt16], _ expected: String) {
        var indices = Self.indices
        indices[place] = index
        let message = Self.message { _ = try Self.read(indices, positions, values) }
        #expect(message.contains(expected), "\(message)")
    }

    @Test func outliersNeedAPlaceInTheFile() throws {
        let document = try SampleGraph.read(Self.graph(Self.encoding))
        let message = Self.message {
            _ = try Bundle(["w": Self.tensor(Self.weights)]).safetensors(for: document.graph, sources: document.sources)
        }
        #expect(message.contains("[6]: is none of the dictionary's numbers"))
    }

    @Test(arguments: [
        (#"{"codec": "f16", "dictionary": [0, 0.1]}"#, "", "encoding.dictionary[1]", "which is no f16 number"),
        (#"{"codec": "f16", "dictionary": [1, 0]}"#, "", "encoding.dictionary", "in ascending order"),
        (#"{"codec": "f16", "dictionary": []}"#, "", "encoding.dictionary", "1 to 16 finite numbers"),
        (#"{"codec": "f16", "dictionary": 3}"#, "", "encoding.dictionary", "a list was expected"),
        (#"{"codec": "f32", "dictionary": [0]}"#, "", "encoding.dictionary", "not of f32"),
        (#"{"codec": "f16", "dictionary": [0], "structure": {"n": 2, "m": 4}}"#, "", "encoding.dictionary", "dense weight"),
        (#""f16""#, outliers, "outliers", "this one has none"),
        (encoding, #", "outliers": {"positions": "p"}"#, "outliers.values", "is missing"),
    ])
    func encodingsThatMakeNoSenseAreNamed(_ encoding: String, _ rest: String, _ field: String, _ message: String) {
        let problems = SampleGraph.problems(Self.graph(encoding, rest: rest))
        #expect(problems.contains { $0.node == "w" && $0.field == field && $0.message.contains(message) }, "\(problems)")
    }

    @Test func inputsHaveNoDictionary() {
        let problems = SampleGraph.problems(Self.graph(#""f16""#, input: Self.encoding))
        #expect(problems.contains { $0.node == "x" && $0.message.contains("belongs to constants only") })
    }

    @Test func theContractWantsHalfPrecisionAndADictionary() {
        let contract = #", "contract": "centroids-1024""#
        #expect(SampleGraph.problems(Self.graph(Self.encoding, node: contract)).isEmpty)
        for (encoding, input) in [(#""f16""#, #""f16""#), (Self.encoding, #""f32""#), (Self.encoding, #""bf16""#)] {
            let problems = SampleGraph.problems(Self.graph(encoding, input: input, node: contract))
            #expect(problems.contains { $0.field == "contract" && $0.message.contains("weights with a dictionary") })
        }
    }

    /// Rows that are gathered at run time are plain f16.
    @Test func whatIsMadeOfAWeightHasNoDictionary() throws {
        let text = """
            {"schema": "accelsim-graph-1", "inputs": {"i": {"shape": [3], "encoding": "int32"}},
             "constants": {"w": {"shape": [2, 6], "encoding": \(Self.encoding)}},
             "nodes": [{"name": "y", "op": "gather", "inputs": ["w", "i"]}], "outputs": ["y"]}
            """
        #expect(try SampleGraph.read(text).graph.types["y"]?.encoding == TensorEncoding(codec: .float16))
    }
}
