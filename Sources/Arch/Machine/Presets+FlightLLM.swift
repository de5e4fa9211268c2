/// The machines of FlightLLM (arXiv 2401.03868), an FPGA accelerator for language models: a core in every super logic region
/// of the device, all running one program. Numbers are from its public profile of the VHK158 (repository
/// FlightLLM/flightllm_test_demo, `profile/config.yaml`) unless a comment says that they are a choice or a data sheet's.
extension Presets {
    /// Alveo U280: three regions, HBM2.
    static let flightLLMU280 = flightLLM(
        "flightllm-u280", "FlightLLM on an Alveo U280: 3 cores in lockstep, decode on chip", cores: 3,
        // 460 GB/s and 8 GB by the data sheet; eight pseudo-channels of 32 bytes side by side, since loads of a
        // tensor are merged over eight channels.
        memory: MemoryChannel(
            standard: "HBM2, 8 x 32 B", burstBytes: 256, burstPeriod: 557, efficiency: sameChannelEfficiency,
            latency: hbmLatency, capacity: 8 << 30))

    /// VHK158: four regions, HBM2e. Its slices are DSP58s, which take the same pairs of products; modelled as DSP48E2s.
    static let flightLLMVHK158 = flightLLM(
        "flightllm-vhk158", "FlightLLM on a VHK158: 4 cores in lockstep, decode on chip", cores: 4,
        // 819.2 GB/s and 32 GB.
        memory: MemoryChannel(
            standard: "HBM2e, 16 x 32 B", burstBytes: 512, burstPeriod: 625, efficiency: sameChannelEfficiency,
            latency: hbmLatency, capacity: 32 << 30))

    /// Percent of the peak bandwidth that transfers within a channel get (35 across channels).
    private static let sameChannelEfficiency = 70

    /// 225 MHz in whole picoseconds.
    private static let flightLLMClockPeriod = 4444

    /// A choice: activate, read and controller of an idle bank together, as for `lpddr5`.
    private static let hbmLatency = 100_000

    /// The global buffer of a core: 512 deep, 8 channels of 16 banks of 16 bytes. Its latency is a choice.
    private static let globalBuffer = SharedBuffer(bytes: 512 * 8 * 16 * 16, bytesPerCycle: 8 * 16 * 16, latency: 4)

    /// Lanes of the special function unit of a core; what it computes it also writes into the other cores (the paper's
    /// remote access).
    private static let specialFunctionLanes = 16

    private static func flightLLM(
        _ name: String, _ summary: String, cores: Int, memory: MemoryChannel
    ) -> Machine {
        Machine(
            name: name, summary: summary, clockPeriod: flightLLMClockPeriod, memory: memory, sharedBuffer: globalBuffer,
            cores: cores, frontEnd: frontEnd,
            // Weights of vectors times matrices: 4096 rows of 64 bytes in 8 channels of each core. For activations and
            // sums the published buffers have other roles than the scratchpads here; their sizes are choices.
            scratchpads: Scratchpads(
                activations: 2048 * kibibyte, weights: cores * 8 * 4096 * 64, tables: 0,
                accumulators: cores * 1024 * kibibyte),
            vector: vector(lanes: cores * specialFunctionLanes),
            // 128 x 16 x 2 products per cycle for matrices, 16 x 64 for vectors. Sums that leave per cycle: a choice.
            // Blocks of 16.
            engines: [chains(rows: 128, length: 16, columns: 2, vectorColumns: 64, selectorInputs: 16)])
    }
}
