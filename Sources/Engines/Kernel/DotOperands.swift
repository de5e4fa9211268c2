import Arch

/// The two operands of an instruction whose arithmetic is an exact integer dot product, decoded to numbers.
/// `numbersPerGranule` numbers stand for one granule of K (one code, or the activations or entries of a table).
protocol DotOperands: Sendable {
    /// What the values fit in.
    associatedtype Number: DotNumber

    /// k of the layout that `numbersPerGranule` numbers stand for.
    var granule: Int { get }
    var numbersPerGranule: Int { get }
    /// Sums count halves (see `scaledTerm`).
    var sumsInHalves: Bool { get }

    /// Numbers are zero at first.
    func writeRow(_ row: Int, to numbers: UnsafeMutablePointer<Number>)
    /// The numbers of one column, its zero points included; zero at first.
    func writeColumn(_ column: Int, to numbers: UnsafeMutablePointer<Number>)
    /// The columns of a panel plus 128, as its words lie, where they can be had without decoding them one by one. The caller
    /// deallocates them.
    func bytes(_ columns: Range<Int>, _ shape: PanelShape) -> UnsafeMutablePointer<UInt8>?
}

extension DotOperands {
    func bytes(_ columns: Range<Int>, _ shape: PanelShape) -> UnsafeMutablePointer<UInt8>? { nil }
}

/// Numbers that a kernel multiplies.
package protocol DotNumber: FixedWidthInteger, SignedInteger, BitwiseCopyable, Sendable {}
extension Int8: DotNumber {}
extension Int16: DotNumber {}
extension Int32: DotNumber {}

extension DotNumber {
    /// Numbers of a word of 32 bits.
    package static var perWord: Int { 4 / MemoryLayout<Self>.size }
}
