import Graph
import Synchronization

/// Constants as engines and vector units read them, from one compilation of a model to the next: programs for other lengths
/// have the same weights.
public final class LaidOutConstants: Sendable {
    /// What the bytes follow from, for one model, machine and set of options.
    struct Key: Hashable {
        /// Says how it is laid out.
        var name: String
        var type: TensorType
        /// The node whose result it is.
        var conversion: Node?
    }

    private let known = Mutex<[Key: [UInt8]]>([:])

    public init() {}

    func bytes(_ key: Key, make: () throws -> [UInt8]) rethrows -> [UInt8] {
        if let bytes = known.withLock({ $0[key] }) { return bytes }
        let bytes = try make()
        known.withLock { $0[key] = bytes }
        return bytes
    }
}
