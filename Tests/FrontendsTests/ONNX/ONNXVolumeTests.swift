import Frontends
import Graph
import Testing

/// Images of three axes, and rows, which a graph takes as images of two.
@Suite struct ONNXVolumeTests {
    /// Size, stride, dilation and padding along each of D, H, W.
    struct Window {
        var kernel = [3, 2, 2]
        var strides = [1, 1, 1]
        var dilations = [1, 1, 1]
        var before = [0, 0, 0]
        var behind = [0, 0, 0]
        var groups = 1

        func count(_ size: [Int]) -> [Int] {
            (0..<3).map { (size[$0] + before[$0] + behind[$0] - dilations[$0] * (kernel[$0] - 1) - 1) / strides[$0] + 1 }
        }

        /// Places of an image [D, H, W] that the window at `place` meets, `nil` outside.
        func places(_ place: [Int], _ size: [Int]) -> [[Int]?] {
            (0..<kernel[0] * kernel[1] * kernel[2]).map { tap in
                let taps = [tap / (kernel[1] * kernel[2]), tap / kernel[2] % kernel[1], tap % kernel[2]]
                let at = (0..<3).map { place[$0] * strides[$0] + taps[$0] * dilations[$0] - before[$0] }
                return (0..<3).allSatisfy { (0..<size[$0]).contains(at[$0]) } ? at : nil
            }
        }

        var lists: [String: [Int]] { ["strides": strides, "pads": before + behind, "kernel_shape": kernel] }
    }

    private static func all(_ counts: [Int]) -> [[Int]] {
        (0..<counts.reduce(1, *)).map { [$0 / (counts[1] * counts[2]), $0 / counts[2] % counts[1], $0 % counts[2]] }
    }

    private static let size = [5, 4, 6]

    @Test(arguments: [
        Window(), Window(strides: [2, 1, 3], before: [1, 0, 1], behind: [1, 1, 0]), Window(dilations: [2, 1, 2], groups: 2),
        Window(before: [2, 0, 0], behind: [0, 0, 0], groups: 4),
    ])
    func convolutionIsTheSumOverItsWindow(window: Window) throws {
        let volume = Self.size.reduce(1, *), taps = window.kernel.reduce(1, *), own = 4 / window.groups
        let (x, w) = (small(4 * volume, seed: 1), small(4 * own * taps, seed: 2))
        var model = ONNXModel()
        model.input("x", [1, 4] + Self.size)
        model.floats("w", [4, own] + window.kernel, w)
        model.floats("b", [4], [1, 2, 3, 4])
        model.node(
            "Conv", ["x", "w", "b"], "y", integers: ["group": window.groups], lists: window.lists.merging(["dilations": window.dilations]) { $1 })
        model.output("y")
        let run = try model.run(["x": tensor([1, 4] + Self.size, x)])
        let wanted = (0..<4).flatMap { output in
            Self.all(window.count(Self.size)).map { place in
                (0..<own).reduce(Float(output + 1)) { sum, channel in
                    let start = (output / own * own + channel) * volume
                    return zip(window.places(place, Self.size), w[((output * own + channel) * taps)...]).reduce(sum) { sum, tap in
                        sum + (tap.0.map { x[start + ($0[0] * Self.size[1] + $0[1]) * Self.size[2] + $0[2]] } ?? 0) * tap.1
                    }
                }
            }
        }
        #expect(run.outputs["y"]?.shape == [1, 4] + window.count(Self.size))
        #expect(try run.floats("y") == wanted)
    }

    @Test(arguments: [Window(), Window(strides: [2, 2, 1], before: [1, 1, 0], behind: [0, 1, 1])])
    func poolsMeetAllThreeAxes(window: Window) throws {
        let x = small(2 * Self.size.reduce(1, *), seed: 4)
        var model = ONNXModel()
        model.input("x", [1, 2] + Self.size)
        model.node("MaxPool", ["x"], "most", lists: window.lists)
        model.node("AveragePool", ["x"], "mean", lists: window.lists)
        model.node("AveragePool", ["x"], "counted", integers: ["count_include_pad": 1], lists: window.lists)
        for name in ["most", "mean", "counted"] { model.output(name) }
        let run = try model.run(["x": tensor([1, 2] + Self.size, x)])
        var met: [[Float]] = []
        for channel in 0..<2 {
            for place in Self.all(window.count(Self.size)) {
                met.append(
                    window.places(place, Self.size).compactMap { $0 }.map {
                        x[((channel * Self.size[0] + $0[0]) * Self.size[1] + $0[1]) * Self.size[2] + $0[2]]
                    })
            }
        }
        #expect(try run.floats("most") == met.map { $0.max() ?? 0 })
        let taps = Float(window.kernel.reduce(1, *))
        for (index, values) in met.enumerated() {
            let sum = values.reduce(0, +)
            #expect(abs(try run.floats("mean")[index] - sum / Float(values.count)) < 1e-5)
            #expect(abs(try run.floats("counted")[index] - sum / taps) < 1e-5)
        }
    }

    /// A window more, that begins in the image or in the padding before it, but not in that behind.
    @Test func lastWindowsAreCountedFromThePadding() throws {
        var model = ONNXModel()
        model.input("x", [1, 1, 4])
        model.node("MaxPool", ["x"], "y", integers: ["ceil_mode": 1], lists: ["kernel_shape": [3], "strides": [2], "pads": [1, 1]])
        model.output("y")
        let run = try model.run(["x": tensor([1, 1, 4], [1, 5, 2, 3])])
        #expect(try run.floats("y") == [5, 5, 3])
    }

    /// Layers of rows follow each other as images of height 1: the row is moved at its ends alone.
    @Test func rowsStayImagesBetweenConvolutions() throws {
        var model = ONNXModel()
        model.input("x", [1, 2, 5])
        model.floats("w", [2, 2, 1], [1, 2, 3, 4])
        model.node("Conv", ["x", "w"], "a")
        model.node("Relu", ["a"], "b")
        model.node("Conv", ["b", "w"], "y")
        model.output("y")
        let run = try model.run(["x": tensor([1, 2, 5], small(10, seed: 3))])
        #expect(run.operations.count(where: { $0 == "transpose" }) == 2)
    }
}
