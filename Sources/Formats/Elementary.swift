/// The elementary functions of this project, binary32 to binary32.
///
/// They are built from IEEE 754 add, subtract and multiply, comparisons, bit operations and constants only: no fused
/// multiply-add, no division, no square root, no system library. So every machine gives the same bits, and a vector unit
/// needs nothing but a multiplier, an adder and a small ROM. `docs/numerics.md` states each algorithm and its measured
/// error; `tools/elementary_coefficients.py` prints the constants. Every NaN result is `Elementary.notANumber`.
public enum Elementary {
    /// The one NaN: quiet, positive, no payload (0x7FC00000).
    @inlinable
    public static var notANumber: Float { Float(bitPattern: 0x7FC0_0000) }

    /// `x`, with every NaN replaced by the canonical one. Machines differ in the NaN that an operation makes.
    @inlinable
    public static func canonical(_ x: Float) -> Float { x == x ? x : notANumber }

    /// `magnitude` (not negative) with the sign of `x`.
    @inlinable
    static func withSign(of x: Float, _ magnitude: Float) -> Float {
        Float(bitPattern: magnitude.bitPattern | (x.bitPattern & 0x8000_0000))
    }
}
