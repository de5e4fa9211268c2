import Frontends
import Graph
import Testing

/// Pools whose windows have gaps, or reach over padding that is counted, against windows walked by hand.
@Suite struct ONNXTapTests {
    struct Pool: CustomTestStringConvertible {
        var size: [Int]
        var kernel: [Int]
        var strides: [Int]
        var dilations: [Int]
        var pads: [Int]
        var isCeiled = false
        var isCounted = false

        var testDescription: String { "\(size) \(kernel) \(strides) \(dilations) \(pads) \(isCeiled) \(isCounted)" }

        func result(_ axis: Int) -> Int {
            let room = size[axis] + pads[axis] + pads[axis + size.count] - dilations[axis] * (kernel[axis] - 1) - 1
            let count = (room + (isCeiled ? strides[axis] - 1 : 0)) / strides[axis] + 1
            // A window that would begin behind the image is left out.
            return (count - 1) * strides[axis] >= size[axis] + pads[axis] ? count - 1 : count
        }
    }

    static let pools = [
        Pool(size: [9], kernel: [3], strides: [2], dilations: [2], pads: [1, 1]),
        Pool(size: [7, 8], kernel: [2, 3], strides: [1, 1], dilations: [2, 2], pads: [0, 0, 0, 0]),
        Pool(size: [7, 8], kernel: [3, 3], strides: [2, 3], dilations: [1, 2], pads: [2, 1, 0, 3]),
        Pool(size: [8, 9], kernel: [3, 2], strides: [3, 2], dilations: [2, 3], pads: [1, 1, 1, 1], isCeiled: true),
        Pool(size: [8, 9], kernel: [3, 3], strides: [3, 2], dilations: [1, 1], pads: [1, 1, 1, 1], isCeiled: true, isCounted: true),
        Pool(size: [6, 5, 7], kernel: [2, 2, 3], strides: [1, 2, 2], dilations: [2, 1, 2], pads: [0, 1, 1, 1, 0, 1], isCounted: true),
    ]

    @Test(arguments: pools, ["MaxPool", "AveragePool"])
    func windowsAreWalked(pool: Pool, operation: String) throws {
        let channels = 3, places = pool.size.reduce(1, *)
        let x = small(channels * places, seed: 5)
        var model = ONNXModel(version: 19)
        model.input("x", [1, channels] + pool.size)
        let counted = operation == "AveragePool" && pool.isCounted
        model.node(
            operation, ["x"], "y", integers: ["ceil_mode": pool.isCeiled ? 1 : 0].merging(counted ? ["count_include_pad": 1] : [:]) { $1 },
            lists: ["kernel_shape": pool.kernel, "strides": pool.strides, "dilations": pool.dilations, "pads": pool.pads])
        model.output("y")
        let run = try model.run(["x": tensor([1, channels] + pool.size, x)])
        let results = pool.size.indices.map { pool.result($0) }
        #expect(run.outputs["y"]?.shape == [1, channels] + results)
        var wanted: [Float] = []
        for channel in 0..<channels {
            let image = Array(x[channel * places..<(channel + 1) * places])
            for place in Self.places(results) { wanted.append(Self.value(image, pool, place, operation, counted: counted)) }
        }
        for (found, right) in zip(try run.floats("y"), wanted) { #expect(abs(found - right) <= 1e-6 * max(1, abs(right))) }
    }

    /// All places of a box, the last axis fastest.
    private static func places(_ sizes: [Int]) -> [[Int]] {
        sizes.reduce([[]]) { places, size in places.flatMap { place in (0..<size).map { place + [$0] } } }
    }

    private static func value(_ image: [Float], _ pool: Pool, _ place: [Int], _ operation: String, counted: Bool) -> Float {
        var inside: [Float] = [], onPadding = 0
        for tap in places(pool.kernel) {
            let at = pool.size.indices.map { place[$0] * pool.strides[$0] + tap[$0] * pool.dilations[$0] - pool.pads[$0] }
            if zip(at, pool.size).allSatisfy({ (0..<$1).contains($0) }) {
                inside.append(image[zip(at, pool.size).reduce(0) { $0 * $1.1 + $1.0 }])
            } else if pool.size.indices.allSatisfy({ at[$0] < pool.size[$0] + pool.pads[$0 + pool.size.count] }) {
                onPadding += 1
            }
        }
        if operation == "MaxPool" { return inside.max() ?? 0 }
        return inside.reduce(0, +) / Float(inside.count + (counted ? onPadding : 0))
    }
}
