/// A half table as INT8 codes (docs/numerics.md, tableLinear): code = clamp(round(f32(entry / scale)), -127, 127), ties
/// to even.
public enum QuantisedTable {
    /// The scale that maps `maximum`, the greatest magnitude that it has to cover, to 127; 1 when that is 0.
    public static func scale(covering maximum: Float) -> Float { maximum == 0 ? 1 : maximum / 127 }

    /// A NaN entry becomes 0.
    public static func codes(_ entries: [Float], scale: Float) -> [Int8] {
        entries.map { entry in
            let code = (entry / scale).rounded(.toNearestOrEven)
            return code.isNaN ? 0 : Int8(max(-127, min(127, code)))
        }
    }
}
