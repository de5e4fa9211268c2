import Arch

/// The two operands of an instruction whose arithmetic is an exact integer dot product, decoded to numbers.
/// `numbersPerGranule` numbers stand for one granule of K (one code, or the activations or entries of a table).
protocol DotOperands: Sendable {
    associatedtype Rows: ActivationReader
    /// What the values fit in.
    typealias Number = Rows.Number

    /// k of the layout that `numbersPerGranule` numbers stand for.
    var granule: Int { get }
    var numbersPerGranule: Int { get }
    /// Sums count halves (see `scaledTerm`).
    var sumsInHalves: Bool { get }

    var rows: Rows { get }
    /// The numbers of one column, its zero points included; zero at first.
    func writeColumn(_ column: Int, to numbers: UnsafeMutablePointer<Number>)
    /// Writes columns to the only panel of a block of bytes; `false` where they have to be decoded one by one.
    func writeBytes(_ columns: Range<Int>, _ shape: PanelShape, to block: PanelBlock<Number>) -> Bool
}

extension DotOperands {
    func writeBytes(_ columns: Range<Int>, _ shape: PanelShape, to block: PanelBlock<Number>) -> Bool { false }
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
