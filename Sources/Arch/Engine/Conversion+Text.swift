import Formats

extension Conversion {
    /// What is converted to what.
    public var text: String {
        switch self {
        case .quantisedTables(.perTable): "lookup tables quantised to INT8, one scale per table"
        case .quantisedTables(.per64Activations): "lookup tables quantised to INT8, one scale per 64 activations"
        case .dequantisedWeights(let codec):
            "integer weights scaled and rounded to \(codec.name) before the product, wider float activations rounded too"
        case .roundedOperands(let codec): "float operands that are wider rounded to \(codec.name)"
        case .roundedProducts(.centroids1024): "activations added by centroid of their weights, by contract centroids-1024"
        case .roundedProducts(let contract): "products rounded, by contract \(contract.rawValue)"
        case .dictionaryWeights(let bits, let logProbability):
            "weights made numbers of a dictionary of \(1 << bits) centroids, but for outliers of a log density below "
                + "\(logProbability), activations rounded to f16, and added by contract centroids-1024"
        case .outlierVictimPairs(let activations, let weights, let rules):
            "codes encoded as outlier-victim pairs, activations \(activations.rawValue), weights \(weights.rawValue)"
                + (rules.survivor == .larger ? "" : ", of two outliers the \(rules.survivor.rawValue) one survives")
        case .fourBitCodes(let activations, let weights):
            "codes of more than four bits made four-bit codes"
                + (activations.map { ", activations \($0.name)" } ?? "")
                + (weights ? ", weights int4 or flint4, whichever has the lesser mean squared error" : "")
        }
    }

    /// What it costs the machine, beside bits.
    public var cost: String {
        switch self {
        case .quantisedTables(.perTable):
            "the vector unit builds each table twice over, and divides once per table and once per entry; sums are scaled per table"
        case .quantisedTables(.per64Activations):
            "the vector unit builds each table twice over, and divides once per 64 activations and once per entry; "
                + "sums are scaled per 64 activations"
        case .dequantisedWeights:
            "every weight passes the dequantise unit whenever it is loaded into the array; f32 activations pass the vector unit"
        case .roundedProducts: "nothing where the activations are f16 or narrower; else a pass of the vector unit to round them"
        case .dictionaryWeights: "weights are clustered offline; f32 activations pass the vector unit"
        case .roundedOperands:
            "a pass of the vector unit over each wider operand, and its bytes, once; all users of a rounded tensor share it"
        case .fourBitCodes(let activations, _):
            activations == nil ? "nothing: weights are encoded offline"
                : "weights are encoded offline; a pass of the vector unit over the activations, and their bytes, once; all users "
                    + "of an encoded tensor share it"
        case .outlierVictimPairs:
            "weights are encoded offline; two passes of the vector unit over the activations, and their bytes, once; all users "
                + "of an encoded tensor share it"
        }
    }
}
