/// An integer of an instruction, kept in 32 bits because programs are long and copied a lot.
///
/// All of them but DRAM addresses have fields of 24 bits or fewer, so a number that had to be clamped is still one that
/// the encoding refuses.
@propertyWrapper @frozen
public struct Narrow: Hashable, Sendable {
    @usableFromInline var stored: Int32

    @inlinable
    public init(wrappedValue: Int) { stored = Int32(clamping: wrappedValue) }

    @inlinable
    public var wrappedValue: Int {
        get { Int(stored) }
        set { stored = Int32(clamping: newValue) }
    }
}
