import Arch
import Compiler
import Diagnostics
import Foundation
import Graph
import Report
import Sim

/// Compiles a graph for all lengths of one symbol, one program for each length and one for each bucket, and counts their
/// instructions.
public struct LengthSurvey: Sendable {
    public let symbol: String
    public let lengths: ClosedRange<Int>
    public let bucket: Int
    /// Lengths for which a program of their own is compiled, ascending.
    public let compiled: [Int]

    /// - Parameters:
    ///   - lengths: not empty, from 1 on.
    ///   - bucket: lengths that round up to the same multiple of it share a program. The last one ends with the range when
    ///     the host pads.
    ///   - every: compile only every n-th length of the range and the last of each bucket.
    public init(symbol: String, lengths: ClosedRange<Int>, bucket: Int, every: Int = 1) {
        self.symbol = symbol
        self.lengths = lengths
        self.bucket = max(1, bucket)
        let step = max(1, every)
        let ends = Self.ends(lengths, bucket: self.bucket)
        let regular = stride(from: lengths.lowerBound, through: lengths.upperBound, by: step)
        compiled = Set(regular).union(ends).sorted()
    }

    /// The longest length of each bucket.
    private static func ends(_ lengths: ClosedRange<Int>, bucket: Int) -> [Int] {
        let first = (lengths.lowerBound + bucket - 1) / bucket * bucket
        return Array(stride(from: first, to: lengths.upperBound, by: bucket)) + [lengths.upperBound]
    }

    /// - Parameter load: the model with this length, and open for the lengths of its bucket when there is one.
    public func run(
        on target: Target, options: CompilerOptions,
        load: @escaping @Sendable (_ length: Int, _ bucket: LengthBucket?) throws -> Model
    ) throws -> LengthReport {
        let ends = Self.ends(lengths, bucket: bucket)
        let open = LengthBucket(symbol: symbol, multiple: bucket)
        // What a register can serve is a property of the graph, so one bucket tells for all.
        var service = LengthReport.Service.register
        let name = try load(lengths.upperBound, nil).graph.name
        do { _ = try load(lengths.upperBound, open) } catch {
            service = .padding(reason: Diagnostics(any: error).all.first?.message ?? "\(error)")
        }
        var work = compiled.map { ($0, LengthBucket?.none) }
        if service == .register { work += ends.map { ($0, open) } }
        let codes = try Self.map(work) { length, bucket in
            try Self.code(load(length, bucket), length: length, target, options)
        }
        let exact = Array(codes.prefix(compiled.count))
        let buckets =
            service == .register
            ? Array(codes.dropFirst(compiled.count)) : exact.filter { ends.contains($0.length) }
        return LengthReport(
            graph: name, arch: target.machine.name, symbol: symbol, lengths: lengths, bucket: bucket, exact: exact,
            buckets: buckets, service: service)
    }

    private static func code(
        _ model: Model, length: Int, _ target: Target, _ options: CompilerOptions
    ) throws -> LengthReport.Code {
        let job = try Job(model, target: target, options: options)
        let unrolled = job.program.instructions.reduce(0) {
            $0 + $1.body.unrolledInstructions(engines: target.engines)
        }
        return LengthReport.Code(
            length: model.graph.length?.range.upperBound ?? length, instructions: job.program.instructions.count,
            unrolled: unrolled, cycles: try job.time().cycles)
    }

    /// Results in order, computed on all processors, the costliest first; of several errors the first in order.
    private static func map<Item: Sendable, Result: Sendable>(
        _ items: [Item], _ body: @escaping @Sendable (Item) throws -> Result
    ) throws -> [Result] {
        let results = Results<Result>(items.count)
        let workers = min(ProcessorCount.active, max(items.count, 1))
        DispatchQueue.concurrentPerform(iterations: workers) { _ in
            while let index = results.next() {
                results.set(index, Swift.Result { try body(items[index]) })
            }
        }
        return try results.all()
    }
}

/// What the workers share: which item is next, and what came out.
private final class Results<Value: Sendable>: @unchecked Sendable {
    private let lock = NSLock()
    private var left: Int
    private var values: [Swift.Result<Value, any Error>?]

    init(_ count: Int) {
        left = count
        values = Array(repeating: nil, count: count)
    }

    /// From the last on: long lengths take longest. `nil` when none is left or one has failed.
    func next() -> Int? {
        lock.withLock {
            guard left > 0 else { return nil }
            left -= 1
            return left
        }
    }

    func set(_ index: Int, _ value: Swift.Result<Value, any Error>) {
        lock.withLock {
            values[index] = value
            if case .failure = value { left = 0 }
        }
    }

    func all() throws -> [Value] {
        for case .failure(let error)? in values { throw error }
        return try values.compactMap { try $0?.get() }
    }
}
