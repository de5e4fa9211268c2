import Arch

/// Where the values of a tile lie: decided once for a segment, the same for every tile.
///
/// A value that nothing reads any more gives its bytes to a later one of the same class (element bytes and width), so the
/// plan holds for every tile size.
struct ValuePlan {
    enum Place: Hashable {
        /// The bytes of the value with this index, which is dead by then or read element by element before it is overwritten.
        case bytesOf(Int)
        case slot(Role)
    }
    /// Of the output of each step.
    private(set) var places: [Place] = []
    private let indices: [String: Int]
    var count: Int { indices.count }

    private struct Class: Hashable {
        var bytes: Int
        var width: Int?
    }

    init(binding: VectorBinding, outputs: Set<String>) {
        var names = Set(binding.operands.keys).union(outputs).union(binding.made)
        var lastUse: [String: Int] = [:]
        var classes: [String: Class] = [:]
        for (index, step) in binding.steps.enumerated() {
            names.formUnion(step.reads + [step.output])
            for name in step.reads { lastUse[name] = index }
            classes[step.output] = Class(bytes: step.type.bytes, width: step.width)
        }
        indices = Dictionary(uniqueKeysWithValues: names.sorted().enumerated().map { ($1, $0) })
        // What a product or window hands over is a whole tile and dies like any other value.
        for name in binding.made where classes[name] == nil {
            classes[name] = Class(bytes: binding.handedBytes, width: nil)
        }
        for name in outputs { lastUse[name] = Int.max }
        places = Self.places(binding, outputs: outputs, lastUse: lastUse, classes: classes, indices: indices)
    }

    func index(_ name: String) -> Int { indices[name] ?? 0 }

    private static func places(
        _ binding: VectorBinding, outputs: Set<String>, lastUse: [String: Int], classes: [String: Class],
        indices: [String: Int]
    ) -> [Place] {
        var free: [(name: String, kind: Class)] = []
        var places: [Place] = []
        var temporaries = 0
        for (index, step) in binding.steps.enumerated() {
            let kind = Class(bytes: step.type.bytes, width: step.width)
            let isDead = { (name: String) in lastUse[name] == index && classes[name] == kind && binding.operands[name] == nil }
            if step.isElementByElement, isDead(step.a), step.a != step.secondName {
                places.append(.bytesOf(indices[step.a] ?? 0))
            } else if let found = free.firstIndex(where: { $0.kind == kind }) {
                places.append(.bytesOf(indices[free.remove(at: found).name] ?? 0))
            } else if outputs.contains(step.output) {
                places.append(.slot(.output(step.output)))
            } else {
                places.append(.slot(.temporary(temporaries)))
                temporaries += 1
            }
            let reused = places.last == .bytesOf(indices[step.a] ?? -1)
            for name in Set(step.reads).sorted() where lastUse[name] == index && binding.operands[name] == nil {
                if name == step.a, reused { continue }
                if let kind = classes[name] { free.append((name, kind)) }
            }
        }
        return places
    }
}

extension VectorStep {
    /// Reads element i before it writes element i and nothing else.
    fileprivate var isElementByElement: Bool {
        switch kind {
        case .elementwise, .mask: true
        case .reduceRow, .reduceGroups, .elementwiseByGroup, .rope: false
        }
    }
}
