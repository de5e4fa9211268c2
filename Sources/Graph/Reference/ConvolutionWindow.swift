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

    /// Where the window of an output pixel begins; row and column may lie in the padding.
    struct Origin {
        var image: Int
        var row: Int
        var column: Int
    }

    func origin(pixel: Int) -> Origin {
        let rest = pixel / outputWidth
        return Origin(
            image: rest / outputHeight, row: rest % outputHeight * stride[0] - padding[0],
            column: pixel % outputWidth * stride[1] - padding[1])
    }

    /// Index of the input pixel (over batch, height, width) under a tap, or `nil` in the padding.
    @inline(__always)
    func source(_ origin: Origin, _ kernelRow: Int, _ kernelColumn: Int) -> Int? {
        let row = origin.row + kernelRow * dilation[0]
        let column = origin.column + kernelColumn * dilation[1]
        guard row >= 0, row < height, column >= 0, column < width else { return nil }
        return (origin.image * height + row) * width + column
    }

    /// The same for a tap counted through the window.
    func source(pixel: Int, tap: Int) -> Int? {
        source(origin(pixel: pixel), tap / kernelWidth, tap % kernelWidth)
    }
}
