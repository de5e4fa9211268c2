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
    /// Programs for one length each, ascending. Each stands for the lengths after the one before it as well: all lengths
    /// are there unless the user asked for fewer.
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
    /// Lengths that the program at `index` of `exact` stands for: itself and those after the one before it.
    public func lengthsStoodFor(_ index: Int) -> Int {
        exact[index].length - (index == 0 ? lengths.lowerBound - 1 : exact[index - 1].length)
    }

    /// The program of the bucket that a length falls into.
    public func bucket(of length: Int) -> Code? { buckets.first { $0.length >= length } }

    public var isComplete: Bool { exact.count == lengths.count }

    /// Sums over all lengths of the range.
    public struct Sums: Hashable, Sendable {
        public var programs = 0
        /// Bytes of instructions with their loops, and without.
        public var looped = 0
        public var unrolled = 0
    }

    public var perLength: Sums {
        exact.indices.reduce(into: Sums()) { $0.add(exact[$1], times: lengthsStoodFor($1)) }
    }

    public var perBucket: Sums { buckets.reduce(into: Sums()) { $0.add($1, times: 1) } }

    /// Cycles of running every length once, each with a program of its own.
    public var exactCycles: Int { exact.indices.reduce(0) { $0 + exact[$1].cycles * lengthsStoodFor($1) } }

    /// The same with the programs of the buckets.
    public var bucketCycles: Int {
        exact.indices.reduce(0) { $0 + (bucket(of: exact[$1].length)?.cycles ?? 0) * lengthsStoodFor($1) }
    }
}

extension LengthReport.Sums {
    fileprivate mutating func add(_ code: LengthReport.Code, times count: Int) {
        programs += count
        looped += count * code.instructions * ISA.instructionBytes
        unrolled += count * code.unrolled * ISA.instructionBytes
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
