import Arch
import Cosim
import Crypto
import Diagnostics
import Foundation

/// What is known of one module of `rtl/`.
struct VerifiedModule {
    let folder: String
    let name: String
    /// Blocks whose top it is, and the smallest ones that it is part of.
    let own: [RTLBlock]
    let holders: [RTLBlock]
    /// Entries of its own blocks; `nil` for those that were not run since they were changed.
    let entries: [LockstepRecord.Entry?]
    /// By kind: whether each point of it was met in any block.
    let points: [Coverage.Kind: [String: Bool]]
    /// Parameter sets for which it is proved equal to its specification.
    let proofs: Int
    /// Its own blocks whose gates were run in lockstep.
    let netlists: Int
    let mutants: (caught: Int, tried: Int)?

    var path: String { "\(folder)/\(name)" }
    /// The block to run to see it at work.
    var command: String { "accelsim cosim --block \(own.isEmpty ? holders.first?.name ?? "all" : path)" }
    var isMeasured: Bool { mutants != nil && !entries.contains { $0 == nil } && !(own.isEmpty && holders.isEmpty) }

    /// Points of a kind: met, and all there are.
    func tally(_ kind: Coverage.Kind) -> (met: Int, all: Int) {
        let all = points[kind] ?? [:]
        return (all.values.filter(\.self).count, all.count)
    }

    /// `file:line` of points that nothing meets.
    var unmet: [String] {
        let lines = points.flatMap { kind, all in
            all.filter { !$0.value }.map { (kind == .property ? "cover " : "", Int($0.key.prefix { $0 != ":" }) ?? 0) }
        }
        return Set(lines.map { "\($0.0)\($0.1)" }).sorted { $0.count == $1.count ? $0 < $1 : $0.count < $1.count }
    }
}
