import Arch

extension SerialMAC {
    /// A cycle for every row and k, once per block of columns; the last sums leave through the registers of the pipeline.
    public func timing(_ multiply: Multiply, shape: LookupShape?) -> UnitTiming {
        let blocks = ceilDivide(multiply.columns, columns)
        let issued = blocks * multiply.rows * multiply.depth
        let ideal = ceilDivide(multiply.rows * multiply.columns * multiply.depth, columns)
        return UnitTiming(
            occupancyParts: [
                .init(.ideal, "activations broadcast to all lanes", ideal),
                .init(.raggedEdges, "lanes of N not used", issued - ideal),
            ],
            latencyParts: [
                .init(.fillAndDrain, "operand register", 1),
                .init(.fillAndDrain, "product register", 1),
                .init(.fillAndDrain, "sum register", 1),
            ] + .leaving(scaled: multiply.isScaled))
    }

    public func activity(_ multiply: Multiply, shape: LookupShape?) -> [Event: Int] {
        let blocks = ceilDivide(multiply.columns, columns)
        let outputs = multiply.rows * multiply.columns
        let segments = multiply.isScaled ? KCut(multiply, granule: 1).segments.count : 1
        let events: [Event: Int] = [
            .multiplyAccumulate: outputs * multiply.depth,
            .activationRead: blocks * multiply.rows * multiply.depth,
            .weightRead: blocks * multiply.rows * weightBytes(depth: multiply.depth, weightBits: multiply.weightBits),
            .accumulatorWrite: 4 * outputs * segments,
            .accumulatorRead: 4 * outputs * (multiply.accumulate ? segments : segments - 1),
            .groupScale: multiply.isScaled ? outputs * segments : 0,
        ]
        return events.filter { $0.value > 0 }
    }
}
