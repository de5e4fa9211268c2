import Arch

/// An engine whose RTL is an array that runs whole instructions.
public protocol ArrayBlock: Engine {
    /// The array with the engine's parameters, in lockstep with it.
    var array: RTLBlock { get }
}

extension MACArray: ArrayBlock {
    public var array: RTLBlock { operands.significandBits == nil ? lockstep("engine") : floatLockstep("engine") }
}

extension LUTTensorCore: ArrayBlock {
    public var array: RTLBlock { lockstep("engine") }
}

extension DSPChain: ArrayBlock {
    public var array: RTLBlock { lockstep("engine") }
}

extension MixPEArray: ArrayBlock {
    public var array: RTLBlock { operands.isFloat ? floatLockstep("engine") : lockstep("engine") }
}

extension OliveArray: ArrayBlock {
    public var array: RTLBlock { lockstep("engine") }
}

extension AntArray: ArrayBlock {
    public var array: RTLBlock { lockstep("engine") }
}

extension OLAccelArray: ArrayBlock {
    public var array: RTLBlock { lockstep("engine") }
}

extension GoboArray: ArrayBlock {
    public var array: RTLBlock { lockstep("engine") }
}

extension BitSerialArray: ArrayBlock {
    public var array: RTLBlock { lockstep("engine") }
}

extension FusionArray: ArrayBlock {
    public var array: RTLBlock { lockstep("engine") }
}
