import Diagnostics

extension OperationForm {
    static let movements: [OperationForm] = [
        OperationForm("reshape", inputs: 1...1, [.required("shape", .dimensions(count: nil))]) { reader, symbols in
            let place = reader.place.key("shape")
            guard let shape = reader.dimensions("shape", symbols) else { return nil }
            return OperationDraft { .reshape(MovementDraft.shape(shape, $0, place, &$1)) }
        },
        OperationForm("transpose", inputs: 1...1, [.required("permutation", .integers(count: nil))]) { reader, _ in
            reader.required("permutation", [Int].self).map { OperationDraft(.transpose($0)) }
        },
        OperationForm("concat", inputs: 1...Int.max, [.required("axis", .integer)]) { reader, _ in
            guard let axis = reader.required("axis", Int.self) else { return nil }
            return OperationDraft { context, _ in .concat(axis: MovementDraft.axis(axis, context)) }
        },
        OperationForm(
            "slice", inputs: 1...1,
            [
                .required("axes", .integers(count: nil)), .required("starts", .dimensions(count: nil)),
                .required("ends", .dimensions(count: nil)), .optional("steps", .dimensions(count: nil)),
            ]
        ) { reader, symbols in
            let axes = reader.required("axes", [Int].self)
            let starts = reader.dimensions("starts", symbols)
            let ends = reader.dimensions("ends", symbols)
            let steps = reader.dimensions("steps", symbols, default: axes?.map { _ in 1 } ?? [])
            guard let axes, let starts, let ends else { return nil }
            for (key, values) in [("starts", starts), ("ends", ends), ("steps", steps)] where values.count != axes.count
            {
                reader.report(key, "has \(values.count) numbers, one per axis (\(axes.count)) expected")
                return nil
            }
            let slice = SliceDraft(axes: axes, starts: starts, ends: ends, steps: steps, place: reader.place)
            return OperationDraft { slice.resolve($0, &$1) }
        },
        OperationForm(
            "split", inputs: 1...1, [.required("axis", .integer), .required("sizes", .dimensions(count: nil))]
        ) { reader, symbols in
            let (axis, sizes) = (reader.required("axis", Int.self), reader.dimensions("sizes", symbols))
            guard let axis, let sizes else { return nil }
            return OperationDraft { context, _ in .split(axis: MovementDraft.axis(axis, context), sizes: sizes) }
        },
        OperationForm("gather", inputs: 2...2) { _, _ in OperationDraft(.gather) },
        OperationForm(
            "pad", inputs: 1...1, [.required("amounts", .pairs), .optional("value", .number)]
        ) { reader, symbols in
            let amounts = MovementDraft.amounts(&reader, symbols)
            let value = reader.optional("value", Double.self)
            let place = reader.place.key("value")
            guard let amounts else { return nil }
            return OperationDraft { context, problems in
                MovementDraft.padValue(value, context, place, &problems).map { .pad(amounts, value: $0) }
            }
        },
        OperationForm(
            "append", inputs: 2...2, [.required("axis", .integer), .required("position", .dimension)]
        ) { reader, symbols in
            let (axis, position) = (reader.required("axis", Int.self), reader.dimension("position", symbols))
            guard let axis, let position else { return nil }
            return OperationDraft { context, _ in
                .append(axis: MovementDraft.axis(axis, context), position: position)
            }
        },
    ]
}
