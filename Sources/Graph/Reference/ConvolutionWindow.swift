/// Which input pixel lies under which tap of the window at which output pixel.
struct ConvolutionWindow {
    var height: Int
    var width: Int
    /// Channels of the whole image.
    var channels: Int
    var outputHeight: Int
    var outputWidth: Int
    var kernelHeight: Int
    var kernelWidth: Int
    var stride: [Int]
    /// top, left, bottom, right
    var padding: [Int]
    var dilation: [Int]
    var groups: Int

    var channelsPerGroup: Int { channels / groups }
    var taps: Int { kernelHeight * kernelWidth }
    var depth: Int { taps * channelsPerGroup }

    /// Index of the input pixel (over batch, height, width), or `nil` in the padding.
    @inline(__always)
    func source(pixel: Int, tap: Int) -> Int? {
        let x = pixel % outputWidth
        let rest = pixel / outputWidth
        let y = rest % outputHeight
        let batch = rest / outputHeight
        let row = y * stride[0] - padding[0] + tap / kernelWidth * dilation[0]
        let column = x * stride[1] - padding[1] + tap % kernelWidth * dilation[1]
        guard row >= 0, row < height, column >= 0, column < width else { return nil }
        return (batch * height + row) * width + column
    }
}
