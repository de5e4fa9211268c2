import Arch
import Diagnostics
import Foundation
import Sim

/// A job whose speed is worth watching: from reading the graph to the rendered report, timing only.
public struct BenchmarkCase: Sendable {
    public var title: String
    /// Relative to the folder of examples.
    public var graph: String
    public var bindings: [String: Int]
    public var arch: String
    /// Wanted, in milliseconds.
    public var goal: Double

    /// Wanted, in bytes, for every case.
    public static let memoryGoal = 150_000_000

    public static let all: [BenchmarkCase] =
        [
            BenchmarkCase(
                title: "GEMM 2048 x 4096 x 4096", graph: "gemm/w8.json", bindings: ["m": 2048, "n": 4096, "k": 4096],
                arch: "mac-128x128", goal: 50)
        ]
        + ["lut-tc", "mac-int8"].flatMap { arch in
            [
                BenchmarkCase(
                    title: "LLaMA-2-7B block W2, prefill 2048", graph: "llama-2-7b-block/w2/graph.json",
                    bindings: ["seq": 2048, "past": 0], arch: arch, goal: 200),
                BenchmarkCase(
                    title: "LLaMA-2-7B block W2, decode, 2048 cached", graph: "llama-2-7b-block/w2/graph.json",
                    bindings: ["seq": 1, "past": 2048], arch: arch, goal: 100),
            ]
        }

    public struct Result: Sendable {
        /// Median of the runs, in milliseconds.
        public var milliseconds: Double
        /// Greatest resident set while this case ran, in bytes; `nil` where the system does not tell.
        public var peakMemory: Int?
        public var cycles: Int
    }

    public func measure(examples: String, runs: Int) throws -> Result {
        ProcessMemory.resetPeak()
        let clock = ContinuousClock()
        var times: [Duration] = []
        var cycles = 0
        for _ in 0..<max(runs, 1) {
            let elapsed = try clock.measure {
                let model = try Model(path: examples + "/" + graph, bindings: bindings)
                let job = try Job(model, target: .make(arch))
                let timing = try job.time()
                cycles = timing.cycles
                guard !job.report(timing).text.isEmpty else { return }
            }
            times.append(elapsed)
        }
        let median = times.sorted()[times.count / 2]
        return Result(milliseconds: median / .milliseconds(1), peakMemory: ProcessMemory.peak, cycles: cycles)
    }
}

/// What Linux says about this process.
enum ProcessMemory {
    /// Peak resident set in bytes (VmHWM).
    static var peak: Int? {
        guard let text = try? String(contentsOfFile: "/proc/self/status", encoding: .utf8) else { return nil }
        let line = text.split(separator: "\n").first { $0.hasPrefix("VmHWM:") }
        return line?.split(whereSeparator: \.isWhitespace).dropFirst().first.flatMap { Int($0) }.map { $0 * 1024 }
    }

    /// Starts a new peak; without the right to, the peak of the whole process is told.
    static func resetPeak() {
        guard let file = FileHandle(forWritingAtPath: "/proc/self/clear_refs") else { return }
        try? file.write(contentsOf: Data("5".utf8))
        try? file.close()
    }
}
