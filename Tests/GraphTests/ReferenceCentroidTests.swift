import Formats
import Graph
import Testing

/// Sums by centroid against docs/numerics.md, one exact rounding per step.
@Suite struct ReferenceCentroidTests {
    static func half(_ x: Float) -> Float { Binary16.widened(Binary16.narrowed(x)) }

    /// One output of one pass, then the next pass.
    static func sum(_ a: [Float], _ w: [Float], _ centroids: [Float]) -> Float {
        stride(from: 0, to: a.count, by: 1024).reduce(Float(0)) { total, first in
            let pass = first..<min(a.count, first + 1024)
            var result: Float = 0
            for k in pass where !centroids.contains(w[k]) { result = OneRounding.add(result, OneRounding.multiply(a[k], w[k])) }
            for centroid in centroids {
                let added = pass.filter { w[$0] == centroid }.reduce(Float(0)) { OneRounding.add($0, a[$1]) }
                result = OneRounding.add(result, OneRounding.multiply(centroid, added))
            }
            return OneRounding.add(total, result)
        }
    }

    static func encoding(_ centroids: [Float]) -> TensorEncoding {
        TensorEncoding(codec: .float16, dictionary: WeightDictionary(centroids: centroids.map(Binary16.narrowed)))
    }

    @Test(arguments: [1, 9, 300, 1024, 1025, 2500])
    func linearAddsByCentroid(depth: Int) throws {
        var random = SeededGenerator(UInt64(depth))
        let centroids = random.floats(7, -1...1).map(Self.half).sorted()
        let (rows, columns) = (2, 3)
        let x = random.floats(rows * depth, -3...3).map(Self.half)
        let far = random.floats(columns * depth, 2...9).map(Self.half)
        let choice = random.integers(columns * depth, 0...20)
        let w = choice.indices.map { choice[$0] == 20 ? far[$0] : centroids[choice[$0] % 7] }
        let bias = random.floats(columns, -1...1)
        var node = OneNode(.linear(output: .float(.centroids1024)))
        node.add(
            "x", TensorType(shape: [rows, depth], encoding: TensorEncoding(codec: .float16)),
            Tensor(shape: [rows, depth], storage: .float16(x.map(Binary16.narrowed))), .operand)
        node.add(
            "w", TensorType(shape: [columns, depth], encoding: Self.encoding(centroids)),
            Tensor(shape: [columns, depth], storage: .float16(w.map(Binary16.narrowed))), .operand)
        node.add("b", [columns], bias)
        let expected = (0..<rows).flatMap { row in
            (0..<columns).map { column in
                OneRounding.add(
                    Self.sum(Array(x[row * depth..<(row + 1) * depth]), Array(w[column * depth..<(column + 1) * depth]), centroids),
                    bias[column])
            }
        }
        #expect(try node.floats([rows, columns]) == expected)
    }

    /// Rounded to f16 first; 0.2500001 is 0.25 then, and as far from 0 as from 0.5. What is outside the range stays.
    @Test func numbersBecomeTheNearestCentroid() throws {
        let centroids: [Float] = [-1, 0, 0.5]
        var node = OneNode(.assignCentroids(within: -2...4))
        let numbers: [Float] = [0.2500001, 0.26, -0.5, -0.6, 4, 4.004, -2, -2.01, 70000, -0.0]
        node.add("x", [numbers.count], numbers)
        let type = TensorType(shape: [numbers.count], encoding: Self.encoding(centroids))
        let expected: [Float] = [0, 0.5, -1, -1, 0.5, Self.half(4.004), -1, Self.half(-2.01), .infinity, 0]
        #expect(try node.run(type)[0].storage == .float16(expected.map(Binary16.narrowed)))
    }

    /// Codes count as f32((v - z) * scale).
    @Test func codesBecomeTheNearestCentroidOfWhatTheyStandFor() throws {
        var node = OneNode(.assignCentroids(within: -100...100))
        node.add(
            "x", [2, 2], TensorEncoding(codec: .signed(bits: 4), scale: .tensor("s", .axis(0)), zeroPoint: .uniform(1)), [-7, 1, 3, 7])
        node.add("s", [2], [0.25, 2], as: .parameter)
        let type = TensorType(shape: [2, 2], encoding: Self.encoding([-2, 0, 4, 11.5]))
        #expect(try node.run(type)[0].storage == .float16([-2, 0, 4, 11.5].map { Binary16.narrowed($0) }))
    }
}
