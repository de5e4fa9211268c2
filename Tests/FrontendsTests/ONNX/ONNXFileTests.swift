import Diagnostics
import Foundation
import Frontends
import Graph
import Testing

/// What is wrong with files, and everything that is not supported.
@Suite struct ONNXFileTests {
    private static var model: ONNXModel {
        var model = ONNXModel()
        model.input("x", ["batch", 2, 5, 5])
        model.floats("w", [3, 2, 3, 3], small(54, seed: 1))
        model.integers("shape", [2], [0, -1])
        model.codes("codes", [27, 2], [Int](repeating: 3, count: 54), type: 3)
        model.floats("scale", [], [0.5])
        model.node("Conv", ["x", "w"], "a", lists: ["pads": [0, 0, 0, 0]])
        model.node("Relu", ["a"], "b")
        model.node("Reshape", ["b", "shape"], "c")
        model.node("DequantizeLinear", ["codes", "scale"], "d")
        model.node("MatMul", ["c", "d"], "e")
        model.node("Softmax", ["e"], "y")
        model.output("y")
        return model
    }

    @Test func everythingUnsupportedIsListedWithItsNodes() throws {
        var model = Self.model
        for output in ["p", "q"] { model.node("Loop", ["x"], output) }
        model.node("STFT", ["x"], "r")
        model.node("Relu", ["x"], "t", integers: ["sparkle": 1])
        let problems = try model.problems().map(\.message)
        #expect(
            problems == [
                "not supported: operator Loop (2 nodes: node of p, node of q)",
                "not supported: operator STFT (1 node: node of r)",
                "not supported: attribute sparkle of Relu (1 node: node of t)",
            ])
    }

    @Test func whatCannotBeLoweredIsListedAtOnce() throws {
        var model = Self.model
        model.node("Resize", ["x", "", "scale"], "p")
        model.node("Pad", ["x", "x"], "q")
        model.node("Add", ["q", "p"], "r")
        for name in ["r"] { model.output(name) }
        let problems = try model.problems().map(\.message)
        #expect(problems.count == 2)
        #expect(problems.contains { $0.contains("Pad") && $0.contains("node of q") })
    }

    @Test func sizesThatWouldHelpAreNamed() throws {
        var model = ONNXModel()
        model.input("x", ["batch", "time", 3])
        model.node("Shape", ["x"], "sizes")
        model.integers("one", [], [1])
        model.integers("zero", [], [0])
        model.node("Gather", ["sizes", "one"], "end")
        model.node("Range", ["zero", "end", "one"], "y")
        model.output("y", type: 7)
        #expect(try model.problems().map(\.message) == [
            "not supported: Range with an end out of open sizes (--bind batch=N --bind time=N) (1 node: node of y)"
        ])
    }

    @Test func tensorsHoldWhatTheirShapesSay() throws {
        var model = Self.model
        model.proto.graph.initializer[0].dims = [3, 2, 3, 4]
        model.proto.graph.initializer[2].rawData.removeLast()
        let problems = try model.problems()
        #expect(problems.map(\.node) == ["w", "codes"])
        #expect(problems.map(\.field) == ["data", "raw_data"])
    }

    @Test func dataBesideTheModelStayInItsFolder() throws {
        try Fixtures.inFolder { folder in
            let numbers = small(54, seed: 1)
            try Data([0, 0, 0, 0] + numbers.flatMap { withUnsafeBytes(of: $0.bitPattern.littleEndian, Array.init) })
                .write(to: URL(fileURLWithPath: "\(folder)/weights.bin"))
            func diagnostics(_ location: String, offset: Int) throws -> [Diagnostic] {
                var model = Self.model
                model.proto.graph.initializer[0].floatData = []
                model.proto.graph.initializer[0].dataLocation = 1
                model.proto.graph.initializer[0].externalData = [
                    .with { ($0.key, $0.value) = ("location", location) },
                    .with { ($0.key, $0.value) = ("offset", "\(offset)") },
                ]
                try model.bytes().write(to: URL(fileURLWithPath: "\(folder)/m.onnx"))
                do throws(Diagnostics) {
                    _ = try ONNXImport(path: "\(folder)/m.onnx", formats: ImportFormats())
                } catch { return error.all }
                return []
            }
            #expect(try diagnostics("weights.bin", offset: 4).isEmpty)
            #expect(try diagnostics("weights.bin", offset: 8).map(\.node) == ["w"])
            #expect(try diagnostics("weights.bin", offset: -1).map(\.node) == ["w"])
            #expect(
                try diagnostics("../\(URL(fileURLWithPath: folder).lastPathComponent)/weights.bin", offset: 4).map(
                    \.field) == ["external_data.location"])
            #expect(try diagnostics("/etc/passwd", offset: 0).map(\.field) == ["external_data.location"])
            #expect(try diagnostics("none.bin", offset: 0).count == 1)
        }
    }

    @Test func oldOperatorSetsAreRefused() throws {
        var model = Self.model
        model.proto.opsetImport[0].version = 6
        #expect(try model.problems().map(\.field) == ["opset_import"])
    }

    @Test func everyTruncationIsRefusedOrLeavesTheModelWhole() throws {
        let bytes = try Self.model.bytes()
        for count in stride(from: 0, to: bytes.count, by: 7) { try Self.tryImport(bytes.prefix(count)) }
    }

    /// Numbers of the same codes are computed once, under one name, and an output needs each name.
    @Test func outputsThatAreTheSameTensorHaveAllTheirNames() throws {
        var model = ONNXModel()
        model.input("x", [3])
        model.floats("s", [], [0.5])
        model.codes("z", [], [0], type: 3)
        model.node("QuantizeLinear", ["x", "s", "z"], "q")
        for name in ["a", "b"] { model.node("DequantizeLinear", ["q", "s", "z"], name) }
        model.output("a")
        model.output("b")
        let run = try model.run(["x": tensor([3], [1, -0.7, 0.3])])
        for name in ["a", "b"] { #expect(try run.floats(name) == [1, -0.5, 0.5]) }
    }

    @Test func brokenFieldIsFound() throws {
        // Field 7, the graph, of 100 bytes that are not there.
        let problems = try Self.tryImport(Data([0x08, 0x08, 0x3A, 100, 1, 2, 3]))
        #expect(problems.map(\.field) == ["byte 2"])
    }

    @Test(arguments: 0..<400) func mutatedModelsAreImportedOrRefused(seed: UInt64) throws {
        var generator = SeededGenerator(state: seed)
        var bytes = try Self.model.bytes()
        for _ in 0..<(1 + seed % 4) {
            let place = Int(generator.next() % UInt64(bytes.count))
            if generator.next() % 2 == 0 {
                bytes[place] = UInt8(truncatingIfNeeded: generator.next())
            } else {
                bytes[place] ^= 1
            }
        }
        try Self.tryImport(bytes)
    }

    /// Every problem has a place, and none is a fault of the program.
    @discardableResult
    private static func tryImport(_ bytes: Data) throws -> [Diagnostic] {
        try Fixtures.inFolder { folder in
            try bytes.write(to: URL(fileURLWithPath: "\(folder)/m.onnx"))
            let files = try ImportedFiles(graph: "\(folder)/g.json")
            do throws(Diagnostics) {
                _ = try ONNXImport(path: "\(folder)/m.onnx", formats: ImportFormats()).write(files)
            } catch {
                #expect(error.all.allSatisfy { $0.file != nil || $0.node != nil }, "\(error)")
                #expect(!error.description.contains("internal error"), "\(error)")
                #expect(!FileManager.default.fileExists(atPath: "\(folder)/g.json"))
                return error.all
            }
            return []
        }
    }
}
