import Formats

extension NodeEvaluation {
    /// x [B, H, W, C], w [O, KH, KW, C/groups], bias [O]? -> [B, OH, OW, O]; K is (kh, kw, cin), cin fastest.
    func convolve(_ convolution: Convolution, _ output: ProductOutput) throws -> Tensor {
        let x = try input(0)
        let weight = try input(1)
        let result = try self.output().shape
        let groups = convolution.groups
        try require(x.shape.count == 4 && weight.shape.count == 4 && result.count == 4, nil, "expected four axes")
        try require(
            groups > 0 && x.last % groups == 0 && weight.last == x.last / groups && weight.shape[0] % groups == 0,
            "groups", "\(groups) groups do not divide \(x.last) channels by weights of shape \(weight.shape)")
        try require(
            result[0] == x.shape[0] && convolution.stride.count == 2 && convolution.dilation.count == 2
                && convolution.padding.count == 4, nil, "stride and dilation have two entries, padding four")
        let window = ConvolutionWindow(
            height: x.shape[1], width: x.shape[2], channels: x.last, outputHeight: result[1], outputWidth: result[2],
            kernelHeight: weight.shape[1], kernelWidth: weight.shape[2], stride: convolution.stride,
            padding: convolution.padding, dilation: convolution.dilation, groups: groups)
        let depth = window.depth
        let columns = weight.shape[0] / groups
        return try product(
            ProductOperands(
                geometry: ProductGeometry(
                    tasks: groups, lines: result[0] * result[1] * result[2], columns: columns, depth: depth,
                    taskStride: columns, lineStride: weight.shape[0], tasksAreChannels: true),
                left: x, right: weight, bias: inputs.count > 2 ? input(2) : nil, window: window,
                rightElement: { line, k in line * depth + k }, rightIsByLine: true), output)
    }
}
