import ArgumentParser
import Formats

/// `w=FORMAT,a=FORMAT`
struct FormatPair: ExpressibleByArgument {
    var weights: Codec
    var activations: Codec

    init?(argument: String) {
        var found: [Substring: Codec] = [:]
        for part in argument.split(separator: ",") {
            let sides = part.split(separator: "=", maxSplits: 1)
            guard sides.count == 2, let codec = Codec(name: String(sides[1])) else { return nil }
            found[sides[0]] = codec
        }
        guard found.count == 2, let weights = found["w"], let activations = found["a"] else { return nil }
        self.weights = weights
        self.activations = activations
    }
}
