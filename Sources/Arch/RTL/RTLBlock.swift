import Formats

/// A module of `rtl/` and what it is held to, value for value and cycle for cycle.
public struct RTLBlock: Sendable {
    public enum Check: Sendable {
        case vectors(VectorCheck)
        case tiles(TileCheck)
    }

    /// `folder/module`, and a variant where parameters make several blocks of a module (`mac/mac_array:selectors`).
    public var name: String
    /// Folder of `rtl/`.
    public var folder: String
    public var binding: RTLBinding
    public var check: Check

    /// The name without its variant.
    public var module: String { "\(folder)/\(binding.top)" }

    public init(_ folder: String, _ binding: RTLBinding, variant: String? = nil, _ check: Check) {
        name = "\(folder)/\(binding.top)" + (variant.map { ":\($0)" } ?? "")
        self.folder = folder
        self.binding = binding
        self.check = check
    }
}

/// A block that takes an input vector in every cycle and shows what became of it `latency` cycles later. Clock, reset
/// and clock enable, where it has them, are `clk_i`, `rst_ni` and `en_i`.
public struct VectorCheck: Sendable {
    public var inputs: [RTLPort]
    public var outputs: [RTLPort]
    /// Registers between input and output.
    public var latency: Int
    /// Vectors that chance would miss.
    public var corners: [[Int]]
    /// Draws every second random vector, where uniform elements would seldom meet what matters.
    public var draw: (@Sendable (inout SplitMix64) -> [Int])?
    /// All random vectors are drawn so: others mean nothing to the block.
    public var isDrawnOnly: Bool
    /// Makes of any vector one that the block is defined for: some combinations of inputs do not occur, others hold still.
    public var constrain: (@Sendable (inout [Int]) -> Void)?
    /// A model in its state after reset. Elements of all ports in order, outputs likewise; outputs are compared by their
    /// lowest bits.
    public var model: @Sendable () -> any VectorModel

    public init(
        inputs: [RTLPort], outputs: [RTLPort], latency: Int, corners: [[Int]] = [], isDrawnOnly: Bool = false,
        draw: (@Sendable (inout SplitMix64) -> [Int])? = nil, constrain: (@Sendable (inout [Int]) -> Void)? = nil,
        model: @escaping @Sendable () -> any VectorModel
    ) {
        self.inputs = inputs
        self.outputs = outputs
        self.latency = latency
        self.corners = corners
        self.draw = draw
        self.isDrawnOnly = isDrawnOnly
        self.constrain = constrain
        self.model = model
    }

    /// A block whose output depends on one vector alone.
    public init(
        inputs: [RTLPort], outputs: [RTLPort], latency: Int = 0, corners: [[Int]] = [],
        isDrawnOnly: Bool = false, draw: (@Sendable (inout SplitMix64) -> [Int])? = nil,
        constrain: (@Sendable (inout [Int]) -> Void)? = nil, function: @escaping @Sendable ([Int]) -> [Int]
    ) {
        self.init(
            inputs: inputs, outputs: outputs, latency: latency, corners: corners, isDrawnOnly: isDrawnOnly, draw: draw,
            constrain: constrain
        ) {
            VectorFunction(function: function)
        }
    }
}

/// What a block does with one vector after another.
public protocol VectorModel {
    mutating func step(_ inputs: [Int]) -> [Int]
}

private struct VectorFunction: VectorModel {
    let function: @Sendable ([Int]) -> [Int]
    func step(_ inputs: [Int]) -> [Int] { function(inputs) }
}
