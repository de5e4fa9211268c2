import Graph

/// A product as the sliding of a window over an image: a linear is a 1 x 1 convolution over a row of M pixels.
struct ProductGeometry: Hashable {
    /// Images (or matrices of a batch).
    var batch: Int
    var height: Int
    var width: Int
    /// Channels of one group: K is kernelHeight * kernelWidth * channels.
    var channels: Int
    var groups: Int
    /// Output columns of one group.
    var columns: Int
    var kernelHeight = 1
    var kernelWidth = 1
    var stride = [1, 1]
    var dilation = [1, 1]
    /// top, left, bottom, right
    var padding = [0, 0, 0, 0]
    var outputHeight: Int
    var outputWidth: Int

    static func linear(rows: Int, depth: Int, columns: Int, batch: Int = 1) -> ProductGeometry {
        ProductGeometry(
            batch: batch, height: 1, width: rows, channels: depth, groups: 1, columns: columns, outputHeight: 1,
            outputWidth: rows)
    }

    static func convolution(_ c: Convolution, input: [Int], weight: [Int], output: [Int]) -> ProductGeometry {
        ProductGeometry(
            batch: input[0], height: input[1], width: input[2], channels: weight[3], groups: c.groups,
            columns: weight[0] / c.groups, kernelHeight: weight[1], kernelWidth: weight[2], stride: c.stride,
            dilation: c.dilation, padding: c.padding, outputHeight: output[1], outputWidth: output[2])
    }

    var depth: Int { kernelHeight * kernelWidth * channels }
    var rows: Int { outputHeight * outputWidth }
    var macs: Int { batch * rows * groups * columns * depth }

    /// Rows (or columns) of the padded image that `count` outputs need.
    func patchHeight(_ count: Int) -> Int { (count - 1) * stride[0] + (kernelHeight - 1) * dilation[0] + 1 }
    func patchWidth(_ count: Int) -> Int { (count - 1) * stride[1] + (kernelWidth - 1) * dilation[1] + 1 }
}
