import Arch
import Formats
import Frontends
import Report

/// What there is, as text for a terminal.
public enum Listings {
    public static var machines: String {
        var table = TextTable([
            .init("name", alignment: .left), .init("MAC/cycle", "W8"), .init("", "W4"), .init("", "W2"),
            .init("", "W1"),
            .init("scratchpads", "KiB"), .init("DRAM", "GB/s"), .init("summary", alignment: .left),
        ])
        for machine in Presets.all {
            guard let engine = try? Target.make(machine).engines.first else { continue }
            let peaks = [8, 4, 2, 1].map { String(Int(engine.peak(weightBits: $0))) }
            let bandwidth = machine.memory.bandwidth / 1e8
            table.add(
                [machine.name] + peaks + [
                    String(machine.scratchpads.total / 1024),
                    "\(Int(bandwidth) / 10).\(Int(bandwidth) % 10)", machine.summary,
                ])
        }
        return table.text
    }

    public static var models: String {
        var table = TextTable([
            .init("name", alignment: .left), .init("parameters", "M"), .init("graphs", alignment: .left),
            .init("weights", alignment: .left), .init("activations", alignment: .left),
        ])
        for preset in ModelPreset.all {
            let parts = preset.parts(preset.formats)
            let millions = (parts.reduce(0) { $0 + $1.parameters } + 500_000) / 1_000_000
            table.add([
                preset.name, Numbers.grouped(millions), parts.map { "\($0.copies) \($0.name)" }.joined(separator: ", "),
                preset.formats.weights.description, preset.formats.activations.description,
            ])
        }
        return table.text
    }

    public static var formats: String {
        var table = TextTable([
            .init("name", alignment: .left), .init("bits"), .init("smallest"), .init("largest"),
            .init("value of a code", alignment: .left),
        ])
        for codec in Codec.all {
            let range = codec.bounds
            table.add([codec.name, String(codec.bits), range?.smallest ?? "-", range?.largest ?? "-", codec.meaning])
        }
        return table.text
    }
}

extension Codec {
    fileprivate var meaning: String {
        switch self {
        case .signed: "two's complement"
        case .unsigned: "plain binary"
        case .bipolar(let bits): "2 code - \((1 << bits) - 1): odd, symmetric, without zero"
        case .ternary: "code - 1"
        case .float32: "IEEE 754 binary32"
        case .float16: "IEEE 754 binary16, widened before arithmetic"
        case .bfloat16: "upper half of binary32, widened before arithmetic"
        case .minifloat(let format): format.meaning
        case .outlierVictim(let format): format.meaning
        case .flint(let format):
            format.isSigned ? "sign and 3-bit flint (run of zeros, mantissa)" : "4-bit flint (run of zeros, mantissa)"
        }
    }
}

extension Codec {
    /// Smallest and largest value, for codecs whose numbers are few enough to write down.
    fileprivate var bounds: (smallest: String, largest: String)? {
        if let range { return (String(range.lowerBound), String(range.upperBound)) }
        guard case .minifloat(let format) = self else { return nil }
        let greatest = format.greatest
        let text = greatest == greatest.rounded() ? String(Int(greatest)) : String(greatest)
        return ("-" + text, text)
    }
}

extension OutlierVictimPair {
    fileprivate var meaning: String {
        let normal = self == .flint4 ? "sign and 3-bit flint" : "two's complement without its least code"
        return "slot of an outlier-victim pair: \(normal), or abfloat E\(outliers.exponentBits)M\(outliers.mantissaBits), "
            + "bias \(outliers.bias)"
    }
}

extension Minifloat {
    fileprivate var meaning: String {
        let specials =
            switch specials {
            case .none: "every code is a number"
            case .oneNaN: "NaN at S.1111.111, no infinity"
            case .infinityAndNaN: "infinities and NaN"
            }
        return "OCP float, exponent \(exponentBits) bits, bias \(bias), fraction \(fractionBits) bits; \(specials)"
    }
}
