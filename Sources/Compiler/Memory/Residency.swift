import Arch
import Diagnostics
import Graph

/// Which memory tensors lie in. Constants, inputs, outputs and states are the host's and lie in DRAM; what is made and read
/// between segments lies in the shared buffer while it lives, first fit, and in DRAM where there is no room.
extension Lowering {
    /// A place for a node's output.
    mutating func allocate(_ tensor: String) throws -> TensorView {
        if let view = views[tensor] { return view }
        if lifetimes.isKept(tensor) { return try placeInDRAM(tensor, traffic: .outputs) }
        return place(tensor, at: try addressBetweenSegments(tensor, bytes: bytes(of: tensor)), traffic: .activations)
    }

    @discardableResult
    mutating func placeInDRAM(_ tensor: String, traffic: Traffic) throws -> TensorView {
        if let view = views[tensor] { return view }
        return place(tensor, at: try addressInDRAM(bytes: bytes(of: tensor)), traffic: traffic)
    }

    /// A tensor that is never stored, since its readers read something else that is made of it: no room is taken on chip.
    mutating func placeUnstored(_ tensor: String) throws { try placeInDRAM(tensor, traffic: .activations) }

    /// A place for what is made of a tensor and lives as long as it does: a dense copy, lookup tables.
    mutating func placeCopy(_ copy: String, of tensor: String, bytes: Int) throws -> GlobalAddress {
        let address = try addressBetweenSegments(copy, bytes: bytes)
        lifetimes.ownCopy(copy, of: tensor, address: address, bytes: bytes)
        return address
    }

    mutating func release(_ address: GlobalAddress, bytes: Int) {
        switch address.memory {
        case .dram: dram.release(address.offset, bytes: bytes)
        case .shared: shared.release(address.offset, bytes: bytes)
        }
    }

    private func bytes(of tensor: String) -> Int {
        let type = type(tensor)
        return type.count * type.encoding.codec.elementType.bytes
    }

    private mutating func place(_ tensor: String, at address: GlobalAddress, traffic: Traffic) -> TensorView {
        let type = type(tensor)
        let view = TensorView(
            address: address, shape: type.shape, type: type.encoding.codec.elementType, traffic: traffic)
        views[tensor] = view
        lifetimes.own(tensor, address: address, bytes: bytes(of: tensor))
        return view
    }

    private mutating func addressInDRAM(bytes: Int) throws -> GlobalAddress {
        let address = dram.allocate(bytes)
        try checkCapacity()
        return GlobalAddress(.dram, address)
    }

    private mutating func addressBetweenSegments(_ name: String, bytes: Int) throws -> GlobalAddress {
        if let offset = shared.allocateIfFree(bytes) { return GlobalAddress(.shared, offset) }
        guard options.residency == .onChip else { return try addressInDRAM(bytes: bytes) }
        let machine = target.machine
        let room = machine.sharedBuffer.map { "the largest free range of its \($0.bytes) bytes has \(shared.largestFree)" }
        throw Diagnostics(Diagnostic(
            node: name, field: "residency",
            "its \(bytes) bytes do not fit into the shared buffer of machine '\(machine.name)': "
                + (room ?? "the machine has none")))
    }
}
