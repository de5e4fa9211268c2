import Arch

extension FloatArray {
    /// Activations of a weight-stationary float array, a row of a tile per beat.
    ///
    /// - Parameters:
    ///   - rows: K lanes.
    ///   - control: ports that only one engine has.
    func rowStream(
        _ walk: StationaryWalk, _ ports: StationaryPorts, rows: Int, significandBits bits: Int,
        control: [(port: RTLPort, value: Int)] = []
    ) -> BeatStream {
        let bySegment = sums.leaveBySegment
        func withoutScaled<Field>(_ fields: [Field]) -> [Field] {
            fields.enumerated().filter { $0.offset != StationaryPorts.scaledField }.map(\.element)
        }
        var beats: [[Int]] = []
        for tile in walk.tiles {
            let lanes = tile.kBlock.range.count
            for row in tile.rows {
                var operands = tile.kBlock.range.map { activation(row: row, k: $0).port(significandBits: bits) }
                operands += Array(repeating: 0, count: rows - lanes)
                let modes = [bySegment ? 1 : 0, sums == .converted ? 1 : 0]
                beats.append(
                    operands + [lanes] + control.map(\.value) + modes
                        + withoutScaled(ports.rowBeat(tile, row: row, multiply, bySegment: bySegment)))
            }
        }
        return BeatStream(
            "row",
            fields: [
                RTLPort("row_value_i", bits: FloatPort.overhead + bits, count: rows),
                RTLPort("row_lanes_i", bits: levels(rows + 1)),
            ] + control.map(\.port) + [RTLPort("row_segmented_i", bits: 1), RTLPort("row_convert_i", bits: 1)]
                + withoutScaled(ports.rowFields), beats: beats)
    }
}
