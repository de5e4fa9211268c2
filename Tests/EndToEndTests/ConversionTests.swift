import Arch
import Compiler
import Diagnostics
import Formats
import Foundation
import Graph
import Report
import Testing
import Toolchain

/// What a report says of tensors that are encoded anew, against the numbers.
@Suite struct ConversionTests {
    static func job(_ machine: String, _ json: String, _ values: [String: Tensor]) throws -> Job {
        let graph = try GraphReader.read(try JSONValue.parse(Array(json.utf8))).graph
        let bundle = TensorBundle(values)
        let path = machine.hasPrefix("examples") ? Repository.path(machine) : machine
        return try Job(
            Model(graph: graph, bundle: bundle), target: .make(path), options: CompilerOptions(allowsLossyConversions: true))
    }

    static func codes(_ w: String, scale: Float) -> String {
        """
        {"schema": "accelsim-graph-1", "inputs": {"x": {"shape": [1, 4], "encoding": {"codec": "uint8", "scale": 0.5}}},
         "constants": {"w": {"shape": [1, 4], "encoding": {"codec": "\(w)", "scale": \(scale)}}},
         "nodes": [{"name": "y", "op": "linear", "inputs": ["x", "w"], "output": "f32"}], "outputs": ["y"]}
        """
    }

    static func decibels(_ signal: [Double], _ noise: [Double]) -> Double {
        (1000 * log10(signal.reduce(0) { $0 + $1 * $1 } / noise.reduce(0) { $0 + $1 * $1 })).rounded() / 100
    }

    /// -128 becomes -127, half a unit of 0.5 away in each of four; the greatest activation becomes 127 of 127 / 255 of a unit.
    @Test func pairsLoseWhatTheReportSays() throws {
        let job = try Self.job(
            "olive", Self.codes("int8", scale: 0.5), ["w": Tensor(shape: [1, 4], storage: .int8([-128, 3, 5, 100]))])
        let inputs = ["x": Tensor(shape: [1, 4], storage: .uint8([0, 255, 51, 1]))]
        let records = try job.conversions(.everything(inputs))
        #expect(records.map(\.tensor) == ["x", "w"] && records.map(\.from) == ["uint8", "int8"])
        #expect(records.allSatisfy { $0.to == "ovpi8" && $0.elements == 4 && $0.outliers == .init(count: 0, of: 2) })
        // Half way from 127 to 144.
        #expect(records.allSatisfy { $0.threshold == -135.5...135.5 })
        #expect(records[1].factor == 1 && records[1].scale == 0.5 && records[1].meanSquaredError == 0.25 / 4)
        #expect(records[1].decibels == Self.decibels([64, 1.5, 2.5, 50], [0.5]))
        let factor = Float(127) / 255
        #expect(records[0].factor == factor && records[0].scale == 0.5 / factor)
        // 51 * 127 / 255 is 25.4, 1 is 0.498.
        let unit = Double(0.5 / factor)
        let errors = [25.5 - 25 * unit, 0.5, 127.5 - 127 * unit]
        #expect(abs((records[0].meanSquaredError ?? 0) - errors.reduce(0) { $0 + $1 * $1 } / 4) < 1e-6)
        let constants = try job.conversions()
        #expect(constants[1] == records[1] && constants[0].meanSquaredError == nil && constants[0].factor == factor)
        #expect(try job.conversions(.nothing).allSatisfy { $0.meanSquaredError == nil && $0.outliers == nil })
    }

    /// 4-bit pairs of int4: nothing but -8 is lost.
    @Test func whatIsKeptIsExact() throws {
        let job = try Self.job("olive", Self.codes("int4", scale: 2), ["w": Tensor(shape: [1, 4], storage: .int8([-7, 0, 7, 1]))])
        let record = try #require(try job.conversions().first { $0.tensor == "w" })
        #expect(record.to == "ovpi4" && record.meanSquaredError == 0 && record.decibels == nil)
    }

    /// ANT's weights take int4 or flint4; a pair of 7 and 100 in units of 7 / 127 is searched, so the error is of what came out.
    @Test func fourBitCodesAreTold() throws {
        let weights: [Int8] = [-128, 3, 5, 100]
        let job = try Self.job(
            "examples/machines/ant-4bit.json", Self.codes("int8", scale: 0.5), ["w": Tensor(shape: [1, 4], storage: .int8(weights))])
        let record = try #require(try job.conversions().first { $0.tensor == "w" })
        let (factor, scale) = (try #require(record.factor), try #require(record.scale))
        #expect(["int4", "flint4"].contains(record.to) && scale == 0.5 / factor && record.outliers == nil && record.threshold == nil)
        let numbers = record.to == "int4" ? (-8...7).map(Double.init) : [-16, -8, -6, -4, -3, -2, -1, 0, 1, 2, 3, 4, 6, 8, 16]
        let errors = weights.map { weight -> Double in
            let real = 0.5 * Double(weight)
            return numbers.map { abs($0 * Double(scale) - real) }.min() ?? 0
        }
        let mean = errors.reduce(0) { $0 + $1 * $1 } / 4
        #expect(abs((record.meanSquaredError ?? 0) - mean) < 1e-5 * mean)
    }

    @Test func dictionariesAreTold() throws {
        let json = """
            {"schema": "accelsim-graph-1", "inputs": {"x": {"shape": [1, 600]}}, "constants": {"w": {"shape": [2, 600]}},
             "nodes": [{"name": "y", "op": "linear", "inputs": ["x", "w"]}], "outputs": ["y"]}
            """
        var random = SplitMix64(seed: 3)
        let weights = (0..<1200).map { index in index == 700 ? Float(5) : (0..<6).reduce(Float(0)) { sum, _ in sum + 0.02 * random.signedUnit() } }
        let job = try Self.job("gobo", json, ["w": Tensor(shape: [2, 600], storage: .float32(weights))])
        let records = try job.conversions()
        #expect(records.count == 1)
        let record = try #require(records.first)
        let range = try #require(record.threshold)
        let outliers = weights.count { !range.contains(Binary16.widened(Binary16.narrowed($0))) }
        #expect(record.to == "f16" && record.centroids == 8 && record.outliers == .init(count: outliers, of: 1200) && outliers >= 1)
        let dictionary = try #require(job.compilation.legalised.types.values.compactMap(\.encoding.dictionary).first)
        let errors = weights.map { weight -> Double in
            let half = Binary16.widened(Binary16.narrowed(weight))
            guard range.contains(half) else { return Double(weight) - Double(half) }
            let nearest = dictionary.numbers.min { abs(Double($0) - Double(half)) < abs(Double($1) - Double(half)) } ?? 0
            return Double(weight) - Double(nearest)
        }
        let mean = errors.reduce(0) { $0 + $1 * $1 } / 1200
        #expect(abs((record.meanSquaredError ?? 0) - mean) < 1e-9 * mean)
        #expect(record.decibels == Self.decibels(weights.map(Double.init), errors))
    }

    @Test(arguments: ["olive", "examples/machines/ant-4bit.json"])
    func reportsListThem(machine: String) throws {
        let path = machine.hasPrefix("examples") ? Repository.path(machine) : machine
        let graph = Repository.path("examples/fashion-mnist/w8a8/graph.json")
        let arguments = ["run", graph, "--arch", path, "--convert", "--bind", "batch=1"]
        let json = try JSONValue.parse(try Accelsim.run(arguments + ["--check", "--json", "-"]).output)
        let schema = try JSONValue.parse(Repository.text("schemas/report-1.schema.json"))
        #expect(SchemaCheck(schema).problems(json) == [])
        // Five weights and their activations, all measured.
        #expect(json["conversions"]?.items.count == 10)
        #expect(json["conversions"]?.items.allSatisfy { $0["mean_squared_error"] != nil } == true)
        let text = try Accelsim.run(arguments).output
        #expect(text.contains("conv1.weight") && text.contains("SNR dB"))
        // Without conversions there is no such table.
        let plain = try Accelsim.run(["run", graph, "--arch", "mac-int8", "--bind", "batch=1"]).output
        #expect(!plain.contains("SNR dB"))
    }
}
