import Formats

/// A typed graph in single-assignment form. All symbolic dimensions are bound; nodes are in an order in which every
/// input is defined before it is used.
public struct Graph: Hashable, Sendable {
    public var name: String
    public var inputs: [String]
    public var states: [String]
    /// Names of constant tensors, in file order.
    public var constants: [String]
    public var nodes: [Node]
    public var outputs: [String]
    /// Type of every tensor: inputs, states, constants and node outputs.
    public var types: [String: TensorType]
    /// The dimension that stays open when the graph is compiled; `nil` when all are bound.
    public var length: OpenLength?

    public init(
        name: String, inputs: [String] = [], states: [String] = [], constants: [String] = [], nodes: [Node] = [],
        outputs: [String] = [], types: [String: TensorType] = [:]
    ) {
        self.name = name
        self.inputs = inputs
        self.states = states
        self.constants = constants
        self.nodes = nodes
        self.outputs = outputs
        self.types = types
    }
}

public struct Node: Hashable, Sendable {
    public var name: String
    public var operation: Operation
    public var inputs: [String]
    public var outputs: [String]

    public init(name: String, operation: Operation, inputs: [String], outputs: [String]) {
        self.name = name
        self.operation = operation
        self.inputs = inputs
        self.outputs = outputs
    }
}

/// The values of a tensor, elements in row-major order.
///
/// Integer tensors hold one code per element, sign or zero extended to the element (`int4` -3 is stored as -3);
/// `bipolar` and `ternary` hold the raw code. So `Codec.value(ofCode:)` applies to the low bits of an element.
public struct Tensor: Hashable, Sendable {
    public enum Storage: Hashable, Sendable {
        case int8([Int8])
        case uint8([UInt8])
        case int16([Int16])
        case uint16([UInt16])
        case int32([Int32])
        case float32([Float])
        /// Bit patterns of binary16.
        case float16([UInt16])
        /// Bit patterns of bfloat16.
        case bfloat16([UInt16])
        /// Codes of a minifloat, one per byte.
        case minifloat(Minifloat, [UInt8])
    }
    public var shape: [Int]
    public var storage: Storage

    public init(shape: [Int], storage: Storage) {
        self.shape = shape
        self.storage = storage
    }
}
