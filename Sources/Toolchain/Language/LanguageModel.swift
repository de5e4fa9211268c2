import Arch
import Compiler
import Diagnostics
import Graph

/// A graph that scores what follows each of the tokens that enter it: an input `tokens` of `seq` int32 (and `positions`, where a
/// table of them is read), one output [seq, vocabulary], and caches of `capacity` tokens that hold the `past` ones.
public struct LanguageModel: Sendable {
    public let target: Target
    /// Tokens that the caches hold.
    public let capacity: Int
    private let options: CompilerOptions
    /// Programs of all lengths have the same weights.
    private let laidOut = LaidOutConstants()
    private let load: @Sendable ([String: Int], LengthBucket?) throws -> Model

    /// - Parameter load: the graph with these symbols bound, one of them perhaps left open.
    public init(
        target: Target, options: CompilerOptions = CompilerOptions(), capacity: Int,
        load: @escaping @Sendable ([String: Int], LengthBucket?) throws -> Model
    ) {
        self.target = target
        self.options = options
        self.capacity = capacity
        self.load = load
    }

    /// A program for `count` tokens behind `past`, or behind any number of tokens that rounds up like it when a bucket is given.
    func job(count: Int, past: Int, bucket: LengthBucket? = nil) throws -> Job {
        let model: Model
        do { model = try load(["seq": count, "past": past, "capacity": capacity], bucket) } catch var problems as Diagnostics
            where problems.all.contains(where: { $0.field == "symbols" })
        {
            problems.report(Diagnostic("the graph is no language model: those have the symbols 'seq', 'past' and 'capacity' (docs/import.md)"))
            throw problems
        }
        if let problem = Self.problem(model.graph) { throw Diagnostic(file: model.path, field: problem.field, problem.message) }
        return try Job(model, target: target, options: options, laidOut: laidOut)
    }

    /// What keeps a graph from being a language model.
    private static func problem(_ graph: Graph) -> Diagnostic? {
        guard graph.inputs.contains("tokens"), graph.inputs.allSatisfy({ ["tokens", "positions"].contains($0) }) else {
            return Diagnostic(
                field: "inputs",
                "\(graph.inputs.joined(separator: ", ")); a language model has 'tokens', and 'positions' where it needs them")
        }
        guard graph.outputs.count == 1, let type = graph.types[graph.outputs[0]], type.shape.count == 2,
            type.encoding.codec == .float32
        else { return Diagnostic(field: "outputs", "one output [seq, vocabulary] of f32 scores is expected") }
        return nil
    }

    /// What enters a job.
    func inputs(_ tokens: [Int32], past: Int) -> [String: Tensor] {
        let positions = tokens.indices.map { Int32(past + $0) }
        return [
            "tokens": Tensor(shape: [tokens.count], storage: .int32(tokens)),
            "positions": Tensor(shape: [tokens.count], storage: .int32(positions)),
        ]
    }
}

extension Job {
    /// Entries of a language model's vocabulary.
    var vocabulary: Int { model.graph.types[model.graph.outputs[0]]?.shape.last ?? 0 }

    /// - Throws: the first token that the vocabulary does not have.
    func check(_ tokens: [Int32]) throws {
        guard let wrong = tokens.firstIndex(where: { $0 < 0 || Int($0) >= vocabulary }) else { return }
        throw Diagnostic(
            file: model.path, field: "tokens[\(wrong)]", "is \(tokens[wrong]), outside the vocabulary of \(vocabulary)")
    }
}

/// Scores of the tokens that entered last, row by row.
struct TokenScores {
    private let values: [Float]
    private let vocabulary: Int

    init(_ outputs: [String: Tensor], of job: Job) throws {
        guard let tensor = outputs[job.model.graph.outputs[0]], case .float32(let values) = tensor.storage else {
            throw Diagnostic(file: job.model.path, field: "outputs", "is no f32")
        }
        self.values = values
        vocabulary = job.vocabulary
    }

    var rows: Int { vocabulary == 0 ? 0 : values.count / vocabulary }

    func row(_ index: Int) -> ArraySlice<Float> { values[index * vocabulary..<(index + 1) * vocabulary] }

    /// The entry with the greatest score behind the last token; the first of equals.
    var greatest: Int32 {
        let last = row(rows - 1)
        var best = last.startIndex
        for index in last.indices where last[index] > last[best] { best = index }
        return Int32(best - last.startIndex)
    }
}
