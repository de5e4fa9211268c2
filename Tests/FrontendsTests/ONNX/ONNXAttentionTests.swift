import Diagnostics
import Foundation
import Frontends
import Graph
import Testing

/// Attention that is one node, against sums written out here.
@Suite struct ONNXAttentionTests {
    private static let microsoft = "com.microsoft"

    /// softmax(scale q k^T + bias) v of [H, S, D] by [G, T, D], in binary64; `sees` tells which keys a query takes.
    private static func attention(
        _ q: [Float], _ k: [Float], _ v: [Float], heads: Int, groups: Int, depth: Int, scale: Double? = nil,
        score: (Double) -> Double = { $0 }, sees: (_ query: Int, _ key: Int) -> Bool = { _, _ in true }
    ) -> [Float] {
        let (queries, keys) = (q.count / heads / depth, k.count / groups / depth)
        return (0..<heads * queries).flatMap { row -> [Float] in
            let group = row / queries * groups / heads
            let scores = (0..<keys).map { key -> Double in
                guard sees(row % queries, key) else { return -.infinity }
                let dot = (0..<depth).reduce(0.0) { $0 + Double(q[row * depth + $1]) * Double(k[(group * keys + key) * depth + $1]) }
                return score(dot * (scale ?? 1 / Double(depth).squareRoot()))
            }
            let weights = scores.map { exp($0 - (scores.max() ?? 0)) }
            let sum = weights.reduce(0, +)
            return (0..<depth).map { column in
                Float((0..<keys).reduce(0.0) { $0 + weights[$1] / sum * Double(v[(group * keys + $1) * depth + column]) })
            }
        }
    }

    /// [S, H * D] <-> [H, S, D].
    private static func heads(_ numbers: [Float], _ count: Int, depth: Int) -> [Float] {
        let rows = numbers.count / count / depth
        return numbers.indices.map { place -> Float in
            let (row, head) = (place / depth % rows, place / depth / rows)
            return numbers[(row * count + head) * depth + place % depth]
        }
    }
    private static func merged(_ numbers: [Float], _ count: Int, depth: Int) -> [Float] {
        let rows = numbers.count / count / depth
        return numbers.indices.map { place -> Float in
            let (head, row) = (place / depth % count, place / depth / count)
            return numbers[(head * rows + row) * depth + place % depth]
        }
    }

    private static func drawn(_ count: Int, _ seed: Int) -> [Float] { small(count, seed: seed).map { $0 / 4 } }

    private func expectClose(_ got: [Float], _ expected: [Float], _ comment: Comment? = nil) {
        #expect(got.count == expected.count, comment)
        #expect(zip(got, expected).allSatisfy { abs($0 - $1) < 2e-6 }, comment)
    }

    /// Two batches, 2 heads of 3, a bias, a mask that hides keys of the second batch.
    @Test(arguments: [false, true])
    func multiHeadAttentionMasksKeys(_ hasLengths: Bool) throws {
        let (depth, rows, keys) = (3, 4, 5)
        var model = ONNXModel()
        model.input("q", [2, rows, 6])
        model.input("k", [2, keys, 6])
        model.input("v", [2, keys, 6])
        model.input("mask", hasLengths ? [2] : [2, keys], type: 6)
        model.floats("b", [18], Self.drawn(18, 9))
        model.node("MultiHeadAttention", ["q", "k", "v", "b", "mask"], "y", integers: ["num_heads": 2], domain: Self.microsoft)
        model.output("y")
        let (q, k, v) = (Self.drawn(48, 1), Self.drawn(60, 2), Self.drawn(60, 3))
        let mask: [Int32] = hasLengths ? [5, 2] : [1, 1, 1, 1, 1, 1, 1, 0, 0, 0]
        let run = try model.run([
            "q": tensor([2, rows, 6], q), "k": tensor([2, keys, 6], k), "v": tensor([2, keys, 6], v),
            "mask": Tensor(shape: hasLengths ? [2] : [2, keys], storage: .int32(mask)),
        ])
        let b = Self.drawn(18, 9)
        func own(_ numbers: [Float], _ batch: Int, _ part: Int) -> [Float] {
            let size = numbers.count / 2
            let biased = (0..<size).map { numbers[batch * size + $0] + b[part * 6 + $0 % 6] }
            return Self.heads(biased, 2, depth: depth)
        }
        let expected = (0..<2).flatMap { batch in
            Self.merged(
                Self.attention(
                    own(q, batch, 0), own(k, batch, 1), own(v, batch, 2), heads: 2, groups: 2, depth: depth,
                    sees: { _, key in batch == 0 || key < 2 }), 2, depth: depth)
        }
        expectClose(try run.floats("y"), expected)
    }

    /// Queries, keys and values side by side, or keys and values, are what they are apart.
    @Test func packedOperandsEqualSeparateOnes() throws {
        let (heads, depth, rows) = (2, 3, 4)
        let parts = [Self.drawn(24, 1), Self.drawn(24, 2), Self.drawn(24, 3)]
        func packed(_ list: [[Float]]) -> [Float] {
            (0..<rows * heads).flatMap { place in list.flatMap { $0[place * depth..<(place + 1) * depth] } }
        }
        func run(_ inputs: [(String, [Int], [Float])]) throws -> [Float] {
            var model = ONNXModel()
            for (name, shape, _) in inputs { model.input(name, shape) }
            model.node("MultiHeadAttention", inputs.map(\.0), "y", integers: ["num_heads": heads], domain: Self.microsoft)
            model.output("y")
            let tensors = inputs.map { ($0.0, tensor($0.1, $0.2)) }
            return try model.run(Dictionary(uniqueKeysWithValues: tensors)).floats("y")
        }
        let flat = [1, rows, heads * depth]
        let apart = try run([("q", flat, parts[0]), ("k", flat, parts[1]), ("v", flat, parts[2])])
        #expect(try run([("q", [1, rows, heads, 3, depth], packed(parts))]) == apart)
        let pair = ("k", [1, rows, heads, 2, depth], packed(Array(parts[1...])))
        #expect(try run([("q", flat, parts[0]), pair]) == apart)
    }

    private static func rotated(_ x: [Float], rows: Int, depth: Int, from start: Int, isInterleaved: Bool) -> [Float] {
        var result = x
        let half = depth / 2
        for row in 0..<x.count / depth {
            for pair in 0..<half {
                let angle = Double(start + row % rows) * angles[pair]
                let (left, right) = isInterleaved ? (2 * pair, 2 * pair + 1) : (pair, pair + half)
                let (a, b) = (Double(x[row * depth + left]), Double(x[row * depth + right]))
                result[row * depth + left] = Float(a * cos(angle) - b * sin(angle))
                result[row * depth + right] = Float(a * sin(angle) + b * cos(angle))
            }
        }
        return result
    }
    private static let angles = [1.0, 0.125]

    /// Four heads over two of keys, rotary positions, a past, a window and a cap: one step and a prompt whose past is bound to nothing.
    @Test(arguments: [(0, 5), (6, 1), (3, 2)], [false, true])
    func groupedQueriesShareKeys(_ sizes: (past: Int, rows: Int), _ isInterleaved: Bool) throws {
        let (heads, groups, depth, past, rows) = (4, 2, 4, sizes.past, sizes.rows)
        var model = ONNXModel()
        model.input("q", [1, rows, heads * depth])
        model.input("k", [1, rows, groups * depth])
        model.input("v", [1, rows, groups * depth])
        model.input("pk", [1, groups, "past", depth])
        model.input("pv", [1, groups, "past", depth])
        model.input("seqlens", [1], type: 6)
        model.integers("total", [], [past + rows])
        for (name, function) in [("cos", cos), ("sin", sin)] as [(String, (Double) -> Double)] {
            model.floats(name, [16, 2], (0..<32).map { Float(function(Double($0 / 2) * Self.angles[$0 % 2])) })
        }
        model.node(
            "GroupQueryAttention", ["q", "k", "v", "pk", "pv", "seqlens", "total", "cos", "sin"], "y",
            integers: [
                "num_heads": heads, "kv_num_heads": groups, "do_rotary": 1, "rotary_interleaved": isInterleaved ? 1 : 0, "local_window_size": 4,
            ],
            floats: ["softcap": 2], domain: Self.microsoft)
        model.output("y")
        let (q, k, v) = (Self.drawn(rows * 16, 1), Self.drawn(rows * 8, 2), Self.drawn(rows * 8, 3))
        let (pk, pv) = (Self.drawn(past * 8, 4), Self.drawn(past * 8, 5))
        func result(last: Int) throws -> [Float] {
            var inputs = [
                "q": tensor([1, rows, 16], q), "k": tensor([1, rows, 8], k), "v": tensor([1, rows, 8], v),
                "seqlens": Tensor(shape: [1], storage: .int32([Int32(last)])),
            ]
            if past > 0 { (inputs["pk"], inputs["pv"]) = (tensor([1, groups, past, depth], pk), tensor([1, groups, past, depth], pv)) }
            let formats = try ImportFormats(weights: nil, activations: nil, bindings: ["past": past])
            return try model.run(inputs, formats: formats).floats("y")
        }
        func kept(_ old: [Float], _ new: [Float]) -> [Float] {
            (0..<groups).flatMap { group -> [Float] in
                let (before, now) = (past * depth, rows * depth)
                return Array(old[group * before..<(group + 1) * before]) + Array(new[group * now..<(group + 1) * now])
            }
        }
        func turned(_ x: [Float], _ count: Int) -> [Float] {
            Self.rotated(Self.heads(x, count, depth: depth), rows: rows, depth: depth, from: past, isInterleaved: isInterleaved)
        }
        let attended = Self.attention(
            turned(q, heads), kept(pk, turned(k, groups)), kept(pv, Self.heads(v, groups, depth: depth)), heads: heads, groups: groups, depth: depth,
            score: { 2 * tanh($0 / 2) }, sees: { $1 <= past + $0 && $1 > past + $0 - 4 })
        expectClose(try result(last: past + rows - 1), Self.merged(attended, heads, depth: depth))
        // A sequence that is shorter than its tensor is no number rather than a wrong one.
        #expect(try result(last: past + rows - 2).allSatisfy(\.isNaN))
    }

    /// Truth values are masks, missing keys are not seen, and scores come out where they are asked for.
    @Test(arguments: 0...3)
    func scoresOfStandardAttentionAreOutputs(_ mode: Int) throws {
        let (rows, keys, depth) = (2, 4, 2)
        var model = ONNXModel(version: 24)
        model.input("q", [1, 1, rows, depth])
        model.input("k", [1, 1, keys, depth])
        model.input("v", [1, 1, keys, depth])
        model.tensor("mask", [rows, 3], type: 9) { $0.int32Data = [1, 1, 1, 1, 0, 1] }
        model.node("Attention", ["q", "k", "v", "mask"], "y", integers: ["qk_matmul_output_mode": mode], floats: ["softcap": 1.5, "scale": 0.5])
        model.proto.graph.node[0].output = ["y", "", "", "scores"]
        model.output("y")
        model.output("scores")
        let (q, k, v) = (Self.drawn(4, 1), Self.drawn(8, 2), Self.drawn(8, 3))
        let run = try model.run(["q": tensor([1, 1, 2, 2], q), "k": tensor([1, 1, 4, 2], k), "v": tensor([1, 1, 4, 2], v)])
        let sees = { (query: Int, key: Int) in key < 3 && !(query == 1 && key == 1) }
        let cap = { (x: Double) in 1.5 * tanh(x / 1.5) }
        expectClose(
            try run.floats("y"), Self.attention(q, k, v, heads: 1, groups: 1, depth: 2, scale: 0.5, score: cap, sees: sees))
        let raw = (0..<rows * keys).map { place in
            0.5 * (0..<depth).reduce(0.0) { $0 + Double(q[place / keys * depth + $1]) * Double(k[place % keys * depth + $1]) }
        }
        let masked = raw.enumerated().map { sees($0 / keys, $0 % keys) ? cap($1) : -.infinity }
        let softmax = masked.enumerated().map { place, score in
            exp(score) / masked[place / keys * keys..<place / keys * keys + keys].reduce(0.0) { $0 + exp($1) }
        }
        let expected = [raw, raw.map(cap), masked, softmax][mode]
        for (got, wanted) in zip(try run.floats("scores"), expected) { #expect(Double(got) == wanted || abs(Double(got) - wanted) < 2e-6) }
    }

    /// Positions as exporters make them of a mask: running counts, and a choice between whole numbers.
    @Test func positionsOfAMaskAreWhole() throws {
        var model = ONNXModel()
        model.input("mask", [2, 5], type: 7)
        model.integers("axis", [], [1])
        model.integers("one", [1], [1])
        model.integers("zero", [1], [0])
        model.node("CumSum", ["mask", "axis"], "count")
        model.node("Sub", ["count", "one"], "place")
        model.node("Equal", ["mask", "zero"], "padding")
        model.node("Where", ["padding", "one", "place"], "positions")
        model.node("ReduceSum", ["mask", "axes"], "lengths", integers: ["keepdims": 0])
        model.integers("axes", [1], [1])
        model.output("positions", type: 7)
        model.output("lengths", type: 7)
        let run = try model.run(["mask": Tensor(shape: [2, 5], storage: .int32([1, 1, 1, 1, 1, 0, 0, 1, 1, 1]))])
        #expect(run.outputs["positions"]?.storage == .int32([0, 1, 2, 3, 4, 1, 1, 0, 1, 2]))
        #expect(run.outputs["lengths"]?.storage == .int32([5, 3]))
    }

    /// Two batches of one matrix by three of another.
    @Test func matricesAreStretchedOverOneAnother() throws {
        var model = ONNXModel()
        model.input("a", [3, 1, 1, 2])
        model.input("b", [1, 2, 2, 1])
        model.node("MatMul", ["a", "b"], "y")
        model.output("y")
        let (a, b) = (small(6, seed: 1), small(4, seed: 2))
        let run = try model.run(["a": tensor([3, 1, 1, 2], a), "b": tensor([1, 2, 2, 1], b)])
        let expected = (0..<6).map { place -> Float in
            let (row, matrix) = (place / 2 * 2, place % 2 * 2)
            return a[row] * b[matrix] + a[row + 1] * b[matrix + 1]
        }
        #expect(try run.floats("y") == expected)
    }

    @Test func whatIsNotThereSaysSo() throws {
        func reasons(_ operation: String, _ inputs: [String], _ integers: [String: Int], domain: String = "com.microsoft") throws -> String {
            var model = ONNXModel(version: 24)
            for name in ["q", "k", "v"] { model.input(name, [1, 4, 8]) }
            model.input("past", [1, 2, 3, 4])
            model.input("l", [1], type: 6)
            model.input("flat", [4])
            model.floats("number", [], [1])
            model.node(operation, inputs, "y", integers: integers, domain: domain)
            model.output("y")
            return try model.problems().map(\.description).joined()
        }
        #expect(try reasons("MultiHeadAttention", ["q", "k", "v"], [:]).contains("num_heads: is 0"))
        #expect(try reasons("MultiHeadAttention", ["q", "k", "v"], ["num_heads": 3]).contains("3 heads of [1, 4, 8]"))
        #expect(try reasons("MultiHeadAttention", ["q", "k", "v", "", "", "", "", "", "l"], ["num_heads": 2]).contains("shared buffer"))
        #expect(try reasons("Attention", ["q", "k", "v"], ["q_num_heads": 2, "kv_num_heads": 2, "qk_matmul_output_mode": 7], domain: "").contains("is 7"))
        #expect(try reasons("MultiHeadAttention", ["q", "k", "v", "number"], ["num_heads": 2]).contains("[] in parts of [8, 8, 8]"))
        #expect(try reasons("MultiHeadAttention", ["q", "k", "v", "", "", "", "q", "q"], ["num_heads": 2]).contains("a past of shape [1, 4, 8]"))
        #expect(try reasons("Attention", ["q", "number"], ["num_heads": 2]).contains("weights of shape []"))
        #expect(try reasons("Attention", ["flat", "k", "v"], ["q_num_heads": 2, "kv_num_heads": 2], domain: "").contains("an operand of shape [4]"))
        #expect(try reasons("RotaryEmbedding", ["flat", "l", "k", "k"], [:]).contains("an input of shape [4]"))
        #expect(try reasons("GroupQueryAttention", ["q", "k", "v", "", "", "l"], ["num_heads": 2, "kv_num_heads": 2, "smooth_softmax": 1]).contains("sink"))
    }
}
