import Arch

/// Bytes that an instruction moves from or to a scratchpad.
struct ScratchpadBytes {
    var space: Space
    var isWrite: Bool
    var bytes: Int
}

extension Instruction {
    /// What the instruction moves: of products what the engine counts, since its schedule says how often it reads an operand;
    /// of all others what the fields name.
    func scratchpadBytes(_ events: [Event: Int]) -> [ScratchpadBytes] {
        switch body {
        case .mma, .lmma:
            return events.compactMap { event, count in
                event.scratchpad.map { ScratchpadBytes(space: $0.space, isWrite: $0.isWrite, bytes: count) }
            }
        case .load, .gather, .store, .fill, .elementwise, .reduce: return namedBytes
        case .buildTables(let build):
            guard let selection = build.selection else { return namedBytes }
            // Selectors read the positions again for every row.
            let again = ScratchpadBytes(
                space: selection.positions.space, isWrite: false, bytes: build.positionBytes * (build.rows - 1))
            return namedBytes + [again]
        }
    }

    private var namedBytes: [ScratchpadBytes] {
        var moved: [ScratchpadBytes] = []
        // None of these depends on an engine's layout.
        forEachSpan(engines: []) { span in
            guard case .scratchpad(let space) = span.memory else { return }
            moved.append(ScratchpadBytes(space: space, isWrite: span.isWrite, bytes: span.movedBytes))
        }
        return moved
    }
}
