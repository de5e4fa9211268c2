/// An order of nodes in which every producer comes before its consumers.
enum TopologicalOrder {
    struct Cycle: Error {
        /// Nodes, each using what the next one yields, the last what the first one yields.
        var nodes: [Int]
    }

    /// - Parameter producers: for every node, the nodes whose outputs it uses.
    /// - Returns: all nodes. Where the given order is valid already it is kept; else a node moves just before its
    ///   first user.
    static func sort(producers: [[Int]]) throws(Cycle) -> [Int] {
        enum State { case unseen, open, done }
        var state = [State](repeating: .unseen, count: producers.count)
        var order: [Int] = []
        order.reserveCapacity(producers.count)
        // Depth first without recursion: files may chain a million nodes.
        var path: [(node: Int, next: Int)] = []
        for start in producers.indices where state[start] == .unseen {
            path.append((start, 0))
            state[start] = .open
            while let (node, next) = path.last {
                guard next < producers[node].count else {
                    state[node] = .done
                    order.append(node)
                    path.removeLast()
                    continue
                }
                path[path.count - 1].next += 1
                let producer = producers[node][next]
                switch state[producer] {
                case .done: break
                case .unseen:
                    state[producer] = .open
                    path.append((producer, 0))
                case .open:
                    let first = path.firstIndex { $0.node == producer } ?? 0
                    throw Cycle(nodes: path[first...].map(\.node))
                }
            }
        }
        return order
    }
}
