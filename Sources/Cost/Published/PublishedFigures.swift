/// What papers say of the hardware that `rtl/` has too. Nothing is computed from these; reports print them beside our figures.
public enum PublishedFigures {
    /// LUT Tensor Core's ablation, from UNPU: W2 A8, TSMC 28 nm by Design Compiler. The table prints mm2 where only um2 can be
    /// meant.
    public struct AblationStep: Hashable, Sendable {
        public var squareMicrometres: Double
        public var milliwatts: Double
    }
    public static let ablationSource = "Mo et al., LUT Tensor Core, ISCA 2025 (arXiv 2408.06003), table 2"
    /// In the order of `LookupAblation.Variant`.
    public static let ablation = [
        AblationStep(squareMicrometres: 17_271.71, milliwatts: 23.39),
        AblationStep(squareMicrometres: 13_116.60, milliwatts: 17.98),
        AblationStep(squareMicrometres: 12_780.05, milliwatts: 17.37),
        AblationStep(squareMicrometres: 11_991.29, milliwatts: 16.22),
    ]

    /// OliVe's decoders in its systolic array, TSMC 22 nm.
    public struct Decoder: Hashable, Sendable {
        /// Bits of a code.
        public var bits: Int
        public var squareMicrometres: Double
        /// Decoders of the array, one per row and one per column.
        public var count: Int
        /// Of the array's area.
        public var share: Double
    }
    public static let decoderSource =
        "Guo et al., OliVe, ISCA 2023 (arXiv 2304.07493), area of the accelerator; counts after MicroScopiQ, ISCA 2025"
    /// Rows and columns of the array's 4-bit elements; four of them make one of 8 bits.
    public static let decoderArray = 64
    public static let decoders = [
        Decoder(bits: 4, squareMicrometres: 13.53, count: 128, share: 0.022),
        Decoder(bits: 8, squareMicrometres: 18.00, count: 64, share: 0.015),
    ]
}
