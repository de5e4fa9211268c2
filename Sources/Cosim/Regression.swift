import Arch
import Diagnostics
import Foundation
import Synchronization

/// RTL against Swift, block by block.
public struct Regression: Sendable {
    public var build: ModelBuild
    public var effort: Effort
    /// Asks a library of gates how often each net changed.
    public var countsToggles: Bool

    public init(build: ModelBuild, effort: Effort, countsToggles: Bool = false) {
        self.countsToggles = countsToggles
        self.build = build
        self.effort = effort
    }

    /// - Parameters:
    ///   - workers: blocks at a time.
    ///   - finished: called for each block as soon as it is done, from any thread.
    public func run(
        _ blocks: [RTLBlock], workers: Int = 2, finished: @escaping @Sendable (BlockResult) -> Void = { _ in }
    ) -> [BlockResult] {
        let next = Mutex(0)
        let results = Mutex([Int: BlockResult]())
        DispatchQueue.concurrentPerform(iterations: max(1, workers)) { _ in
            while true {
                let index = next.withLock { value in
                    defer { value += 1 }
                    return value
                }
                guard index < blocks.count else { return }
                let result = run(blocks[index])
                results.withLock { $0[index] = result }
                finished(result)
            }
        }
        return results.withLock { found in blocks.indices.compactMap { found[$0] } }
    }

    /// Clock cycles in which nothing arrives: reset, then all inputs low but the clock enable.
    public func idle(_ block: RTLBlock, cycles: Int) -> BlockResult {
        var result = BlockResult(
            block: block.name, count: 0, isExhaustive: false, cycles: cycles, latency: "", seconds: 0, outcome: .equal)
        do {
            let library = try build.library(of: block)
            let instance = try ModelInstance(library, seed: effort.seed, waves: nil)
            var inputs = [UInt8](repeating: 0, count: max(1, library.inputBytes))
            var outputs = [UInt8](repeating: 0, count: max(1, library.outputBytes))
            for cycle in 0..<cycles {
                for name in ["rst_ni", "en_i"] where cycle >= 2 || name == "en_i" {
                    guard let port = library.inputs[name] else { continue }
                    inputs.withUnsafeMutableBytes { PortMap.write(1, PortMap.Element(bit: 8 * port.offset, bits: 1), $0) }
                }
                instance.run(inputs, outputs: &outputs, cycles: 1)
            }
            if countsToggles { result.toggles = try instance.coverage(Toggles.counts) ?? [:] }
        } catch {
            result.outcome = .failed("\(error)")
        }
        return result
    }

    /// - Parameters:
    ///   - tile: only this instruction of an array.
    ///   - waves: FST file of the run.
    public func run(_ block: RTLBlock, tile: Int? = nil, waves: String? = nil) -> BlockResult {
        let start = Date()
        var result = BlockResult(
            block: block.name, count: 0, isExhaustive: false, cycles: 0, latency: "", seconds: 0, outcome: .equal)
        do {
            let library = try build.library(of: block)
            let instance = try ModelInstance(library, seed: effort.seed, waves: waves)
            let found: (divergence: Divergence?, cycles: Int)
            switch block.check {
            case .vectors(let check):
                let run = try VectorRun(block, check, library, effort: effort)
                result.isExhaustive = Stimulus.isExhaustive(check, effort: effort)
                result.count = Stimulus(check, effort: effort).count
                result.latency = "\(check.latency)"
                found = run.run(on: instance)
            case .tiles(let check):
                let run = try TileRun(block, library, effort: effort)
                let indices = tile.map { $0..<$0 + 1 } ?? 0..<effort.tiles
                result.count = indices.count
                result.latency = "timing"
                let tiles = try run.run(check, indices: indices, on: instance)
                found = (tiles.divergence, tiles.cycles)
                result.events = tiles.events
            }
            result.cycles = found.cycles
            if build.hasCoverage { result.coverage = try instance.coverage(Coverage.init) }
            if countsToggles { result.toggles = try instance.coverage(Toggles.counts) ?? [:] }
            if let divergence = found.divergence { result.outcome = .diverged(divergence) }
        } catch {
            result.outcome = .failed("\(error)")
        }
        result.seconds = Date().timeIntervalSince(start)
        return result
    }
}
