import Diagnostics
import Formats

extension ONNXLowering {
    mutating func resized(scales: Int, sizes: Int?, isOld: Bool) throws(Diagnostic) -> Value {
        let value = try value(0)
        let (edge, shape) = try image(value)
        try refuse(value.shape.count != 4, "images of \(value.shape.count - 2) axes, only 2 are supported")
        let mode = node.text("mode", default: "nearest")
        try refuse(mode != "nearest" && mode != "linear" && mode != "bilinear", "mode \(mode)", field: "mode")
        try refuse(node.integer("antialias", default: 0) != 0, "antialiasing", field: "antialias")
        try refuse(
            node.integer("exclude_outside", default: 0) != 0, "weights without the outside", field: "exclude_outside")
        let policy = node.text("keep_aspect_ratio_policy", default: "stretch")
        try refuse(policy != "stretch", "policy \(policy)", field: "keep_aspect_ratio_policy")
        guard let old = Array(shape.suffix(2)).numbers else { throw Diagnostic("an image whose size is a symbol") }
        let new = try resizedSize(shape, old, scales, sizes)
        let coordinates = isOld ? "asymmetric" : node.text("coordinate_transformation_mode", default: "half_pixel")
        let isHalf = coordinates == "half_pixel" || (coordinates == "pytorch_half_pixel" && !new.contains(1))
        try refuse(
            !isHalf && coordinates != "asymmetric" && coordinates != "align_corners", "coordinates \(coordinates)",
            field: "coordinate_transformation_mode")
        if mode == "nearest" {
            let rounding = isOld ? "floor" : node.text("nearest_mode", default: "round_prefer_floor")
            let expected = coordinates == "asymmetric" ? "floor" : "round_prefer_floor"
            // Whole factors round alike from the top left corner.
            try refuse(
                rounding != expected, "coordinates \(coordinates) with rounding \(rounding)", field: "nearest_mode")
        }
        let source = mode == "nearest" ? edge : try realImage(edge)
        let tensor = emit(
            "resize", [source.tensor],
            [
                ("size", integers(new)), ("mode", mode == "nearest" ? "nearest" : "bilinear"),
                ("coordinates", .string(isHalf ? "half_pixel" : coordinates)),
            ])
        return try imageResult(tensor, source.numbers, [shape[0], shape[1], Size(new[0]), Size(new[1])], isRow: false)
    }

    private func resizedSize(_ shape: [Size], _ old: [Int], _ scales: Int, _ sizes: Int?) throws(Diagnostic) -> [Int] {
        let axes = try self.axes(node.integers("axes") ?? [0, 1, 2, 3], rank: 4)
        if let sizes, node.has(sizes) {
            let given = try self.sizes(sizes, "sizes")
            try refuse(given.count != axes.count, "sizes of \(given.count) axes")
            var new = old
            for (axis, size) in zip(axes, given) {
                if axis < 2 { try refuse(size != shape[axis], "images whose number or channels change") }
                guard let number = axis < 2 ? 0 : size.number else { throw Diagnostic("a size that is a symbol") }
                if axis >= 2 { new[axis - 2] = number }
            }
            return new
        }
        let factors: [Float] =
            if let given = node.attributes["scales"] { given.floats } else { try constant(scales, "scales").floats() }
        try refuse(factors.count != axes.count, "scales of \(factors.count) axes")
        var new = old
        for (axis, factor) in zip(axes, factors) {
            guard axis >= 2 else {
                try refuse(factor != 1, "images whose number or channels change")
                continue
            }
            let size: Float = Float(old[axis - 2]) * factor
            // Places are counted by the factor in ONNX and by the ratio of sizes in a graph.
            guard size >= 1, size < 0x1p20, size == size.rounded() else {
                throw Diagnostic("a scale of \(factor) for \(old[axis - 2]) elements, which is no whole size")
            }
            new[axis - 2] = Int(size)
        }
        return new
    }
}
