import Arch
import Engines
import Testing

/// Compute cycles of the simulator that MixPE's authors published: an output-stationary array takes
/// ceil(rows / N) * ceil(columns / M) * K, which is what the output-stationary engine issues.
struct PublishedTimeTests {
    struct Network: Sendable {
        var hidden, feedForward, layers: Int
        var hasPatches: Bool
        var ratios: [Double]
    }

    /// W4A8, INT8, W4A16, to FP16. ViT, ViT-Huge, OPT-6.7B, "Llama2-13B".
    static let networks = [
        Network(hidden: 768, feedForward: 3072, layers: 12, hasPatches: true, ratios: [0.161, 0.857, 0.557]),
        Network(hidden: 1280, feedForward: 5120, layers: 32, hasPatches: true, ratios: [0.123, 0.868, 0.339]),
        Network(hidden: 4096, feedForward: 16384, layers: 32, hasPatches: false, ratios: [0.097, 0.871, 0.194]),
        Network(hidden: 5120, feedForward: 20480, layers: 40, hasPatches: false, ratios: [0.097, 0.874, 0.195]),
    ]

    /// Positions for products and for dequantisation; MixPE dequantises once per group of 128.
    struct Design: Sendable {
        var main, wide: (Int, Int)
        var afterGroups: Bool
    }

    static let designs = [
        Design(main: (128, 128), wide: (64, 64), afterGroups: true), Design(main: (32, 32), wide: (32, 32), afterGroups: false),
        Design(main: (64, 64), wide: (32, 32), afterGroups: true), Design(main: (32, 28), wide: (32, 28), afterGroups: false),
    ]

    static func issued(_ positions: (Int, Int), rows: Int, columns: Int, depth: Int) -> Int {
        // Eight bits take two elements on each side.
        let multiply = TimingTests.multiply(
            .init(rows: rows, columns: columns, ky: 1, kx: 1, run: depth, group: nil, bits: 8), .int8)
        return AntArray(rows: 2 * positions.0, columns: 2 * positions.1).timing(multiply, shape: nil).occupancyParts
            .filter { $0.term == .ideal || $0.term == .raggedEdges }.reduce(0) { $0 + $1.cycles }
    }

    static func cycles(_ network: Network, _ design: Design) -> Int {
        let (h, f) = (network.hidden, network.feedForward)
        var layer = 0
        for (columns, depth) in [(3 * h, h), (h, h), (f, h), (h, f)] {
            layer += issued(design.main, rows: 64, columns: columns, depth: depth)
            layer += design.afterGroups
                ? issued(design.wide, rows: 64, columns: columns / 128, depth: depth / 8)
                : issued(design.wide, rows: 64, columns: columns / 8, depth: depth)
        }
        let patches = network.hasPatches ? issued(design.wide, rows: 64 * 196, columns: h, depth: 768) : 0
        return patches + network.layers * layer
    }

    @Test(arguments: networks.indices) func ratiosAreThoseOfTheReplica(_ index: Int) {
        let all = Self.designs.map { Self.cycles(Self.networks[index], $0) }
        for (cycles, ratio) in zip(all, Self.networks[index].ratios) {
            #expect(abs(Double(cycles) / Double(all[3]) - ratio) < 0.00051)
        }
        if index == 2 { #expect(all == [50_479_104, 452_984_832, 101_056_512, 520_093_696]) }
    }
}
