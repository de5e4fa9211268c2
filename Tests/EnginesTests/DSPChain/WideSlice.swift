import BigInt
import Engines

/// A DSP48E2 without registers: every signal is a function of time, in integers of any size, from the bits of the ports.
/// Written from the multiplexer table and the gate-level description of the ALU, to compare the clocked slice with.
struct WideSlice {
    struct Ports {
        var inputs: DSP48E2.Inputs
        var inMode: UInt8
        var opMode: UInt16
        var aluMode: UInt8
    }

    let use: DSP48E2.Configuration
    var ports: [Ports] = []
    private var preadder: [BigInt] = []
    private var product: [BigInt] = []
    private var result: [BigInt] = []

    init(_ use: DSP48E2.Configuration) { self.use = use }

    private static func signed(_ value: BigInt, _ bits: Int) -> BigInt {
        let modulus = BigInt(1) << bits
        let rest = ((value % modulus) + modulus) % modulus
        return rest >> (bits - 1) == 1 ? rest - modulus : rest
    }

    /// floor(value / 2^17).
    private static func shifted(_ value: BigInt) -> BigInt { (value - (((value % 131_072) + 131_072) % 131_072)) / 131_072 }

    private func past(_ delay: Int, _ value: (DSP48E2.Inputs) -> Int, bits: Int) -> BigInt {
        let time = ports.count - 1 - delay
        return time < 0 ? 0 : Self.signed(BigInt(value(ports[time].inputs)), bits)
    }

    private func a(_ delay: Int) -> BigInt { past(delay, { use.aFromCascade ? $0.acin : $0.a }, bits: 30) }
    private func b(_ delay: Int) -> BigInt { past(delay, { use.bFromCascade ? $0.bcin : $0.b }, bits: 18) }

    private func last(_ list: [BigInt], registered: Bool) -> BigInt {
        guard registered else { return list[ports.count - 1] }
        return ports.count < 2 ? 0 : list[ports.count - 2]
    }

    /// ACOUT and BCOUT now.
    var cascades: (a: BigInt, b: BigInt) { (a(use.aCascadeRegisters.rawValue), b(use.bCascadeRegisters.rawValue)) }

    /// P with these ports and all that came before, each an edge later than the one before it.
    mutating func p(_ now: Ports) -> BigInt {
        ports.append(now)
        let in0 = now.inMode & 1 == 1
        let in4 = now.inMode >> 4 & 1 == 1
        var aOperand = a(in0 ? 1 : use.aRegisters.rawValue)
        var bOperand = b(in4 ? 1 : use.bRegisters.rawValue)
        if now.inMode >> 1 & 1 == 1 {
            if use.preadderOperand == .a { aOperand = 0 } else { bOperand = 0 }
        }
        let d = now.inMode >> 2 & 1 == 1 ? past(use.registersD ? 1 : 0, { $0.d }, bits: 27) : 0
        let added = use.preadderOperand == .a ? aOperand : bOperand
        preadder.append(Self.signed(now.inMode >> 3 & 1 == 1 ? d - added : d + added, 27))
        let ad = last(preadder, registered: use.registersAD)
        let left = use.aMultipliesAD ? ad : Self.signed(aOperand, 27)
        let right = use.bMultipliesAD ? Self.signed(ad, 18) : bOperand
        product.append(left * right)
        result.append(0)
        result[result.count - 1] = alu(now)
        return last(result, registered: use.registersP)
    }

    private func alu(_ now: Ports) -> BigInt {
        let p = use.registersP ? last(result, registered: true) : 0
        let c = past(use.registersC ? 1 : 0, { $0.c }, bits: 48)
        let pcin = Self.signed(BigInt(now.inputs.pcin), 48)
        let w: BigInt = [0, p, Self.signed(BigInt(use.roundingConstant), 48), c][Int(now.opMode >> 7 & 3)]
        let z: BigInt = [0, pcin, p, c, 0, Self.shifted(pcin), Self.shifted(p), Self.shifted(p)][Int(now.opMode >> 4 & 7)]
        let m = last(product, registered: use.registersM)
        let lowB = ((b(use.bRegisters.rawValue) % 262_144) + 262_144) % 262_144
        // The product's two halves stand for themselves in X: all of it there, nothing in Y.
        let x: BigInt = [0, m, p, a(use.aRegisters.rawValue) * 262_144 + lowB][Int(now.opMode & 3)]
        let y: BigInt = [0, 0, -1, c][Int(now.opMode >> 2 & 3)]
        let flippedZ = now.aluMode & 1 == 1 ? -z - 1 : z
        let sum = flippedZ + w + x + y + (now.inputs.carryIn ? 1 : 0)
        return Self.signed(now.aluMode >> 1 & 1 == 1 ? -sum - 1 : sum, 48)
    }
}
