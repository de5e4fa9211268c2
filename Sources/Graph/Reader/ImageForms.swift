import Diagnostics

extension OperationForm {
    private static func pool(_ function: PoolFunction) -> OperationForm {
        var attributes: [AttributeForm] = [
            .required("window", .dimensions(count: 2)), .optional("stride", .dimensions(count: 2)),
            .optional("padding", .dimensions(count: 4)),
        ]
        if function == .average { attributes.append(.optional("count_include_padding", .boolean)) }
        return OperationForm(function.rawValue + "_pool", inputs: 1...1, attributes) { reader, symbols in
            let window = reader.dimensions("window", symbols)
            let stride = reader.dimensions("stride", symbols, default: window ?? [1, 1])
            let padding = reader.dimensions("padding", symbols, default: [0, 0, 0, 0])
            let counts = function == .average && reader.optional("count_include_padding", default: false)
            guard let window else { return nil }
            return OperationDraft(
                .pool(Pool(function: function, window: window, stride: stride, padding: padding, countsPadding: counts))
            )
        }
    }

    private static func globalPool(_ function: PoolFunction) -> OperationForm {
        OperationForm("global_\(function.rawValue)_pool", inputs: 1...1) { _, _ in OperationDraft(.globalPool(function))
        }
    }

    static let images: [OperationForm] = [
        pool(.max), pool(.average), globalPool(.max), globalPool(.average),
        OperationForm(
            "resize", inputs: 1...1,
            [
                .required("size", .dimensions(count: 2)), .optional("mode", .choice(["nearest", "bilinear"])),
                .optional("coordinates", .choice(["half_pixel", "asymmetric", "align_corners"])),
            ]
        ) { reader, symbols in
            let size = reader.dimensions("size", symbols)
            let mode = reader.choice(
                "mode", reader.optional("mode", default: "nearest"),
                [("nearest", Resize.Mode.nearest), ("bilinear", .bilinear)])
            let coordinates = reader.choice(
                "coordinates", reader.optional("coordinates", default: "half_pixel"),
                [
                    ("half_pixel", Resize.Coordinates.halfPixel), ("asymmetric", .asymmetric),
                    ("align_corners", .alignCorners),
                ])
            guard let size, let mode, let coordinates else { return nil }
            return OperationDraft(.resize(Resize(mode: mode, coordinates: coordinates, size: size)))
        },
    ]
}
