/// The arithmetic of symmetrised lookup tables (arXiv 2408.06003, section 3.1) for groups of 1 to 6 activations.
///
/// Bit k of an index says whether activation k counts +1 or -1. Bit 0 is the sign bit: a table is odd, T[i] = -T[~i],
/// so only the entries with bit 0 clear are kept and the bits above it are the address.
public enum LookupTable {
    /// All 2^k signed sums.
    public static func full(_ activations: [Int]) -> [Int] {
        (0..<1 << activations.count).map { index in
            activations.indices.reduce(0) { $0 + (index >> $1 & 1 == 1 ? activations[$1] : -activations[$1]) }
        }
    }

    /// The 2^(k-1) entries whose sign bit is clear: half[t] = full[2t].
    public static func half(_ activations: [Int]) -> [Int] {
        let full = full(activations)
        return stride(from: 0, to: full.count, by: 2).map { full[$0] }
    }

    /// Offline fold of a weight group's bit plane: a set sign bit complements the address bits. Its own inverse.
    @inlinable
    public static func fold(_ index: Int, groupLength: Int) -> Int {
        index & 1 == 0 ? index : index ^ ((1 << groupLength) - 2)
    }

    /// Address and sign of a stored (folded) index.
    @inlinable
    public static func lookUp(_ stored: Int, in half: [Int]) -> Int {
        let entry = half[stored >> 1]
        return stored & 1 == 1 ? -entry : entry
    }

    /// Entry of a half table (stored indices folded) or of a full one.
    @inlinable
    public static func lookUp(_ stored: Int, in table: [Int], isFull: Bool) -> Int {
        isFull ? table[stored] : lookUp(stored, in: table)
    }

    /// The activations whose half table this is: entries that differ in one address bit differ by twice its activation.
    public static func activations(ofHalf half: [Int]) -> [Int] {
        var rest: [Int] = []
        var bit = 1
        while bit < half.count {
            rest.append((half[bit] - half[0]) / 2)
            bit *= 2
        }
        return [-half[0] - rest.reduce(0, +)] + rest
    }
}

/// The exact re-reading of B-bit weights as sums of +-1 bit planes (equations 1 to 3): u - z = (q' - z') / 2 with
/// q' = 2u - (2^B - 1) = sum over b of 2^b (2 u_b - 1) and z' = 2z + 1 - 2^B.
public enum Reinterpretation {
    public static func level(ofCode code: Int, bits: Int) -> Int { 2 * code - ((1 << bits) - 1) }
    public static func zero(_ zero: Int, bits: Int) -> Int { 2 * zero + 1 - (1 << bits) }
}
