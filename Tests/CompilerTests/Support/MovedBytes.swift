import Arch

/// Bytes that the transfers of a program move, by kind and direction, in each memory.
struct MovedBytes: Equatable {
    struct Key: Hashable {
        var kind: Traffic
        var isWrite: Bool
    }
    var dram: [Key: Int] = [:]
    var shared: [Key: Int] = [:]

    init(_ program: Program) {
        for instruction in program.instructions {
            switch instruction.body {
            case .load(let transfer): add(transfer.bytes, transfer.global, Key(kind: transfer.traffic, isWrite: false))
            case .store(let transfer): add(transfer.bytes, transfer.global, Key(kind: transfer.traffic, isWrite: true))
            case .gather(let gather):
                add(gather.rowBytes * gather.count, gather.global, Key(kind: gather.traffic, isWrite: false))
            case .fill, .mma, .lmma, .buildTables, .elementwise, .reduce: break
            }
        }
    }

    private mutating func add(_ bytes: Int, _ address: GlobalAddress, _ key: Key) {
        switch address.memory {
        case .dram: dram[key, default: 0] += bytes
        case .shared: shared[key, default: 0] += bytes
        }
    }
}
