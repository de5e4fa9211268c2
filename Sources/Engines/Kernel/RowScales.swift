import Arch

/// The activations' part of the scales of an instruction's sums.
struct RowScales: Sendable {
    /// `nil` where activations have no scales.
    private let address: LocalAddress?
    private let pitch: Int
    /// Group of each segment.
    private let groups: [Int]
    private let count: Int
    /// Segment i has group i.
    private let areInOrder: Bool

    init(_ multiply: Multiply, cut: KCut) {
        groups = cut.segments.map(\.activationGroup)
        count = groups.count
        areInOrder = groups == Array(groups.indices)
        if case .scaled(_, let scales?) = multiply.output {
            address = scales.local
            pitch = scales.rowPitch
        } else {
            (address, pitch) = (nil, 0)
        }
    }

    /// - Parameter scales: [row][segment].
    func write(rows: Int, of memory: CoreMemory, to scales: UnsafeMutablePointer<Float>) {
        guard let address, let space = memory[address.space].baseAddress else { return scales.initialize(repeating: 1, count: rows * count) }
        for row in 0..<rows {
            let start = UnsafeRawPointer(space) + (address.offset + row * pitch)
            let target = scales + row * count
            if areInOrder {
                UnsafeMutableRawPointer(target).copyMemory(from: start, byteCount: 4 * count)
            } else {
                for (index, group) in groups.enumerated() {
                    target[index] = Float(bitPattern: start.loadUnaligned(fromByteOffset: 4 * group, as: UInt32.self))
                }
            }
        }
    }
}
