import Arch

/// An image tensor [batch, height, width, channels] outside the scratchpads, channels contiguous.
struct ImageView: Hashable {
    var address: GlobalAddress
    var strides: [Int]
    var height: Int
    var width: Int
    var elementBytes: Int
    var traffic: Traffic
}

/// A rectangle of a padded image and some of its channels, as it lies in a scratchpad: [row][column][channel], dense.
struct Patch: Hashable {
    var image: Int
    /// First row and column in the unpadded image's coordinates; may be negative.
    var row: Int
    var column: Int
    var rows: Int
    var columns: Int
    var channel: Int
    var channels: Int
}

extension Emitter {
    /// Fills what lies outside the image with `padding` (an element's bits) and loads the rest.
    mutating func load(_ patch: Patch, of view: ImageView, into address: LocalAddress, padding: UInt32) {
        let rows = max(0, patch.row)..<max(max(0, patch.row), min(view.height, patch.row + patch.rows))
        let columns = max(0, patch.column)..<max(max(0, patch.column), min(view.width, patch.column + patch.columns))
        let pixel = patch.channels * view.elementBytes
        let pitch = patch.columns * pixel
        if rows.count < patch.rows || columns.count < patch.columns {
            emit(.fill(Fill(
                local: address, rowBytes: patch.rows * pitch, elementBytes: view.elementBytes, value: padding)))
        }
        guard !rows.isEmpty, !columns.isEmpty else { return }
        let first =
            view.address + patch.image * view.strides[0] + rows.lowerBound * view.strides[1]
            + columns.lowerBound * view.strides[2] + patch.channel * view.strides[3]
        let local = address.offset + (rows.lowerBound - patch.row) * pitch + (columns.lowerBound - patch.column) * pixel
        var loops = [Transfer.Loop(count: rows.count, globalStride: view.strides[1], localStride: pitch)]
        var rowBytes = pixel
        if view.strides[2] == pixel {
            rowBytes = columns.count * pixel
            if rows.count > 1, view.strides[1] == rowBytes, pitch == rowBytes {
                rowBytes *= rows.count
                loops = []
            }
        } else {
            loops.append(Transfer.Loop(count: columns.count, globalStride: view.strides[2], localStride: pixel))
        }
        if rows.count == 1, !loops.isEmpty { loops.removeFirst() }
        emit(.load(Transfer(
            global: first, local: LocalAddress(address.space, local), rowBytes: rowBytes, loops: loops,
            traffic: view.traffic)))
    }
}
