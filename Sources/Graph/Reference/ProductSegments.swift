import Formats

extension NodeEvaluation {
    /// Where K is cut, and the scales of both operands by line and segment.
    func productScales(_ operands: ProductOperands) throws -> (Segments, ScaledSum) {
        let left = try leftScale(operands)
        let right = try rightScale(operands)
        let cuts = (0..<operands.geometry.tasks).map { task in
            left.cuts[min(task, left.cuts.count - 1)].union(right.cuts[min(task, right.cuts.count - 1)])
        }
        let segments = Segments(depth: operands.geometry.depth, cuts: cuts.isEmpty ? [[]] : cuts)
        return (segments, ScaledSum(left: left.scales(segments), right: right.scales(segments)))
    }

    private func leftScale(_ operands: ProductOperands) throws -> ScaledOperand {
        let geometry = operands.geometry
        let scale = try scale(operands.left.type.encoding.scale, of: operands.left.shape)
        if let window = operands.window { return imageScale(scale, window, geometry) }
        let depth = geometry.depth
        let cuts = changes(depth: depth) { scale?.index(ofElement: $0) ?? 0 }
        return ScaledOperand(
            scale: scale, lineCount: geometry.tasks * geometry.lines, linesPerTask: geometry.lines, cuts: [cuts],
            element: { line, k in line * depth + k })
    }

    private func rightScale(_ operands: ProductOperands) throws -> ScaledOperand {
        let scale = try scale(operands.right.type.encoding.scale, of: operands.right.shape)
        let cuts = changes(depth: operands.geometry.depth) { k in
            scale?.index(ofElement: operands.rightElement(0, k)) ?? 0
        }
        let lines = operands.right.type.count / max(1, operands.geometry.depth)
        return ScaledOperand(
            scale: scale, lineCount: lines, linesPerTask: operands.geometry.columns, cuts: [cuts],
            element: operands.rightElement)
    }

    private func imageScale(
        _ scale: SharedParameter<Float>?, _ window: ConvolutionWindow, _ geometry: ProductGeometry
    ) -> ScaledOperand {
        let channels = window.channelsPerGroup
        let cuts = (0..<geometry.tasks).map { group in
            changes(depth: geometry.depth) { k in
                let tap = k / channels
                let channel = group * channels + k % channels
                guard let scale, !scale.isUniform else { return 0 }
                switch scale.granularity {
                case .tensor, .axis(0): return 0
                case .axis(1): return tap / window.kernelWidth
                case .axis(2): return tap % window.kernelWidth
                case .axis: return channel
                case .group(let size): return tap * window.channels + channel / size
                }
            }
        }
        return ScaledOperand(
            scale: scale, lineCount: geometry.tasks * geometry.lines, linesPerTask: geometry.lines, cuts: cuts,
            element: { line, k in
                let pixel = line % geometry.lines
                let channel = line / geometry.lines * channels + k % channels
                return window.source(pixel: pixel, tap: k / channels).map { $0 * window.channels + channel }
            })
    }
}
