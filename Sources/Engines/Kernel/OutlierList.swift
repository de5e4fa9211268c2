import Arch

/// An outlier of an instruction, its k counted from that of the instruction.
struct ListedOutlier: Hashable, Sendable {
    var column: Int
    var k: Int
    var value: Int
}

extension OutlierEngine {
    /// The outliers of an instruction, by ascending k where the list is; those outside its weights, which only a hand-made
    /// program has, are left out.
    func listed(_ multiply: Multiply, memory: CoreMemory) -> [ListedOutlier] {
        guard let list = multiply.outliers, listsOutliers(weightBits: multiply.weightBits) else { return [] }
        let bytes = UnsafeRawBufferPointer(memory.weights)
        return (0..<list.count).compactMap { index in
            let outlier = outlierFormat.outlier(bytes, at: list.offset + index * outlierFormat.entryBytes)
            let place = outlier.place - list.firstPlace
            guard (0..<multiply.run).contains(place), outlier.run < multiply.ky.count * multiply.kx.count,
                outlier.lane < multiply.columns
            else { return nil }
            return ListedOutlier(column: outlier.lane, k: outlier.run * multiply.run + place, value: outlier.value)
        }
    }
}
