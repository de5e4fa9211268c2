import Arch
import Engines
import Formats
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

    /// Which engine multiplies which formats: rows are weights, columns activations.
    public static var matrix: String {
        let activations: [Codec] = [.int8, .uint8, .signed(bits: 4), .signed(bits: 16), .minifloat(.e4m3), .float16, .bfloat16, .float32]
        return engines.map { name, engine in
            var table = TextTable(
                [.init("weights", alignment: .left)] + activations.map { .init($0.name, alignment: .left) }
                    + [.init("made at run time, int8", alignment: .left)])
            var reasons: [String] = []
            for weights in Codec.all {
                let cells = activations.map { activations in
                    engine.support(ProductFormat(activations: activations, weights: weights))
                }
                let runtime = engine.support(
                    ProductFormat(activations: .int8, weights: weights, runtimeWeights: true))
                for case .unsupported(let reason) in cells + [runtime] where !reasons.contains(reason) {
                    reasons.append(reason)
                }
                guard (cells + [runtime]).contains(where: \.isPossible) else { continue }
                table.add([weights.name] + (cells + [runtime]).map(\.word))
            }
            return "\(name): \(engine.summary)\n" + table.text
        }.joined(separator: "\n")
    }

    /// Every engine with its defaults, and with the options that change what it supports.
    private static var engines: [(String, any Engine)] {
        let quantised: [EngineSpecification] = ["int8-per-table", "int8-per-64"].map {
            EngineSpecification(kind: "lut-tc", parameters: ["tables": .text($0)])
        }
        let floats: [EngineSpecification] = [MACOperands.fp16, .fp8].map {
            EngineSpecification(kind: "mac", parameters: ["operands": .text($0.rawValue)])
        }
        let unadjusted = EngineSpecification(kind: "dsp-chain", parameters: ["overflowAdjust": .flag(false)])
        let plain = Catalog.kinds.map { EngineSpecification(kind: $0) }
        return (plain + floats + quantised + [unadjusted]).compactMap { specification in
            guard let engine = try? Catalog.engine(specification) else { return nil }
            let options = specification.parameters.sorted { $0.key < $1.key }.map { " \($0.key)=\($0.value.shown)" }
            return (specification.kind + options.joined(), engine)
        }
    }
}

extension EngineSpecification.Value {
    fileprivate var shown: String {
        switch self {
        case .integer(let number): "\(number)"
        case .text(let text): text
        case .flag(let flag): "\(flag)"
        }
    }
}

extension Support {
    fileprivate var word: String {
        switch self {
        case .native: "native"
        case .viaConversion(let conversion): conversion.isLossless ? "converted" : "--convert"
        case .unsupported: "-"
        }
    }

    fileprivate var isPossible: Bool { if case .unsupported = self { false } else { true } }
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
