import Arch
import Diagnostics
import Formats
import Graph

/// Where an engine's stored weights, scales and zero points lie in DRAM.
struct WeightImage: Hashable {
    /// Bytes of one column block over all of K.
    var blockBytes: Int
    var weights: GlobalAddress
    var bits: Int
    var codes: Multiply.Codes
    var zero: Multiply.Zero
    /// int16 [group of the convolution][block][K group][column]
    var zeros: GlobalAddress?
    var scales: (address: GlobalAddress, format: Multiply.ScaleFormat)? {
        scaleAddress.map { ($0, scaleFormat) }
    }
    var scaleAddress: GlobalAddress?
    var scaleFormat = Multiply.ScaleFormat.float32
    /// The scales go into the weights, in front of the multipliers.
    var scalesWeights = false
    /// k per scale group; the whole K when nothing is grouped.
    var groupSize: Int
    var groupCount: Int
    /// Column blocks of one group of a convolution.
    var blocks: Int
    /// Where the positions of kept weights lie, for N:M structured weights.
    var positions: Positions?
    /// The same for columns that share them, whose activations are gathered.
    var sharedPositions: SharedPositions?
    /// For engines whose codes leave some weights out.
    var outliers: OutlierImage?
    /// Weights whose blocks keep an N of their own.
    var mixed: MixedImage?
    /// f16 numbers of a dictionary whose indices the codes are.
    var centroids: GlobalAddress?

    struct Positions: Hashable {
        var layout: PositionLayout
        var address: GlobalAddress
        /// Bytes of one column block over all of K.
        var blockBytes: Int
    }

    struct SharedPositions: Hashable {
        var layout: SharedPositionLayout
        /// Columns of a group, counted over all groups of a convolution.
        var columns: Int
        var address: GlobalAddress
        /// Bytes of one run of a group.
        var runBytes: Int
    }
}

extension Multiply.Codes {
    /// How a constant weight of this codec is laid out.
    init(laidOut codec: Codec) {
        if case .bipolar = codec { self = .bipolar } else { self = Self(codec) ?? .offset }
    }
}

extension Codec {
    /// Offset of the unsigned code u from the value: value = u - offset; `nil` for odd levels, floats, flint and pairs.
    var codeOffset: Int? {
        switch self {
        case .signed(let bits): 1 << (bits - 1)
        case .unsigned: 0
        case .ternary: 1
        case .bipolar, .float32, .float16, .bfloat16, .minifloat, .outlierVictim, .flint: nil
        }
    }
}

extension TensorEncoding {
    /// The dictionary whose indices the engine stores; `nil` where it stores the weights themselves.
    func dictionary(of engine: any Engine) -> WeightDictionary? { engine is any DictionaryEngine ? dictionary : nil }
}

extension Lowering {
    /// Lays a constant weight out for an engine and proves that its accumulators hold.
    mutating func weightImage(
        _ node: Node, geometry: ProductGeometry, layout: DepthLayout, engine: any Engine, activations: Codec
    ) throws -> WeightImage {
        let name = node.inputs[1]
        let type = type(name)
        let codec = type.encoding.codec
        let dictionary = type.encoding.dictionary(of: engine)
        let bits = dictionary?.bits ?? codec.bits
        let blocks = (geometry.columns + engine.columnBlock - 1) / engine.columnBlock
        if let mix = type.encoding.structure.mix {
            let (weights, mixed) = try mixedImage(node, mix: mix, engine: engine, activations: activations)
            var image = WeightImage(
                blockBytes: 0, weights: weights, bits: codec.bits, codes: Multiply.Codes(laidOut: codec), zero: .immediate(0),
                groupSize: layout.depth, groupCount: 1, blocks: blocks)
            image.mixed = mixed
            try addScales(to: &image, node: node, type: type, geometry: geometry, engine: engine)
            try addZeros(to: &image, node: node, type: type, geometry: geometry, engine: engine)
            return image
        }
        let pattern = type.encoding.structure.pattern
        let blockBytes = engine.weightBytes(depth: layout.storedDepth, weightBits: bits)
        let zeroCodec = zeroCodec(type.encoding)
        let view = try parameter(
            "\(name) for \(engine.summary) \(layout.runs)x\(layout.paddedRun) times \(activations.name)", of: name,
            shape: [geometry.groups * blocks * blockBytes], type: .uint8, traffic: .weights
        ) { constant in
            let codes = WeightCodes(
                tensor: try constant(name), type: type, zeroCodec: zeroCodec, dictionary: dictionary)
            try codes.proveAccumulators(node: node, activations: activations, constant: constant)
            return try node.naming {
                try codes.laidOut(geometry: geometry, layout: layout, engine: engine, constant: constant)
            }
        }
        var image = WeightImage(
            blockBytes: blockBytes, weights: view.address, bits: bits,
            codes: dictionary == nil ? Multiply.Codes(laidOut: codec) : .dictionary,
            zero: .immediate(0), groupSize: layout.depth, groupCount: 1, blocks: blocks)
        if let pattern, layout.gathers {
            image.sharedPositions = try sharedPositions(node, layout: layout, pattern: pattern)
        } else if let pattern {
            image.positions = try positions(
                node, geometry: geometry, layout: layout,
                positions: PositionLayout(pattern: pattern, columnBlock: engine.columnBlock), blocks: blocks)
        }
        if let dictionary { image.centroids = try centroids(dictionary, of: name) }
        image.outliers = try outliers(node, geometry: geometry, layout: layout, engine: engine, blocks: blocks)
        image.scalesWeights = decisions[node.name]?.dequantisesFirst == true
        try addScales(to: &image, node: node, type: type, geometry: geometry, engine: engine)
        if image.scalesWeights, image.scaleAddress == nil {
            try addColumnScales(to: &image, node: node, type: type, geometry: geometry, engine: engine)
        }
        try addZeros(to: &image, node: node, type: type, geometry: geometry, engine: engine)
        return image
    }

    /// Missing numbers of a dictionary are +0.
    private mutating func centroids(_ dictionary: WeightDictionary, of name: String) throws -> GlobalAddress {
        let patterns = dictionary.centroids + Array(repeating: 0, count: 1 << dictionary.bits - dictionary.centroids.count)
        return try parameter(
            "\(name) centroids", shape: [patterns.count], type: .float16, traffic: .metadata
        ) { _ in patterns.flatMap { [UInt8(truncatingIfNeeded: $0), UInt8(truncatingIfNeeded: $0 >> 8)] } }.address
    }

    private mutating func positions(
        _ node: Node, geometry: ProductGeometry, layout: DepthLayout, positions: PositionLayout, blocks: Int
    ) throws -> WeightImage.Positions {
        let name = node.inputs[1]
        let type = type(name)
        let zeroCodec = zeroCodec(type.encoding)
        let blockBytes = positions.bytes(kept: positions.pattern.kept(of: layout.paddedDepth))
        let view = try parameter(
            "\(name) positions for blocks of \(positions.columnBlock) \(layout.runs)x\(layout.paddedRun)",
            shape: [geometry.groups * blocks * blockBytes], type: .uint8, traffic: .metadata
        ) { constant in
            let codes = WeightCodes(tensor: try constant(name), type: type, zeroCodec: zeroCodec)
            return try node.naming {
                try codes.positionsLaidOut(geometry: geometry, layout: layout, positions: positions, constant: constant)
            }
        }
        return WeightImage.Positions(layout: positions, address: view.address, blockBytes: blockBytes)
    }

    private mutating func sharedPositions(
        _ node: Node, layout: DepthLayout, pattern: NOfM
    ) throws -> WeightImage.SharedPositions {
        let name = node.inputs[1]
        let type = type(name)
        let zeroCodec = zeroCodec(type.encoding)
        let columns = type.encoding.structure.sharedColumns
        let positions = SharedPositionLayout(pattern)
        let runBytes = positions.bytes(kept: pattern.kept(of: layout.run))
        let view = try parameter(
            "\(name) positions for groups of \(columns)",
            shape: [ceilDivide(type.shape[0], columns) * layout.runs * runBytes], type: .uint8, traffic: .metadata
        ) { constant in
            let codes = WeightCodes(tensor: try constant(name), type: type, zeroCodec: zeroCodec)
            return try node.naming {
                try codes.sharedPositions(layout: layout, pattern: pattern, zeros: codes.zeros(constant)).laidOut()
            }
        }
        return WeightImage.SharedPositions(
            layout: positions, columns: columns, address: view.address, runBytes: runBytes)
    }

    private mutating func addScales(
        to image: inout WeightImage, node: Node, type: TensorType, geometry: ProductGeometry, engine: any Engine
    ) throws {
        guard case .tensor(let name, .group(let size)) = type.encoding.scale, size < geometry.channels else { return }
        guard geometry.kernelHeight * geometry.kernelWidth == 1 else {
            throw failure(node, "inputs[1]", "has scales grouped along K; a convolution's weights need one scale per output channel")
        }
        let groups = (geometry.channels + size - 1) / size
        let format: Multiply.ScaleFormat = self.type(name).encoding.codec == .float16 ? .float16 : .float32
        let columns = geometry.columns
        let block = engine.columnBlock
        let blocks = image.blocks
        let view = try parameter(
            "\(name) for blocks of \(block)", of: name, shape: [blocks * groups * block],
            type: format == .float16 ? .float16 : .float32, traffic: .scales
        ) { constant in
            let source = try constant(name).bytes
            return source.blocked(columns: columns, groups: groups, block: block, bytes: format.bytes)
        }
        image.scaleAddress = view.address
        image.scaleFormat = format
        image.groupSize = size
        image.groupCount = groups
    }

    /// f32 [group of the convolution][block][column]: scales that are not grouped along K, for weights that are scaled one
    /// by one.
    private mutating func addColumnScales(
        to image: inout WeightImage, node: Node, type: TensorType, geometry: ProductGeometry, engine: any Engine
    ) throws {
        let (columns, groups, block, scale) = (geometry.columns, geometry.groups, engine.columnBlock, type.encoding.scale)
        let view = try parameter(
            "\(node.inputs[1]) scales for \(groups) blocks of \(block)", shape: [groups * image.blocks * block],
            type: .float32, traffic: .scales
        ) { constant in
            let values: [Float]
            switch scale {
            case .none, .product: values = [1]
            case .uniform(let value): values = [value]
            case .tensor(let name, _):
                let tensor = try constant(name)
                values = (0..<tensor.count).map { tensor.float(at: $0) }
            }
            return (0..<groups).flatMap { group in
                (0..<columns).map { values.count == 1 ? values[0] : values[group * columns + $0] }.littleEndianBytes
                    .blocked(columns: columns, groups: 1, block: block, bytes: 4)
            }
        }
        image.scaleAddress = view.address
    }

    private mutating func addZeros(
        to image: inout WeightImage, node: Node, type: TensorType, geometry: ProductGeometry, engine: any Engine
    ) throws {
        guard let offset = type.encoding.codec.codeOffset else {
            guard type.encoding.zeroPoint == .uniform(0) else {
                throw failure(node, "inputs[1]", "has \(type.encoding.codec.name) codes with a zero point; 0 expected")
            }
            return
        }
        guard case .tensor(let name, _) = type.encoding.zeroPoint else {
            if case .uniform(let zero) = type.encoding.zeroPoint { image.zero = .immediate(zero + offset) }
            return
        }
        let zeroType = self.type(name)
        let own = zeroType.shape.count > 1 ? zeroType.shape.last ?? 1 : 1
        guard own == 1 || own == image.groupCount else {
            throw failure(node, "inputs[1]", "has zero points in groups along K and scales that are not; equal groups expected")
        }
        let groups = image.groupCount
        let columns = geometry.columns
        let block = engine.columnBlock
        let convolutionGroups = geometry.groups
        let view = try parameter(
            "\(name) plus \(offset) for \(convolutionGroups)x\(groups) blocks of \(block)", shape: [convolutionGroups * image.blocks * groups * block], type: .int16,
            traffic: .scales
        ) { constant in
            let tensor = try constant(name)
            var bytes: [UInt8] = []
            for g in 0..<convolutionGroups {
                var matrix: [UInt8] = []
                for column in 0..<columns {
                    for group in 0..<groups {
                        let row = tensor.count == 1 ? 0 : (g * columns + column) * own
                        let value = Int16(truncatingIfNeeded: offset + Int(tensor.integerValue(at: row + (own == 1 ? 0 : group), zeroType.encoding.codec)))
                        matrix += [UInt8(truncatingIfNeeded: value), UInt8(truncatingIfNeeded: value >> 8)]
                    }
                }
                bytes += matrix.blocked(columns: columns, groups: groups, block: block, bytes: 2)
            }
            return bytes
        }
        image.zeros = view.address
        image.zero = .table(offset: 0)
    }
}

extension Node {
    /// Places what is wrong with this node's operands.
    fileprivate func naming<Value>(_ body: () throws -> Value) throws -> Value {
        do { return try body() } catch let error as Diagnostic {
            throw Diagnostics(Diagnostic(node: error.node ?? name, field: error.field, error.message))
        }
    }
}

extension Array<UInt8> {
    /// [column][group] to [block][group][column of block], items of `bytes`, missing columns zero.
    fileprivate func blocked(columns: Int, groups: Int, block: Int, bytes: Int) -> [UInt8] {
        let blocks = (columns + block - 1) / block
        var result = [UInt8](repeating: 0, count: blocks * groups * block * bytes)
        for column in 0..<columns {
            for group in 0..<groups {
                let source = (column * groups + group) * bytes
                let target = ((column / block * groups + group) * block + column % block) * bytes
                for byte in 0..<bytes { result[target + byte] = self[source + byte] }
            }
        }
        return result
    }
}
