import Diagnostics

/// The machines that have a name. Those that are compared share clock, memory, front end and vector unit, so that they
/// differ by their engines; the others are published ones.
public enum Presets {
    public static let all: [Machine] = [
        macInt8, lutTC, dspChain, mixPE, mixPEFP16, olive, ant, olAccel, gobo, unpu, bitSerial, bitFusion, mac128, macFP16,
        macFP16DequantiseFirst, macFP8, macInt8Tiny, lutTCTiny, dspChainTiny, mixPETiny, mixPEFP16Tiny, oliveTiny, antTiny, olAccelTiny, goboTiny, unpuTiny,
        bitSerialTiny, bitFusionTiny, macFP16Tiny, macFP16DequantiseFirstTiny, macFP8Tiny, flightLLMU280, flightLLMVHK158,
    ]

    /// The preset of this name, or what names there are.
    public static func named(_ name: String) throws(Diagnostic) -> Machine {
        if let machine = all.first(where: { $0.name == name }) { return machine }
        let names = all.map(\.name)
        let hint = Suggestion.hint(for: name, in: names)
        throw Diagnostic(node: name, "is not a machine\(hint), expected one of \(names.joined(separator: ", "))")
    }

    static let kibibyte = 1024

    /// 1 GHz, the clock at which LUT Tensor Core was synthesised (arXiv 2408.06003).
    static let clockPeriod = 1000

    /// LPDDR5-6400: 6.4 Gb/s per pin, 64 pins as four channels of 16 bits. A burst of 16 transfers on one channel is
    /// 32 bytes and takes 2.5 ns; the four channels are seen as one stream, a burst every 625 ps, 51.2 GB/s.
    /// The latency of 100 ns is a choice: activate, read and controller of an idle bank together.
    static let lpddr5 = MemoryChannel(
        standard: "LPDDR5-6400 x64", burstBytes: 32, burstPeriod: 625, latency: 100_000, capacity: 16 << 30)

    /// Choices: a fetch of 16 instructions is 1536 bytes, 48 bursts; four of them cover the memory's latency.
    static let frontEnd = FrontEnd(fetchInstructions: 16, bufferInstructions: 128, queueDepth: 32)

    /// Choices: one simple operation per lane and cycle; one division or elementary function per lane in four cycles; a
    /// half table is eight entries, so 64 lanes of adders finish eight tables per cycle; eight pipeline stages.
    static func vector(lanes: Int) -> VectorUnit {
        VectorUnit(
            lanes: lanes, simpleInterval: 1, divideInterval: 4, elementaryInterval: 4,
            tablesPerCycle: max(lanes / VectorUnit.treesPerBuilder, 1), pipelineStages: 8)
    }

    static func machine(
        _ name: String, _ summary: String, scratchpads: Scratchpads, lanes: Int = 64, engines: [EngineSpecification]
    ) -> Machine {
        Machine(
            name: name, summary: summary, clockPeriod: clockPeriod, memory: lpddr5, frontEnd: frontEnd,
            scratchpads: scratchpads, vector: vector(lanes: lanes), engines: engines)
    }
}
