import Formats
import Graph
import Testing

/// `conv2d` against seven loops over random shapes.
@Suite struct ReferenceConvolutionTests {
    struct Shape {
        var batch: Int, height: Int, width: Int, channels: Int, filters: Int
        var kernel: [Int], stride: [Int], padding: [Int], dilation: [Int], groups: Int

        var outputHeight: Int { (height + padding[0] + padding[2] - dilation[0] * (kernel[0] - 1) - 1) / stride[0] + 1 }
        var outputWidth: Int { (width + padding[1] + padding[3] - dilation[1] * (kernel[1] - 1) - 1) / stride[1] + 1 }
        var output: [Int] { [batch, outputHeight, outputWidth, filters] }
        var attributes: Convolution {
            Convolution(stride: stride, padding: padding, dilation: dilation, groups: groups)
        }
        var channelsPerGroup: Int { channels / groups }
        var weightShape: [Int] { [filters, kernel[0], kernel[1], channelsPerGroup] }

        init(_ random: inout SeededGenerator) {
            func draw(_ range: ClosedRange<Int>) -> Int { Int.random(in: range, using: &random) }
            groups = draw(1...3)
            channels = groups * draw(1...5)
            filters = groups * draw(1...4)
            batch = draw(1...2)
            height = draw(3...9)
            width = draw(3...9)
            kernel = [draw(1...3), draw(1...3)]
            stride = [draw(1...3), draw(1...3)]
            dilation = [draw(1...2), draw(1...2)]
            padding = (0..<4).map { _ in draw(0...2) }
            while outputHeight < 1 || height + padding[0] + padding[2] < dilation[0] * (kernel[0] - 1) + 1 {
                height += 1
            }
            while outputWidth < 1 || width + padding[1] + padding[3] < dilation[1] * (kernel[1] - 1) + 1 { width += 1 }
        }

        /// Visits every tap inside the image: batch, y, x, filter, kh, kw, channel of the group.
        func sum(_ body: (_ image: Int, _ weight: Int) -> Int) -> [Int] {
            var results: [Int] = []
            for b in 0..<batch {
                for y in 0..<outputHeight {
                    for x in 0..<outputWidth {
                        for o in 0..<filters {
                            var total = 0
                            for kh in 0..<kernel[0] {
                                for kw in 0..<kernel[1] {
                                    for c in 0..<channelsPerGroup {
                                        let row = y * stride[0] + kh * dilation[0] - padding[0]
                                        let column = x * stride[1] + kw * dilation[1] - padding[1]
                                        if row < 0 || row >= height || column < 0 || column >= width { continue }
                                        let channel = o / (filters / groups) * channelsPerGroup + c
                                        total += body(
                                            ((b * height + row) * width + column) * channels + channel,
                                            ((o * kernel[0] + kh) * kernel[1] + kw) * channelsPerGroup + c)
                                    }
                                }
                            }
                            results.append(total)
                        }
                    }
                }
            }
            return results
        }
    }

    @Test(arguments: 0..<40) func accumulatorEqualsSevenLoops(_ seed: UInt64) throws {
        var random = SeededGenerator(100 + seed)
        let shape = Shape(&random)
        let image = [shape.batch, shape.height, shape.width, shape.channels]
        let x = random.integers(image.reduce(1, *), 0...255)
        let w = random.integers(shape.weightShape.reduce(1, *), -8...7)
        let zeros = random.integers(shape.filters, -2...2)
        let bias = random.integers(shape.filters, -1000...1000)
        var node = OneNode(.conv2d(shape.attributes, output: .accumulator))
        node.add("x", image, .codes(.uint8, zero: .uniform(17)), x)
        node.add("w", shape.weightShape, .codes(.signed(bits: 4), zero: .tensor("z", .axis(0))), w)
        node.add("b", [shape.filters], .int32, bias)
        node.add("z", [shape.filters], .int32, zeros, as: .parameter)
        let perFilter = shape.weightShape[1...].reduce(1, *)
        let sums = shape.sum { (x[$0] - 17) * (w[$1] - zeros[$1 / perFilter]) }
        #expect(try node.integers(shape.output) == sums.enumerated().map { $1 + bias[$0 % shape.filters] })
    }

    /// Small powers of two and small integers: every partial sum is exact, so any order gives the same bits.
    @Test(arguments: 0..<10) func floatConvolutionEqualsSevenLoops(_ seed: UInt64) throws {
        var random = SeededGenerator(200 + seed)
        let shape = Shape(&random)
        let image = [shape.batch, shape.height, shape.width, shape.channels]
        let x = random.integers(image.reduce(1, *), -100...100)
        let w = random.integers(shape.weightShape.reduce(1, *), -100...100)
        var node = OneNode(.conv2d(shape.attributes, output: .float32))
        node.add("x", image, x.map { Float($0) / 8 })
        node.add("w", shape.weightShape, w.map { Float($0) / 16 })
        let expected = shape.sum { x[$0] * w[$1] }.map { Float($0) / 128 }
        #expect(try node.floats(shape.output) == expected)
    }

    /// Groups of cin = 2 of 3 channels: K = 4 taps x 3 is cut after 2, 3, 5, 6, ...
    @Test func weightGroupsCutEveryTap() throws {
        var random = SeededGenerator(31)
        let x = random.integers(2 * 2 * 3, -128...127)
        let w = random.integers(2 * 2 * 3, -128...127)
        let scales = random.floats(2 * 2 * 2, 0.01...0.1)
        var node = OneNode(.conv2d(Convolution(), output: .float32))
        node.add("x", [1, 2, 2, 3], .codes(.int8, scale: .uniform(0.7)), x)
        node.add("w", [1, 2, 2, 3], .codes(.int8, scale: .tensor("s", .group(size: 2))), w)
        node.add("s", [1, 2, 2, 2], scales, as: .parameter)
        var accumulated: Float = 0
        for tap in 0..<4 {
            for (group, channels) in [0..<2, 2..<3].enumerated() {
                let sum = channels.reduce(0) { $0 + x[tap * 3 + $1] * w[tap * 3 + $1] }
                let term = OneRounding.multiply(Float(sum), scales[tap * 2 + group])
                accumulated = OneRounding.add(accumulated, term)
            }
        }
        #expect(try node.floats([1, 1, 1, 1]) == [OneRounding.multiply(accumulated, 0.7)])
    }

    /// Per-pixel activation scales; the tap in the padding contributes nothing.
    @Test func activationScalesBelongToTheirPixel() throws {
        var node = OneNode(.conv2d(Convolution(padding: [0, 1, 0, 0]), output: .float32))
        node.add("x", [1, 1, 2, 2], .codes(.int8, scale: .tensor("s", .group(size: 2))), [1, 2, 3, 4])
        node.add("w", [1, 1, 2, 2], .codes(.int8, scale: .uniform(0.25)), [1, 1, 10, 10])
        node.add("s", [1, 1, 2, 1], [0.5, 2], as: .parameter)
        // x = 0: padding, then 30 * 0.5. x = 1: 3 * 0.5 + 70 * 2. Then times 0.25.
        #expect(try node.floats([1, 1, 2, 1]) == [3.75, 35.375])
    }
}
