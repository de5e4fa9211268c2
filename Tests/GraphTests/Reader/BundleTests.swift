import Diagnostics
import Formats
import Foundation
import Graph
import Testing

@Suite struct BundleTests {
    /// Header and data put together by hand.
    static func safetensors(_ header: String, _ data: [UInt8]) -> Data {
        Data((0..<8).map { UInt8(truncatingIfNeeded: header.utf8.count >> (8 * $0)) }) + Data(header.utf8) + Data(data)
    }

    static func document(_ constant: String) throws -> GraphDocument {
        try SampleGraph.read(
            """
            {"schema": "accelsim-graph-1", "inputs": {"x": {"shape": [1]}}, "constants": {"c": \(constant)},
             "nodes": [], "outputs": ["x"]}
            """)
    }

    static func read(_ constant: String, _ entry: String, _ data: [UInt8]) throws -> Tensor {
        let document = try document(constant)
        let file = try SafetensorsFile(data: safetensors(#"{"c": \#(entry)}"#, data))
        let type = try #require(document.graph.types["c"])
        return try Bundle(file: file, document: document).tensor(named: "c", type: type)
    }

    @Test func bytesHoldOneElementPerCode() throws {
        let int4 = try Self.read(
            #"{"shape": [3], "encoding": "int4"}"#, #"{"dtype": "I8", "shape": [3], "data_offsets": [0, 3]}"#,
            [0xF8, 7, 0xFF])
        #expect(int4 == Tensor(shape: [3], storage: .int8([-8, 7, -1])))
        let wide = try Self.read(
            #"{"shape": [2], "encoding": "int12"}"#, #"{"dtype": "I16", "shape": [2], "data_offsets": [0, 4]}"#,
            [0, 0xF8, 0xFF, 7])
        #expect(wide == Tensor(shape: [2], storage: .int16([-2048, 2047])))
        let half = try Self.read(
            #"{"shape": [2], "encoding": "f16"}"#, #"{"dtype": "F16", "shape": [2], "data_offsets": [0, 4]}"#,
            [0, 0x3C, 1, 0])
        #expect(half.float(at: 0) == 1 && half.float(at: 1) == 0x1p-24)
    }

    @Test func packedRowsAreLittleEndianBitStreams() throws {
        // Rows of three 3-bit codes: 1, 2, 3 -> 011 010 001 = 0xD1, 0; 5, 6, 7 -> 111 110 101 = 0xF5, 1.
        let unsigned = try Self.read(
            #"{"shape": [2, 3], "encoding": "uint3", "storage": "packed"}"#,
            #"{"dtype": "U8", "shape": [2, 2], "data_offsets": [0, 4]}"#, [0xD1, 0, 0xF5, 1])
        #expect(unsigned == Tensor(shape: [2, 3], storage: .uint8([1, 2, 3, 5, 6, 7])))
        let signed = try Self.read(
            #"{"shape": [2, 3], "encoding": "int3", "storage": "packed"}"#,
            #"{"dtype": "U8", "shape": [2, 2], "data_offsets": [0, 4]}"#, [0xD1, 0, 0xF5, 1])
        #expect(signed == Tensor(shape: [2, 3], storage: .int8([1, 2, 3, -3, -2, -1])))
    }

    @Test func packedStorageSurvivesWriting() throws {
        for (codec, width) in Codec.all.filter(\.isInteger).flatMap({ codec in [1, 5, 8, 19].map { (codec, $0) } }) {
            var document = try Self.document(#"{"shape": [3, \#(width)], "encoding": "\#(codec.name)", "storage": "packed"}"#)
            document.weights = "w"
            let bundle = Bundle.random(for: document.graph, seed: 3)
            let data = try bundle.safetensors(for: document.graph, sources: document.sources)
            let read = try Bundle(file: SafetensorsFile(data: data), document: document)
            let type = try #require(document.graph.types["c"])
            #expect(try read.tensor(named: "c", type: type) == bundle.tensor(named: "c", type: type))
        }
    }

    @Test(arguments: [
        (
            #"{"shape": [2], "encoding": "ternary"}"#, #"{"dtype": "U8", "shape": [2], "data_offsets": [0, 2]}"#,
            [2, 3] as [UInt8]
        ),
        (#"{"shape": [2], "encoding": "uint4"}"#, #"{"dtype": "U8", "shape": [2], "data_offsets": [0, 2]}"#, [15, 16]),
        (#"{"shape": [2], "encoding": "int4"}"#, #"{"dtype": "I8", "shape": [2], "data_offsets": [0, 2]}"#, [0xF8, 8]),
        (
            #"{"shape": [2], "encoding": "bipolar1"}"#, #"{"dtype": "U8", "shape": [2], "data_offsets": [0, 2]}"#,
            [1, 2]
        ),
        (
            #"{"shape": [2], "encoding": "ternary", "storage": "packed"}"#,
            #"{"dtype": "U8", "shape": [1, 1], "data_offsets": [0, 1]}"#, [0b1101]
        ),
    ])
    func aCodeOutsideTheCodecIsNamed(_ constant: String, _ entry: String, _ data: [UInt8]) {
        #expect {
            try Self.read(constant, entry, data)
        } throws: { ($0 as? Diagnostic)?.node == "c" && ($0 as? Diagnostic)?.field == "[1]" }
    }

    static let malformed: [Data] = [
        Data(), Data([1, 2, 3]), Data([255, 255, 255, 255, 255, 255, 255, 255]), Data([9, 0, 0, 0, 0, 0, 0, 0, 0x7B]),
        safetensors("[]", []), safetensors("{", []), safetensors(#"{"c": 3}"#, []),
        safetensors(#"{"c": {"dtype": "I8", "shape": [1]}}"#, [0]),
        safetensors(#"{"c": {"dtype": "I9", "shape": [1], "data_offsets": [0, 1]}}"#, [0]),
        safetensors(#"{"c": {"dtype": "I8", "shape": [1], "data_offsets": [0, 1], "x": 1}}"#, [0]),
        safetensors(#"{"c": {"dtype": "I8", "shape": [1], "data_offsets": [0, 2]}}"#, [0]),
        safetensors(#"{"c": {"dtype": "I8", "shape": [2], "data_offsets": [0, 1]}}"#, [0]),
        safetensors(#"{"c": {"dtype": "I8", "shape": [1], "data_offsets": [1, 0]}}"#, [0]),
        safetensors(#"{"c": {"dtype": "I8", "shape": [1], "data_offsets": [-1, 0]}}"#, [0]),
        safetensors(#"{"c": {"dtype": "I8", "shape": [-1, -1], "data_offsets": [0, 1]}}"#, [0]),
        safetensors(#"{"c": {"dtype": "I8", "shape": [9223372036854775807, 2], "data_offsets": [0, 1]}}"#, [0]),
        safetensors(#"{"c": {"dtype": "F64", "shape": [2305843009213693952], "data_offsets": [0, 0]}}"#, [0]),
        safetensors(
            #"{"c": {"dtype": "I8", "shape": [2], "data_offsets": [0, 2]}, "d": {"dtype": "I8", "shape": [2], "data_offsets": [1, 3]}}"#,
            [0, 0, 0]),
        safetensors(
            #"{"c": {"dtype": "I8", "shape": [1], "data_offsets": [0, 1]}, "c": {"dtype": "I8", "shape": [1], "data_offsets": [0, 1]}}"#,
            [0]),
    ]

    @Test(arguments: malformed.indices)
    func aMalformedSafetensorsFileIsADiagnostic(_ index: Int) {
        #expect(throws: Diagnostics.self) { try SafetensorsFile(data: Self.malformed[index]) }
    }

    @Test func aConstantMustBeThereWithItsTypeAndShape() throws {
        let document = try Self.document(#"{"shape": [2], "encoding": "int8", "tensor": "other"}"#)
        func message(_ header: String) throws -> String? {
            let file = try SafetensorsFile(data: Self.safetensors(header, [0, 0, 0, 0]))
            do throws(Diagnostics) { _ = try Bundle(file: file, document: document) } catch { return error.description }
            return nil
        }
        #expect(
            try message(#"{"c": {"dtype": "I8", "shape": [2], "data_offsets": [0, 2]}}"#)?.contains("no tensor 'other'")
                == true)
        #expect(
            try message(#"{"other": {"dtype": "U8", "shape": [2], "data_offsets": [0, 2]}}"#)?.contains("I8 expected")
                == true)
        #expect(
            try message(#"{"other": {"dtype": "I8", "shape": [3], "data_offsets": [0, 3]}}"#)?.contains("[2] I8")
                == true)
        #expect(
            try message(
                #"{"__metadata__": {"a": "b"}, "other": {"dtype": "I8", "shape": [2], "data_offsets": [1, 3]}}"#) == nil
        )
    }

    @Test func scalesMustBePositiveAndZeroPointsInsideTheCodec() throws {
        let graph = try SampleGraph.read(SampleGraph.text("")).graph
        var bundle = Bundle.random(for: graph, seed: 1)
        bundle.set("s.k", Tensor(shape: [2], storage: .float32([1, 0])))
        bundle.set("w.g", Tensor(shape: [5, 8], storage: .uint8([UInt8](repeating: 16, count: 40))))
        #expect {
            try bundle.validate(for: graph)
        } throws: { error in
            (error as? Diagnostics)?.all.map { "\($0.node ?? "") \($0.field ?? "")" } == ["w.g [0]", "s.k [1]"]
        }
    }

    @Test func filesAreWrittenAndReadBesideEachOther() throws {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent(
            "graph-tests-\(UInt64.random(in: 0 ... .max))")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let path = folder.appendingPathComponent("net.json").path
        let document = try RoundTripTests.document()
        let bundle = Bundle.random(for: document.graph, seed: 5)
        try GraphFile.write(document, bundle: bundle, path: path)
        let (graph, read) = try GraphFile.load(path: path)
        #expect(graph == document.graph)
        let type = try #require(graph.types["w.g"])
        #expect(try read?.tensor(named: "w.g", type: type) == bundle.tensor(named: "w.g", type: type))
        for wrong in [folder.path, "/dev/zero", folder.path + "/none.json", folder.path + "/w.safetensors"] {
            #expect(throws: Diagnostics.self) { try GraphFile.load(path: wrong) }
        }
    }
}
