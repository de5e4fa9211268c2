import Cost
import Diagnostics

extension PublishedReport {
    public var json: JSONValue {
        var object: JSONObject = [
            "schema": "accelsim-published-1", "library": .string(library.name), "flow": .string(library.flow),
            "decoders": .array(decoders.map(Self.decoder)), "decoder_source": .string(PublishedFigures.decoderSource),
            "products": .array(products.map(Self.element)),
            "multiply_accumulates": .array(multiplyAccumulates.map(Self.element)),
        ]
        object["ablation"] = ablation.map { ablation in
            [
                "workload": .string(ablation.workload), "source": .string(PublishedFigures.ablationSource),
                "steps": .array(ablation.steps.map { Self.step($0, of: ablation) }),
            ]
        }
        return .object(object)
    }

    private static func step(_ step: LookupAblation.Step, of ablation: LookupAblation) -> JSONValue {
        let (density, efficiency) = (ablation.density(step), ablation.efficiency(step))
        return [
            "name": .string(step.variant.name), "area_um2": .number(step.areaSquareMicrometres.value),
            "power_mw": .number(step.milliwatts.value), "clock_mw": .number(step.clockMilliwatts),
            "closes_ps": .number(step.closesPicoseconds), "density": .number(density.ours),
            "power_efficiency": .number(efficiency.ours), "origin": .string(step.areaSquareMicrometres.origin.kind.rawValue),
            "source": .string(step.areaSquareMicrometres.origin.text),
            "published": [
                "area_um2": .number(step.published.squareMicrometres), "power_mw": .number(step.published.milliwatts),
                "density": .number(density.published), "power_efficiency": .number(efficiency.published),
            ],
        ]
    }

    private static func decoder(_ share: DecoderShare) -> JSONValue {
        [
            "bits": .integer(share.published.bits), "count": .integer(share.published.count),
            "decoder_um2": .number(share.decoder.value), "array_um2": .number(share.array.value),
            "elements_um2": .number(share.elements.value), "share_of_array": .number(share.ofArray),
            "share_of_elements": .number(share.ofElements), "origin": .string(share.array.origin.kind.rawValue),
            "source": .string(share.array.origin.text),
            "published": ["decoder_um2": .number(share.published.squareMicrometres), "share_of_array": .number(share.published.share)],
        ]
    }

    private static func element(_ element: ElementCost) -> JSONValue {
        let energies = zip(element.workloads, element.picojoules).map { workload, energy -> JSONValue in
            ["workload": .string(workload), "energy_pj": .number(energy)]
        }
        return [
            "name": .string(element.name), "area_um2": .number(element.areaSquareMicrometres.value),
            "closes_ps": .number(element.closesPicoseconds), "energies": .array(energies),
            "origin": .string(element.areaSquareMicrometres.origin.kind.rawValue),
            "source": .string(element.areaSquareMicrometres.origin.text),
        ]
    }
}
