/// What one element of an engine takes by itself: the shift-and-add element of MixPE beside multipliers.
public struct ElementCost: Hashable, Sendable {
    public var name: String
    public var areaSquareMicrometres: Figure
    public var closesPicoseconds: Double
    /// Of one operation on the codes of each layer, in the order of `workloads`.
    public var picojoules: [Double]
    public var workloads: [String]

    private static let blocks: [(name: String, module: String, parameters: [String: Int])] = [
        ("shift and add, 4 bits of offset codes", "shift_add_element", ["BitsPerElement": 4, "Signs": 0]),
        ("shift and add, 4 bits of two's complement", "shift_add_element", ["BitsPerElement": 4, "Signs": 1]),
        ("shift and add, 8 bits of two's complement", "shift_add_element", ["BitsPerElement": 8, "Signs": 1]),
        ("int8 multiplier", "int_multiply", [:]),
        ("fp16 multiplier", "float_port_multiply", ["SignificandBits": 11]),
    ]

    /// Products without their sums; what the library lacks is left out.
    public static func products(in costs: LibraryCosts) -> [ElementCost] {
        blocks.compactMap { name, module, parameters in
            guard let block = costs.blocks.first(where: { $0.module == module && $0.hasAll(parameters) }) else { return nil }
            return ElementCost(name: name, parts: [block], Origin(.synthesised, "\(block.block), \(costs.name)"))
        }
    }

    /// Products and their sums in 32 bits.
    public static func multiplyAccumulates(in costs: LibraryCosts) -> [ElementCost] {
        let integer = costs.blocks.first {
            $0.module == "multiply_accumulate" && $0.hasAll(["ActivationBits": 8, "WeightBits": 8])
        }
        let half = ["float_port_multiply", "float_add"].compactMap { name in
            costs.blocks.first { $0.module == name && (name == "float_add" || $0.hasAll(["SignificandBits": 11])) }
        }
        var found = integer.map {
            [ElementCost(name: "int8 multiply-accumulate", parts: [$0], Origin(.synthesised, "\($0.block), \(costs.name)"))]
        } ?? []
        if half.count == 2 {
            let origin = Origin(.estimated, "\(half.map(\.block).joined(separator: " + ")), \(costs.name)")
            found.append(ElementCost(name: "fp16 multiply, f32 add", parts: half, origin))
        }
        return found
    }

    private init(name: String, parts: [BlockCost], _ origin: Origin) {
        self.name = name
        areaSquareMicrometres = Figure(parts.reduce(0) { $0 + $1.areaSquareMicrometres }, origin)
        closesPicoseconds = parts.map(\.closesPicoseconds).max() ?? 0
        workloads = parts[0].activities.map(\.workload)
        // A part that was run on one workload has the same energy in all.
        picojoules = parts[0].activities.indices.map { index in
            parts.reduce(0) { sum, part in
                let activity = part.activities.indices.contains(index) ? part.activities[index] : part.activities.last
                return sum + (activity?.picojoulesPerRun ?? 0)
            }
        }
    }
}
