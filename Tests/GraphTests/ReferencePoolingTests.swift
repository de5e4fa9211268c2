import BigInt
import Formats
import Graph
import Testing

@Suite struct ReferencePoolingTests {
    private let encoding = TensorEncoding.codes(.int8, scale: .uniform(0.1), zero: .uniform(-7))

    /// Values of the windows of a [1, H, W, 1] image, `nil` in the padding.
    private func windows(_ image: [[Int]], _ pool: Pool) -> [[Int?]] {
        let height = (image.count + pool.padding[0] + pool.padding[2] - pool.window[0]) / pool.stride[0] + 1
        let width = (image[0].count + pool.padding[1] + pool.padding[3] - pool.window[1]) / pool.stride[1] + 1
        return (0..<height * width).map { index in
            (0..<pool.window[0] * pool.window[1]).map { tap in
                let y = index / width * pool.stride[0] - pool.padding[0] + tap / pool.window[1]
                let x = index % width * pool.stride[1] - pool.padding[1] + tap % pool.window[1]
                return image.indices.contains(y) && image[0].indices.contains(x) ? image[y][x] : nil
            }
        }
    }

    @Test(arguments: [false, true]) func averageOfCodesRoundsTheQuotientOnce(_ countsPadding: Bool) throws {
        var random = SeededGenerator(81)
        let image = (0..<5).map { _ in random.integers(7, -128...127) }
        let pool = Pool(
            function: .average, window: [3, 2], stride: [2, 1], padding: [1, 0, 1, 1], countsPadding: countsPadding)
        let expected = windows(image, pool).map { window in
            // A padding tap that counts is a real zero, the zero point.
            let values = window.compactMap { $0 ?? (countsPadding ? -7 : nil) }
            let quotient = OneRounding.divide(Float(values.reduce(0, +)), Float(values.count))
            return Int(Fraction(quotient).rounded())
        }
        var node = OneNode(.pool(pool))
        node.add("x", [1, 5, 7, 1], encoding, image.flatMap { $0 })
        #expect(try node.integers([1, 3, 7, 1], encoding) == expected)
    }

    @Test func maximumIgnoresPadding() throws {
        var random = SeededGenerator(82)
        let image = (0..<4).map { _ in random.integers(5, -128 ... -100) }
        let pool = Pool(function: .max, window: [2, 2], stride: [2, 2], padding: [0, 1, 0, 0])
        var node = OneNode(.pool(pool))
        node.add("x", [1, 4, 5, 1], encoding, image.flatMap { $0 })
        let expected = windows(image, pool).map { $0.compactMap { $0 }.max() ?? 0 }
        #expect(try node.integers([1, 2, 3, 1], encoding) == expected)
    }

    @Test(arguments: [false, true]) func averageOfFloatsSumsTheWindowAsABlock(_ countsPadding: Bool) throws {
        let pool = Pool(
            function: .average, window: [1, 3], stride: [1, 1], padding: [0, 1, 0, 1], countsPadding: countsPadding)
        var node = OneNode(.pool(pool))
        node.add("x", [1, 1, 3, 1], [0.1, 0.2, 0.7])
        let (a, b, c): (Float, Float, Float) = (0.1, 0.2, 0.7)
        let sums = [OneRounding.add(a, b), OneRounding.add(OneRounding.add(a, b), c), OneRounding.add(b, c)]
        let counts: [Float] = countsPadding ? [3, 3, 3] : [2, 3, 2]
        #expect(try node.floats([1, 1, 3, 1]) == zip(sums, counts).map { OneRounding.divide($0, $1) })
    }

    @Test func globalPoolKeepsChannelsApart() throws {
        var node = OneNode(.globalPool(.max))
        node.add("x", [2, 1, 2, 2], [1, 5, 3, 4, -1, -2, -3, 0])
        #expect(try node.floats([2, 1, 1, 2]) == [3, 5, -1, 0])
    }

    @Test func aWindowInThePaddingIsAnError() {
        var node = OneNode(.pool(Pool(function: .max, window: [1, 1], stride: [1, 1], padding: [0, 1, 0, 0])))
        node.add("x", [1, 1, 1, 1], [1])
        #expect(diagnostics { _ = try node.floats([1, 1, 2, 1]) }.contains("padding only"))
    }
}
