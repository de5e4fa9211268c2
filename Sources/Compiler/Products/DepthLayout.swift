import Arch
import Formats
import Graph

/// How K is cut into runs: channels of every tap, or (kx, channel) together when the channels are few; and what of a run
/// the engine stores and walks.
struct DepthLayout: Hashable {
    /// Runs per output: kernel rows times kernel columns, or kernel rows only.
    let runs: Int
    /// Activations of one run before padding.
    let run: Int
    /// After padding to the granule.
    let paddedRun: Int
    /// kx lies inside the run.
    let unfolds: Bool
    /// Of N:M weights; `nil` when they are dense.
    let pattern: NOfM?
    /// Kept weights meet activations that were gathered beforehand, for columns that share their positions: the engine
    /// walks those as if they were all of K. Else it selects an activation for every kept weight.
    let gathers: Bool
    /// Runs are padded to multiples of it, before anything is left out.
    private let granule: Int
    /// Stored weights of a run are padded to multiples of it.
    private let storedGranule: Int

    /// Dense weights.
    init(_ geometry: ProductGeometry, depthBlock: Int) {
        self.init(geometry, granule: depthBlock, storedGranule: 1, pattern: nil, gathers: false, keepsTaps: false)
    }

    /// - Parameter keepsTaps: pairs of activations run along the channels of one tap, as the blocks of N:M weights do, so
    ///   taps stay apart.
    init(_ geometry: ProductGeometry, engine: any Engine, structure: WeightStructure, keepsTaps: Bool) {
        if structure.mix != nil {
            // Blocks that keep nothing are laid out too.
            self.init(
                geometry, granule: BlockMix.side, storedGranule: 1, pattern: nil, gathers: false, keepsTaps: true)
            return
        }
        let gathers = structure.pattern != nil && engine.tableFormat != nil
        let pattern = structure.pattern
        self.init(
            geometry, granule: gathers ? pattern?.m ?? 1 : engine.depthGranule(pattern),
            storedGranule: gathers ? max(engine.depthBlock, 1) : 1, pattern: pattern, gathers: gathers,
            keepsTaps: keepsTaps || pattern != nil)
    }

    private init(
        _ geometry: ProductGeometry, granule: Int, storedGranule: Int, pattern: NOfM?, gathers: Bool, keepsTaps: Bool
    ) {
        unfolds =
            !keepsTaps && geometry.channels % granule != 0 && geometry.kernelWidth > 1
            && geometry.dilation[1] == 1 && geometry.groups == 1
        run = unfolds ? geometry.kernelWidth * geometry.channels : geometry.channels
        runs = unfolds ? geometry.kernelHeight : geometry.kernelHeight * geometry.kernelWidth
        paddedRun = roundUp(run, to: granule)
        self.pattern = pattern
        self.gathers = gathers
        self.granule = granule
        self.storedGranule = storedGranule
    }

    var depth: Int { runs * run }
    var paddedDepth: Int { runs * paddedRun }

    /// Weights that are stored of each column for so many activations from the start of a run.
    func stored(_ activations: Int) -> Int {
        let padded = roundUp(activations, to: granule)
        return roundUp(pattern?.kept(of: padded) ?? padded, to: storedGranule)
    }

    /// The same for so many channels of every run.
    func storedDepth(channels: Int) -> Int { runs * stored(unfolds ? run : channels) }

    /// Weights that are stored of each column.
    var storedDepth: Int { runs * stored(run) }

    /// Activations that an instruction walks for so many from the start of a run, or for a group of scales.
    func walked(_ activations: Int) -> Int { gathers ? pattern?.kept(of: activations) ?? activations : activations }
}
