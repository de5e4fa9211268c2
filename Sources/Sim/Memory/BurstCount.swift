import Arch

/// Counts the bursts of a strided range: for each contiguous row the burst-aligned blocks that it touches,
/// summed over rows.
///
/// A row at residue r = address mod B takes floor((r + bytes - 1) / B) + 1 blocks. With bytes - 1 = q B + m, that is
/// q + 1, plus one when r >= B - m. So only the number of rows with a large residue is needed, and residues
/// along a loop
/// repeat after B / gcd(B, stride) steps.
enum BurstCount {
    static func bursts(of request: TransferRequest, burstBytes: Int) -> Int {
        let rows = request.loops.steps
        guard rows > 0, request.rowBytes > 0 else { return 0 }
        let (whole, rest) = (request.rowBytes - 1).quotientAndRemainder(dividingBy: burstBytes)
        let start = residue(request.address, burstBytes)
        var crossing = 0
        if rest > 0 {
            func isMoving(_ loop: Transfer.Loop) -> Bool {
                loop.count > 1 && residue(loop.globalStride, burstBytes) != 0
            }
            if request.loops.contains(where: isMoving) {
                let moving = request.loops.filter(isMoving)
                let still = moving.reduce(rows) { $0 / $1.count }
                let steps = moving.map { (residue($0.globalStride, burstBytes), $0.count) }
                crossing = still * rowsAtOrAbove(burstBytes - rest, start: start, steps: steps, modulus: burstBytes)
            } else {
                crossing = start >= burstBytes - rest ? rows : 0
            }
        }
        return rows * (whole + 1) + crossing
    }

    /// How many points of the nest have a residue of at least `threshold`.
    private static func rowsAtOrAbove(
        _ threshold: Int, start: Int, steps: [(stride: Int, count: Int)], modulus: Int
    ) -> Int {
        var histogram = [Int](repeating: 0, count: modulus)
        histogram[start] = 1
        for (stride, count) in steps {
            let period = modulus / greatestCommonDivisor(modulus, stride)
            var next = [Int](repeating: 0, count: modulus)
            for position in 0..<modulus where histogram[position] > 0 {
                var landing = position
                for step in 0..<min(period, count) {
                    // Steps of the loop that are congruent to this one.
                    next[landing] += histogram[position] * ((count - step + period - 1) / period)
                    landing = (landing + stride) % modulus
                }
            }
            histogram = next
        }
        return histogram[threshold...].reduce(0, +)
    }

    /// value mod modulus in 0..<modulus, for negative values too.
    static func residue(_ value: Int, _ modulus: Int) -> Int {
        let rest = value % modulus
        return rest < 0 ? rest + modulus : rest
    }

    static func greatestCommonDivisor(_ a: Int, _ b: Int) -> Int {
        var (a, b) = (a, b)
        while b != 0 { (a, b) = (b, a % b) }
        return a
    }
}
