import Arch

/// Weights of more than four bits as four-bit codes and a list: with t = u - 2^(B-1), -8...7 stays, as the code t + 8, and any other t
/// is listed, with 8 (zero) in its place.
extension OLAccelArray {
    static let denseBits = 4
    /// The code of zero.
    static let denseZero = 8

    public func listsOutliers(weightBits: Int) -> Bool { weightBits > Self.denseBits }

    private func stored(_ weightBits: Int) -> DenseLayout { layout(min(weightBits, Self.denseBits)) }

    public func weightBytes(depth: Int, weightBits: Int) -> Int { stored(weightBits).blockBytes(depth: depth) }

    public func layOut(codes: [UInt8], columns: Int, depth: Int, weightBits: Int) -> [UInt8] {
        guard listsOutliers(weightBits: weightBits) else {
            return stored(weightBits).layOut(codes: codes, columns: columns, depth: depth)
        }
        let dense = codes.map { code in
            let t = Int(code) - 1 << (weightBits - 1)
            return UInt8(Self.isDense(t) ? t + Self.denseZero : Self.denseZero)
        }
        return stored(weightBits).layOut(codes: dense, columns: columns, depth: depth)
    }

    /// The inverse of `layOut`, outliers being the code of t = 0.
    public func codes(laidOut: [UInt8], columns: Int, depth: Int, weightBits: Int) -> [UInt8] {
        let codes = stored(weightBits).codes(laidOut: laidOut, columns: columns, depth: depth)
        guard listsOutliers(weightBits: weightBits) else { return codes }
        return codes.map { UInt8(Int($0) - Self.denseZero + 1 << (weightBits - 1)) }
    }

    public func outliers(codes: [UInt8], columns: Int, depth: Int, run: Int, weightBits: Int) -> [[Outlier]] {
        guard listsOutliers(weightBits: weightBits) else { return [] }
        return stride(from: 0, to: columns, by: columnBlock).map { first in
            var list: [Outlier] = []
            for k in 0..<depth {
                for column in first..<min(columns, first + columnBlock) {
                    let t = Int(codes[column * depth + k]) - 1 << (weightBits - 1)
                    guard !Self.isDense(t) else { continue }
                    list.append(Outlier(lane: column - first, run: k / run, place: k % run, value: t))
                }
            }
            return list
        }
    }

    static func isDense(_ t: Int) -> Bool { (-8...7).contains(t) }

    /// t of the stored code of a weight.
    func denseValue(_ multiply: Multiply, memory: CoreMemory, depth: Int, column: Int, k: Int) -> Int {
        let code = Int(
            stored(multiply.weightBits).code(
                UnsafeRawBufferPointer(memory.weights), base: multiply.weights, depth: depth, column: column, k: k))
        return listsOutliers(weightBits: multiply.weightBits) ? code - Self.denseZero : code - centre(multiply)
    }
}
