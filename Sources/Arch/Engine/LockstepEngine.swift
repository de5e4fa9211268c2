/// An engine that a machine of several cores can have once in every core: all of them execute each instruction at the same
/// time, every one on its own columns.
public protocol LockstepEngine: Engine {
    /// The engines of all cores as one.
    ///
    /// The columns of a block of the weight layout are dealt over the cores, as many to each as a block of one core has;
    /// so weights, scales and sums of a column are in one core only, and activations in all. An instruction takes as long
    /// as on the core with the most columns, the first.
    func dealt(over cores: Int) -> any Engine
}
