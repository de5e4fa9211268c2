import Diagnostics
import Formats
import Graph

/// A linear layer whose weights are packed.
struct PackedModule {
    let checkpoint: Checkpoint
    let packing: PackedCheckpoint
    let module: String

    /// What packed weights are made of; the first is what they are known by.
    var tensors: [String] {
        switch packing.method {
        case .words: ["qweight", "qzeros", "scales", "g_idx"].map { "\(module).\($0)" }
        case .ternary: ["weight", "weight_scale"].map { "\(module).\($0)" }
        }
    }

    var isPacked: Bool { packedTensor != nil }

    private var packedTensor: Checkpoint.Tensor? {
        guard let tensor = checkpoint.tensors[tensors[0]] else { return nil }
        if case .ternary = packing.method, tensor.type != .u8 { return nil }
        return tensor
    }

    /// Rows of weights [outputs, inputs]; `nil` when this layer is not packed.
    func rows(_ sizes: [Int]) throws(Diagnostic) -> (any RowSource)? {
        guard let tensor = packedTensor else { return nil }
        switch packing.method {
        case .words(let words): return try grouped(words, tensor, outputs: sizes[0], inputs: sizes[1])
        case .ternary(let isReciprocal): return try ternary(tensor, sizes, isReciprocal: isReciprocal)
        }
    }

    private func ternary(
        _ tensor: Checkpoint.Tensor, _ sizes: [Int], isReciprocal: Bool
    ) throws(Diagnostic) -> TernaryRows {
        guard sizes[0].isMultiple(of: 4), tensor.shape == [sizes[0] / 4, sizes[1]] else {
            throw Diagnostic(
                node: tensor.name, field: "shape", "is \(tensor.shape) U8, \([sizes[0] / 4, sizes[1]]) expected by the configuration")
        }
        let scale = try self.tensor("weight_scale")
        guard scale.elements == 1, PlainRows.types.contains(scale.type) else {
            throw Diagnostic(node: scale.name, field: "shape", "one number expected")
        }
        let stored = scale.data.withUnsafeBytes { scale.type.number($0, 0) }
        let magnitude = isReciprocal ? 1 / stored : stored
        guard magnitude > 0, magnitude.isFinite else {
            throw Diagnostic(node: scale.name, "is \(stored), a positive number expected")
        }
        return TernaryRows(tensor: tensor, rows: sizes[0], columns: sizes[1], scale: magnitude)
    }

    private func grouped(
        _ words: WordPacking, _ qweight: Checkpoint.Tensor, outputs: Int, inputs: Int
    ) throws(Diagnostic) -> PackedGroups {
        let (qzeros, scales) = (try tensor("qzeros"), try tensor("scales"))
        let bits = try bits(words, qweight, inputs: inputs)
        guard PlainRows.types.contains(scales.type), scales.shape.count == 2, scales.shape[0] > 0, scales.shape[1] == outputs else {
            throw Diagnostic(
                node: scales.name, field: "shape", "is \(scales.shape) \(scales.type.rawValue), floats [groups, \(outputs)] expected")
        }
        let groups = scales.shape[0]
        let width = (outputs * bits + 31) / 32
        try check(qweight, words.isAlongOutputs ? [inputs, width] : [(inputs * bits + 31) / 32, outputs])
        try check(qzeros, [groups, width])
        let size = packing.isMixed ? (inputs + groups - 1) / groups : packing.groupSize ?? inputs
        guard (inputs + size - 1) / size == groups else {
            throw Diagnostic(
                node: scales.name, field: "shape", "has \(groups) groups, \((inputs + size - 1) / size) of \(size) inputs expected")
        }
        let (members, isOrdered) = try members(inputs: inputs, groups: groups, size: size)
        return PackedGroups(
            packing: words, bits: bits, qweight: qweight, qzeros: qzeros, scales: scales, rows: outputs, columns: inputs,
            groups: members, groupSize: isOrdered ? size : nil, hasHalfScales: Self.areHalves(scales))
    }

    private func bits(_ words: WordPacking, _ qweight: Checkpoint.Tensor, inputs: Int) throws(Diagnostic) -> Int {
        guard packing.isMixed, case .gptq = words, let rows = qweight.shape.first, rows < 1 << 24 else { return packing.bits }
        let bits = rows * 32 / max(1, inputs)
        guard [2, 3, 4, 8].contains(bits) else {
            throw Diagnostic(node: qweight.name, field: "shape", "is \(qweight.shape), which makes \(bits) bits; 2, 3, 4 or 8 expected")
        }
        return bits
    }

    /// Group of every input, and whether groups are runs of neighbours.
    private func members(inputs: Int, groups: Int, size: Int) throws(Diagnostic) -> ([Int32], Bool) {
        let ordered = (0..<inputs).map { Int32($0 / size) }
        guard let index = checkpoint.tensors["\(module).g_idx"] else { return (ordered, true) }
        guard index.type == .i32, index.shape == [inputs] else {
            throw Diagnostic(
                node: index.name, field: "shape", "is \(index.shape) \(index.type.rawValue), [\(inputs)] I32 expected")
        }
        let found = index.data.withUnsafeBytes { bytes in
            (0..<inputs).map { Int32(littleEndian: bytes.loadUnaligned(fromByteOffset: 4 * $0, as: Int32.self)) }
        }
        // Files without act-order have zeros now and then.
        if found.allSatisfy({ $0 == 0 }) { return (ordered, true) }
        if let wrong = found.firstIndex(where: { $0 < 0 || $0 >= groups }) {
            throw Diagnostic(node: index.name, field: "[\(wrong)]", "is \(found[wrong]), 0 to \(groups - 1) expected")
        }
        return (found, found == ordered)
    }

    private static func areHalves(_ scales: Checkpoint.Tensor) -> Bool {
        if scales.type == .f16 { return true }
        return scales.data.withUnsafeBytes { bytes in
            (0..<scales.elements).allSatisfy { index in
                let number = scales.type.number(bytes, index)
                return Binary16.widened(Binary16.narrowed(number)) == number
            }
        }
    }

    private func check(_ tensor: Checkpoint.Tensor, _ shape: [Int]) throws(Diagnostic) {
        guard tensor.type == .i32, tensor.shape == shape else {
            throw Diagnostic(
                node: tensor.name, field: "shape", "is \(tensor.shape) \(tensor.type.rawValue), \(shape) I32 expected")
        }
    }

    private func tensor(_ kind: String) throws(Diagnostic) -> Checkpoint.Tensor {
        let name = "\(module).\(kind)"
        if let tensor = checkpoint.tensors[name] { return tensor }
        throw Diagnostic(node: name, "the files have no such tensor")
    }
}

extension WordPacking {
    /// Words run along the outputs.
    var isAlongOutputs: Bool { if case .awq = self { true } else { false } }
}
