import Arch
import Cosim
import Engines
import Testing

/// Runs on a layer's codes, which energies are measured with.
@Suite(.enabled(if: Tool.missing.isEmpty, "arrays are not run on the codes of a layer: models are built with Verilator and clang++"))
struct LayerTests {
    /// Six rows and five columns of 40 codes, each other than its neighbours.
    static let layer = LayerOperands(
        name: "test", depth: 40, activationBits: 8, hasSignedActivations: true,
        activations: (0..<240).map { $0 * 37 % 251 - 125 }, weightBits: 4, weightZero: 8, weights: (0..<200).map { $0 * 7 % 16 })

    @Test(arguments: [
        "mac/mac_array:dense", "mac/mac_float_array:fp16", "lut-tc/lut_tensor_core:half", "mixpe/mixpe_array:offset",
        "olive/olive_array:even", "ant/ant_array:even", "olaccel/olaccel_array:even", "gobo/gobo_array:even",
        "bit-serial/bit_serial_array:rows", "bitfusion/fusion_array:lanes", "serial-mac/serial_mac:8",
        "dsp-chain/dsp_chain_array:whole",
    ])
    func busyArraysEqualTheirEngines(name: String) throws {
        let regression = Regression(build: try Checkout.build(), effort: Effort(tiles: 2, layer: Self.layer))
        let result = regression.run(try Checkout.block(name))
        #expect(result.isEqual, "\(result.outcome)")
        #expect(!result.events.isEmpty)
    }

    /// 64 rows meet twelve columns over the eight K of one tile, twice.
    @Test func eventsAreThoseOfWholeTiles() throws {
        let regression = Regression(build: try Checkout.build(), effort: Effort(tiles: 2, layer: Self.layer))
        let result = regression.run(try Checkout.block("mac/mac_array:dense"))
        #expect(result.events[.multiplyAccumulate] == 2 * 64 * 12 * 8)
        // The second one scales its sums.
        #expect(result.events[.groupScale] == 64 * 12)
    }
}

@Suite struct LayerOperandsTests {
    @Test func codesBeyondTheirBitsAreNamed() {
        var layer = LayerTests.layer
        #expect(layer.complaint == nil)
        layer.activations[3] = 128
        #expect(layer.complaint == "an activation does not have 8 bits")
        layer = LayerTests.layer
        layer.weights[5] = 16
        #expect(layer.complaint == "a weight does not have 4 bits")
        layer = LayerTests.layer
        layer.weights.removeLast()
        #expect(layer.complaint == "activations and weights should be whole rows and columns of 40 codes")
    }

    @Test func rowsAndColumnsAreTakenRoundAndRound() {
        let layer = LayerTests.layer
        #expect(layer.activation(row: 7, k: 43) == layer.activations[40 + 3])
        #expect(layer.weight(column: 5, k: 0) == layer.weights[0])
    }
}
