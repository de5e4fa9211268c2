/// The numeric contract of a sum of products that is not exact: order, lanes, tree and rounding, by name. A contract is a
/// property of the graph, never of a machine: the reference evaluator and the engines implement it apart from each other.
/// Every sum is rounded to binary32, ties to even.
///
/// The contracts `blocked-16...` add `lanes` consecutive products by a pairwise tree, level by level slot i + slot i+1, missing
/// slots being +0; the trees' results are added to an accumulator that starts from +0, one after the other. What
/// `products` says is rounded before that.
public enum DotContract: String, Hashable, Sendable, CaseIterable {
    /// Products are rounded to binary32.
    case blocked16 = "blocked-16"
    /// Products are rounded to binary16.
    case blocked16Half = "blocked-16-f16"
    /// Products are sums of shifted copies, each sum rounded to binary16.
    case blocked16HalfTerms = "blocked-16-f16-terms"
    /// K is cut into passes of 1024 consecutive k. In a pass every centroid of the weights' dictionary has a sum, from +0,
    /// of the activations whose weight it is, in ascending k; s starts from +0 and takes f32(a * w) of the outliers in
    /// ascending k, then f32(centroid * sum) of the centroids in ascending order. The s of the passes are added to an
    /// accumulator that starts from +0, one after the other.
    case centroids1024 = "centroids-1024"

    /// Products of one tree; 1 where there is none.
    public var lanes: Int { pass == nil ? 16 : 1 }

    /// Consecutive k of one pass; `nil` for contracts without.
    public var pass: Int? { self == .centroids1024 ? 1024 : nil }

    /// k at whose multiples a sum may be left and taken up again.
    public var granule: Int { pass ?? lanes }

    /// How a product is rounded, ties to even, overflow to infinity.
    public enum Products: Hashable, Sendable {
        /// The exact product once, to binary32.
        case single
        /// The exact product of a float and an integer once, to binary16.
        case half
        /// Of a float a and an integer w: for every bit i of |w| that is set, in ascending i, sum = f16(sum + f16(a * 2^i))
        /// from +0 on; then the sign of w. Infinity or NaN times 0 is NaN as ever.
        case halfTerms
    }

    public var products: Products {
        switch self {
        case .blocked16, .centroids1024: .single
        case .blocked16Half: .half
        case .blocked16HalfTerms: .halfTerms
        }
    }
}
