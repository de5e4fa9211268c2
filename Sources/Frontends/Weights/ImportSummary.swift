/// What became of the tensors of an imported model.
public struct ImportSummary: Sendable {
    /// Tensors of one type that became constants of one format.
    public struct Row: Sendable {
        public let type: String
        public let format: String
        public internal(set) var tensors = 0
        public internal(set) var elements = 0
        var loss = WeightStore.Loss()

        /// Sums of squares of the numbers, and of what they lost; nothing lost is exact.
        public var isExact: Bool { loss.noise == 0 }
        public var signalToNoise: Double { loss.signal / loss.noise }
    }

    public let network: String
    /// Metadata of the architecture that nothing was made of.
    public let unread: [String]
    public internal(set) var rows: [Row] = []
    /// Of the file of weights.
    public internal(set) var bytes = 0

    init(network: String, unread: [String]) {
        self.network = network
        self.unread = unread
    }

    mutating func add(_ constant: some WrittenConstant, _ loss: WeightStore.Loss) {
        guard let (type, format, elements) = constant.summary else { return }
        let index = rows.firstIndex { $0.type == type && $0.format == format } ?? rows.count
        if index == rows.count { rows.append(Row(type: type, format: format)) }
        rows[index].tensors += 1
        rows[index].elements += elements
        rows[index].loss = rows[index].loss + loss
    }
}
