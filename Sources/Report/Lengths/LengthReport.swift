import Arch

/// Instruction bytes of a graph over a range of lengths: a program for each length or one for each bucket, with loops inside
/// instructions or without. Facts and sums only, no formatting.
public struct LengthReport: Hashable, Sendable {
    /// One compiled program.
    public struct Code: Hashable, Sendable {
        /// The length that it is compiled for, the longest that it serves.
        public var length: Int
        public var instructions: Int
        /// Instructions without loops inside (`Instruction.Body.unrolledInstructions`).
        public var unrolled: Int
        public var cycles: Int

        public init(length: Int, instructions: Int, unrolled: Int, cycles: Int) {
            self.length = length
            self.instructions = instructions
            self.unrolled = unrolled
            self.cycles = cycles
        }
    }

    /// How a program serves the shorter lengths of its bucket.
    public enum Service: Hashable, Sendable {
        /// A parameter register holds the length.
        case register
        /// The host pads what it hands over to the longest length; why no register will do.
        case padding(reason: String)
    }

    public var graph: String
    public var arch: String
    public var symbol: String
    public var lengths: ClosedRange<Int>
    /// Lengths that round up to the same multiple share a program.
    public var bucket: Int
    /// Programs for one length each, ascending, the shortest and the longest of the range among them. All lengths are there
    /// unless the user asked for fewer; those between two are then taken to lie on the line between them.
    public var exact: [Code]
    /// One program for each bucket, ascending.
    public var buckets: [Code]
    public var service: Service

    public init(
        graph: String, arch: String, symbol: String, lengths: ClosedRange<Int>, bucket: Int, exact: [Code],
        buckets: [Code], service: Service
    ) {
        self.graph = graph
        self.arch = arch
        self.symbol = symbol
        self.lengths = lengths
        self.bucket = bucket
        self.exact = exact
        self.buckets = buckets
        self.service = service
    }
}

extension LengthReport {

    public var isComplete: Bool { exact.count == lengths.count }

    /// Sums over all lengths of the range.
    public struct Sums: Hashable, Sendable {
        public var programs: Int
        /// Bytes of instructions with their loops, and without.
        public var looped: Int
        public var unrolled: Int

        public init(programs: Int, looped: Int, unrolled: Int) {
            self.programs = programs
            self.looped = looped
            self.unrolled = unrolled
        }
    }

    public var perLength: Sums {
        Sums(
            programs: lengths.count, looped: ISA.instructionBytes * overLengths(\.instructions),
            unrolled: ISA.instructionBytes * overLengths(\.unrolled))
    }

    public var perBucket: Sums {
        Sums(
            programs: buckets.count, looped: ISA.instructionBytes * buckets.reduce(0) { $0 + $1.instructions },
            unrolled: ISA.instructionBytes * buckets.reduce(0) { $0 + $1.unrolled })
    }

    /// Cycles of running every length once, each with a program of its own.
    public var exactCycles: Int { overLengths(\.cycles) }

    /// The same with the programs of the buckets.
    public var bucketCycles: Int {
        var (sum, served) = (0, lengths.lowerBound - 1)
        for code in buckets {
            let last = min(code.length, lengths.upperBound)
            sum += (last - served) * code.cycles
            served = last
        }
        return sum
    }

    /// Of two neighbours a and b, n lengths apart, those after a up to b sum to n a + (b - a)(n + 1) / 2; halves are
    /// rounded up at the end.
    private func overLengths(_ value: KeyPath<Code, Int>) -> Int {
        var twice = 2 * (exact.first?[keyPath: value] ?? 0)
        for (code, next) in zip(exact, exact.dropFirst()) {
            let (a, b, n) = (code[keyPath: value], next[keyPath: value], next.length - code.length)
            twice += 2 * n * a + (b - a) * (n + 1)
        }
        return (twice + 1) / 2
    }
}

/// What a paper says, for comparison; never mixed with what is computed here.
public struct QuotedInstructionBytes: Sendable {
    public let source: String
    public let before: Double
    public let after: Double
    public let ratio: Double

    /// FlightLLM's length-adaptive compilation for 2048 tokens: about 500 times fewer bytes. The paper's instructions are
    /// others, and it merges loads over memory channels and cores on top.
    public static let flightLLM = QuotedInstructionBytes(
        source: "FlightLLM, arXiv 2401.03868", before: 1.67e12, after: 3.25e9, ratio: 500)
}
