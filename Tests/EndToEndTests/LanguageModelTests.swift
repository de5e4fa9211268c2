import Arch
import Compiler
import Cost
import Diagnostics
import Foundation
import Graph
import Testing
import Toolchain

/// Tokens and perplexity of a small language model with random weights, against the reference evaluator run afresh on everything
/// so far: no cache, no machine.
@Suite struct LanguageModelTests {
    /// The small LLaMA block between a table of tokens and a head.
    private static let document: JSONValue = {
        let replaced: [(String, String)] = [
            (#""x": { "shape": ["seq", 256] }"#, #""tokens": { "shape": ["seq"], "encoding": "int32" }"#),
            (#""constants": {"#,
             #""constants": { "table": { "shape": [300, 256], "encoding": "f16" }, "# +
             #""head": { "shape": [300, 256], "encoding": { "codec": "int8", "scale": 0.01 } },"#),
            (#""nodes": ["#,
             #""nodes": [ { "name": "rows", "op": "gather", "inputs": ["table", "tokens"] }, "# +
             #"{ "name": "x", "op": "dequantise", "inputs": ["rows"] }, "# +
             #"{ "name": "y.codes", "op": "quantise", "inputs": ["y"], "codec": "int8", "dynamic": "token" }, "# +
             #"{ "name": "tokens.scores", "op": "linear", "inputs": ["y.codes", "head"] },"#),
            (#""outputs": ["y"]"#, #""outputs": ["tokens.scores"]"#),
        ]
        var text = (try? String(contentsOfFile: Repository.path("examples/llama-block-small/w4g128/graph.json"), encoding: .utf8)) ?? ""
        for (old, new) in replaced { text = text.replacingOccurrences(of: old, with: new) }
        return (try? JSONValue.parse(text)) ?? .null
    }()

    private static func load(_ bindings: [String: Int], _ bucket: LengthBucket?) throws -> Model {
        let model: Model
        if let bucket {
            let open = try GraphReader.read(document, bindings: bindings, bucket: bucket).graph
            model = Model(graph: open, bundle: nil) { length throws(Diagnostics) in
                try GraphReader.read(document, bindings: bindings.merging([bucket.symbol: length]) { $1 }).graph
            }
        } else {
            model = Model(graph: try GraphReader.read(document, bindings: bindings).graph, bundle: nil)
        }
        return model.withRandomValues(seed: 7)
    }

    private static func cost(_ arch: String) throws -> MachineCost { try MachineCost(.make(arch)) }

    private static func model(_ arch: String, capacity: Int) throws -> LanguageModel {
        LanguageModel(target: try .make(arch), capacity: capacity, load: load)
    }

    /// Scores behind each token, by the reference evaluator with empty caches.
    private static func scores(_ tokens: [Int32], capacity: Int) throws -> [[Float]] {
        let model = try load(["seq": tokens.count, "past": 0, "capacity": capacity], nil)
        let outputs = try model.evaluate(["tokens": Tensor(shape: [tokens.count], storage: .int32(tokens))])
        guard case .float32(let values)? = outputs["tokens.scores"]?.storage else { return [] }
        return tokens.indices.map { Array(values[$0 * 300..<($0 + 1) * 300]) }
    }

    private static let prompt: [Int32] = [5, 299, 0, 17, 17, 140]

    @Test(arguments: [("lut-tc", 1), ("lut-tc", 4), ("mac-int8", 16), ("dsp-chain", 3)])
    func cachedStepsMakeTheTokensOfTheWholePrefix(arch: String, bucket: Int) throws {
        let count = 6
        let capacity = Generation.capacity(prompt: Self.prompt.count, count: count, bucket: bucket)
        var expected: [Int32] = []
        for _ in 0..<count {
            let last = try #require(try Self.scores(Self.prompt + expected, capacity: capacity).last)
            expected.append(Int32(last.indices.max { last[$0] < last[$1] } ?? 0))
        }
        let generation = try Generation(Self.model(arch, capacity: capacity), prompt: Self.prompt, count: count, bucket: bucket, cost: Self.cost(arch))
        var made: [Int32] = []
        let report = try generation.run(network: "small", Execution()) { made.append($0) }
        #expect(made == expected && report.tokens == expected.map(Int.init))
        #expect(Set(expected).count > 1)
        // Cached lengths 6...10, in programs for those that round up alike.
        let decode = try #require(report.rows.last)
        #expect(decode.runs == count - 1)
        #expect(decode.programs == Set((6...10).map { ($0 + bucket - 1) / bucket }).count)
    }

    @Test func generationEndsBehindTheLastToken() throws {
        let generation = try Generation(Self.model("mac-int8", capacity: 32), prompt: Self.prompt, count: 8, bucket: 8, cost: Self.cost("mac-int8"))
        let all = try generation.run(network: "small", Execution()).tokens
        let end = Int32(all[2])
        let ended = try generation.run(network: "small", Execution(), isEnd: { $0 == end })
        #expect(ended.tokens == Array(all[...(all.firstIndex(of: Int(end)) ?? 0)]))
    }

    @Test func perplexityIsThatOfTheReferenceScores() throws {
        let text: [Int32] = [3, 1, 4, 1, 5, 9, 2, 6, 5, 3, 5, 8, 9]
        var nats: [Double] = []
        for chunk in [Array(text[0..<6]), Array(text[6..<12])] {
            let scores = try Self.scores(chunk, capacity: 6)
            for index in 1..<chunk.count {
                let shares: [Double] = scores[index - 1].map { exp(Double($0)) }
                let total: Double = shares.reduce(0, +)
                nats.append(-log(shares[Int(chunk[index])] / total))
            }
        }
        let sum: Double = nats.reduce(0, +)
        let expected = exp(sum / 10)
        let report = try PerplexityRun(Self.model("lut-tc", capacity: 6), tokens: text, chunk: 6).run(network: "small", Execution())
        #expect(report.predictions == 10)
        #expect(abs(report.perplexity / expected - 1) < 1e-9)
    }

    @Test func wrongTokensAndGraphsAreRefused() throws {
        let model = try Self.model("mac-int8", capacity: 8)
        #expect(throws: Diagnostic.self) { try Generation(model, prompt: [], count: 1, bucket: 1, cost: Self.cost("mac-int8")) }
        #expect(throws: Diagnostic.self) { try PerplexityRun(model, tokens: [1, 2], chunk: 3) }
        let outside = try Generation(model, prompt: [1, 300], count: 1, bucket: 1, cost: Self.cost("mac-int8"))
        let error = #expect(throws: Diagnostic.self) { try outside.run(network: "small", Execution()) }
        #expect(error?.field == "tokens[1]")
        let run = try Accelsim.run([
            "run", Repository.path("examples/llama-block-small/w4g128/graph.json"), "--arch", "lut-tc", "--prompt-tokens", "1,2",
            "--generate", "2",
        ])
        #expect(run.status == 65 && run.errors.contains("language model"))
    }
}
