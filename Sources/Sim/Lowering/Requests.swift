import Arch

extension Instruction.Body {
    /// The memory that the instruction moves bytes from or to, if it does.
    var memory: GlobalMemory? {
        switch self {
        case .load(let transfer), .store(let transfer): transfer.global.memory
        case .gather(let gather): gather.global.memory
        case .fill, .mma, .lmma, .buildTables, .elementwise, .reduce: nil
        }
    }

    /// What the instruction asks of its memory's interface, if it does.
    func request(burstBytes: Int) -> TransferRequest? {
        switch self {
        case .load(let transfer): transfer.request(.load, isWrite: false)
        case .store(let transfer): transfer.request(.store, isWrite: true)
        case .gather(let gather): gather.request(burstBytes: burstBytes)
        case .fill, .mma, .lmma, .buildTables, .elementwise, .reduce: nil
        }
    }
}

extension Transfer {
    fileprivate func request(_ requester: Requester, isWrite: Bool) -> TransferRequest {
        TransferRequest(requester: requester, address: global.offset, rowBytes: rowBytes, loops: loops, isWrite: isWrite)
    }
}

extension Gather {
    /// Indices are data and time has no data: every row is taken to lie at the residue, of those that the table's rows
    /// have, where it touches the most bursts. Exact when the row pitch is a multiple of the burst.
    fileprivate func request(burstBytes: Int) -> TransferRequest {
        let step = BurstCount.greatestCommonDivisor(burstBytes, BurstCount.residue(rowPitch, burstBytes))
        let residues = 0..<min(max(rows, 1), burstBytes / step)
        let worst = residues.max { residue(of: $0, burstBytes) < residue(of: $1, burstBytes) } ?? 0
        return TransferRequest(
            requester: .load, address: global.offset + worst * rowPitch, rowBytes: rowBytes,
            loops: [Transfer.Loop(count: count, globalStride: 0)], isWrite: false)
    }

    private func residue(of row: Int, _ burstBytes: Int) -> Int {
        BurstCount.residue(global.offset + row * rowPitch, burstBytes)
    }
}

/// The code as the front end reads it.
extension Program {
    func fetch(_ instructions: Range<Int>) -> TransferRequest {
        TransferRequest(
            requester: .fetch, address: codeAddress + instructions.lowerBound * ISA.instructionBytes,
            rowBytes: instructions.count * ISA.instructionBytes, isWrite: false)
    }
}
