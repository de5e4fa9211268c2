/// Compiled code with its memory map. Golden, Sim and RTL interpret the same value.
public struct Program: Hashable, Sendable {
    /// Name of the graph and of the machine that it was compiled for.
    public var graph: String
    public var machine: String
    public var instructions: [Instruction]
    /// Node table that instructions refer to.
    public var nodes: [NodeRecord]
    /// Bytes of DRAM that the program uses, code included.
    public var dramBytes: Int
    /// Where the code lies in DRAM.
    public var codeAddress: Int
    /// Inputs, outputs and states.
    public var buffers: [Buffer]
    /// Constant bytes, absent for a graph without weights.
    public var constants: [Constant]
    /// Parameter registers that instructions may refer to.
    public var parameters: [ProgramParameter]
    /// How many weights each block keeps, for instructions of mixed blocks (`MixedBlocks`).
    public var blockCounts: [UInt8] = []
    /// Entries of each part of K, for instructions with lists of outliers (`Multiply.Outliers`).
    public var outlierCounts: [UInt32] = []

    public init(
        graph: String, machine: String, instructions: [Instruction] = [], nodes: [NodeRecord] = [], dramBytes: Int = 0,
        codeAddress: Int = 0, buffers: [Buffer] = [], constants: [Constant] = [],
        parameters: [ProgramParameter] = []
    ) {
        self.graph = graph
        self.machine = machine
        self.instructions = instructions
        self.nodes = nodes
        self.dramBytes = dramBytes
        self.codeAddress = codeAddress
        self.buffers = buffers
        self.constants = constants
        self.parameters = parameters
    }
}

/// A graph node as reports name it, and the fused segment that it was compiled into.
public struct NodeRecord: Hashable, Sendable {
    public var name: String
    public var operation: String
    /// Segments are numbered in program order; nodes of one segment share a row of the report.
    public var segment: Int
    /// Multiply-accumulates that the graph asks of this node.
    public var macs: Int

    public init(name: String, operation: String, segment: Int, macs: Int) {
        self.name = name
        self.operation = operation
        self.segment = segment
        self.macs = macs
    }
}

/// A named tensor in DRAM, row-major and dense, elements as on activation edges. Intermediate ones may lie in the
/// shared buffer.
public struct Buffer: Hashable, Sendable {
    public enum Role: UInt8, Hashable, Sendable { case input, output, state, intermediate }
    public var name: String
    public var role: Role
    public var memory: GlobalMemory
    public var address: Int
    public var shape: [Int]
    public var elementBytes: Int
    /// Name of the codec (`int8`).
    public var codec: String
    /// Byte strides, one per axis (a view of another buffer need not be dense).
    public var strides: [Int]

    public init(
        name: String, role: Role, memory: GlobalMemory = .dram, address: Int, shape: [Int], elementBytes: Int,
        codec: String, strides: [Int]
    ) {
        self.name = name
        self.role = role
        self.memory = memory
        self.address = address
        self.shape = shape
        self.elementBytes = elementBytes
        self.codec = codec
        self.strides = strides
    }
}

public struct Constant: Hashable, Sendable {
    public var name: String
    public var address: Int
    public var bytes: [UInt8]

    public init(name: String, address: Int, bytes: [UInt8]) {
        self.name = name
        self.address = address
        self.bytes = bytes
    }
}
