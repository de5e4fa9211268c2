import Arch

/// Numbers that the kernel multiplies: Int16, or Int32 where the values need it.
protocol DotNumber: FixedWidthInteger, SignedInteger, BitwiseCopyable, Sendable {}
extension Int16: DotNumber {}
extension Int32: DotNumber {}

/// The two operands of an instruction whose arithmetic is an exact integer dot product, decoded to numbers.
/// `numbersPerGranule` numbers stand for one granule of K (one code, or the activations or entries of a table).
protocol DotOperands: Sendable {
    associatedtype Number: DotNumber

    /// k of the layout that `numbersPerGranule` numbers stand for.
    var granule: Int { get }
    var numbersPerGranule: Int { get }
    /// Sums count halves (see `scaledTerm`).
    var sumsInHalves: Bool { get }

    func writeRow(_ row: Int, to numbers: UnsafeMutablePointer<Number>)
    /// The numbers of one column, its zero points included.
    func writeColumn(_ column: Int, to numbers: UnsafeMutablePointer<Number>)
}
