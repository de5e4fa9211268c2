import Arch
import Dispatch
import Synchronization

/// The constants of a program, in order. Where they lie is known at once; their bytes are made when all code is, on several
/// cores: those of a whole model take longer than its code.
struct PendingConstants {
    private struct Pending: Sendable {
        var name: String
        var address: Int
        var make: @Sendable () throws -> [UInt8]
    }

    /// Each weight that is made holds a few copies of itself meanwhile; more at once would take memory and save little.
    private static let greatestWorkers = 8

    private var all: [Pending] = []

    mutating func append(_ name: String, address: Int, make: @escaping @Sendable () throws -> [UInt8]) {
        all.append(Pending(name: name, address: address, make: make))
    }

    /// - Throws: what the first of them that fails throws.
    func made() throws -> [Constant] {
        let all = all
        let next = Mutex(0)
        let results = Mutex([Result<[UInt8], any Error>?](repeating: nil, count: all.count))
        DispatchQueue.concurrentPerform(iterations: min(all.count, Self.greatestWorkers)) { _ in
            while true {
                let index = next.withLock { next in
                    defer { next += 1 }
                    return next
                }
                guard index < all.count else { return }
                let result = Result { try all[index].make() }
                results.withLock { $0[index] = result }
            }
        }
        return try zip(all, results.withLock { $0 }).map { pending, result in
            Constant(name: pending.name, address: pending.address, bytes: try result?.get() ?? [])
        }
    }
}
