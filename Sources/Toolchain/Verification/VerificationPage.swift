import Arch
import Cosim
import Report

/// `docs/verification.md`: what every module of `rtl/` was held against, with what came of it.
struct VerificationPage {
    let facts: VerificationFacts

    var text: String { head + table + unmet + survivors }

    /// Modules whose figures are not of their present text.
    var stale: [String] { facts.modules.filter { !$0.isMeasured }.map(\.path) }

    private var head: String {
        let blocks = facts.modules.reduce(0) { $0 + $1.own.count }
        let entries = facts.modules.flatMap(\.entries).compactMap(\.self)
        let judged = facts.modules.compactMap(\.mutants)
        let (caught, tried) = (judged.reduce(0) { $0 + $1.caught }, judged.reduce(0) { $0 + $1.tried })
        let kinds = Coverage.Kind.allCases.map { kind in
            let tallies = facts.modules.map { $0.tally(kind) }
            return "\(tallies.reduce(0) { $0 + $1.met }) of \(tallies.reduce(0) { $0 + $1.all }) \(kind.points)"
        }
        return """
            # Verification of the RTL

            Printed by `accelsim docs verification` from what `tools/rtl/regress.sh` measured (`rtl/record`): what has changed since is not measured; a
            test keeps the page fresh. How the comparisons work is in [testing.md](testing.md#rtl-in-lockstep).

            * \(entries.count) of \(blocks) blocks (modules with parameters) in lockstep with the Swift engines, value for value and cycle for cycle: \
            \(Numbers.grouped(entries.reduce(0) { $0 + $1.tried })) vectors and instructions in \(Numbers.grouped(entries.reduce(0) { $0 + $1.cycles })) clock \
            cycles, no difference.
            * \(facts.proofs) proofs that a block equals its specification in `rtl/formal` for every input (`python3 -m tools.rtl.prove`).
            * Coverage over all of it: \(kinds.joined(separator: ", ")).
            * \(caught) of \(tried) mutants caught in \(judged.count) of \(facts.modules.count) modules, with those left out that change nothing.


            """
    }

    private var table: String {
        var table = TextTable([
            .init("module", alignment: .left), .init("tried", alignment: .left), .init("proofs"), .init("gates"), .init("lines"),
            .init("branches"), .init("covers"), .init("mutants"), .init("latency"), .init("command", alignment: .left),
        ])
        for module in facts.modules {
            let tallies = Coverage.Kind.allCases.map { kind in
                let tally = module.tally(kind)
                return tally.all == 0 ? "" : "\(tally.met)/\(tally.all)"
            }
            table.add(
                [module.path, module.tried, module.proofs == 0 ? "" : "\(module.proofs)"]
                    + [module.netlists == 0 ? "" : "\(module.netlists)/\(module.own.count)"] + tallies
                    + [module.mutants.map { $0.tried == 0 ? "" : "\($0.caught)/\($0.tried)" } ?? "not measured"]
                    + [module.latency, "`\(module.command)`"])
        }
        return """
            `tried` is what the long regression gave a module in each of its blocks; a module without a block of its own is met inside others. `gates`:
            blocks whose netlist of two-input gates ran in the same lockstep. `lines`, `branches`, `covers` (properties of `rtl/checks`): points met of
            all. `latency` in cycles; of arrays it is the engine's `timing`.

            \(table.markdown)

            """
    }

    private var unmet: String {
        let found = facts.modules.filter { !$0.unmet.isEmpty }
        guard !found.isEmpty else { return "" }
        let lines = found.map { "* `\($0.path)`: \($0.unmet.joined(separator: ", "))\n" }
        return "## Lines and covers that nothing meets\n\n" + lines.joined() + "\n"
    }

    private var survivors: String {
        let found = facts.modules.flatMap { module in facts.mutants.survivors(module.path).map { (module.path, $0) } }
        guard !found.isEmpty else { return "" }
        let lines = found.map { module, mutant in
            "* `\(module)`, line \(mutant.line): `\(mutant.new)` for `\(mutant.old)`. "
                + "\(facts.mutants.reason(mutant, of: module).map { "Equivalent: \($0)" } ?? "Not caught.")\n"
        }
        return "## Mutants that survived\n\n" + lines.joined() + "\n"
    }
}

extension Coverage.Kind {
    fileprivate var points: String {
        switch self {
        case .line: "lines"
        case .branch: "branches"
        case .property: "covers"
        }
    }
}

extension VerifiedModule {
    /// What its own blocks were given, or which block it is part of.
    fileprivate var tried: String {
        guard !own.isEmpty else { return "in \(holders.first?.binding.top ?? "nothing")" }
        var counts: [(text: String, count: Int)] = []
        for (block, entry) in zip(own, entries) {
            let text = entry.map { Self.tried(block, $0) } ?? "not measured"
            if let place = counts.firstIndex(where: { $0.text == text }) { counts[place].count += 1 } else { counts.append((text, 1)) }
        }
        return counts.map { $0.count == 1 ? $0.text : "\($0.count) x \($0.text)" }.joined(separator: ", ")
    }

    private static func tried(_ block: RTLBlock, _ entry: LockstepRecord.Entry) -> String {
        if case .tiles = block.check { return "\(Numbers.grouped(entry.tried)) instructions" }
        return entry.isExhaustive ? "all \(Numbers.grouped(entry.tried)) inputs" : "\(Numbers.grouped(entry.tried)) vectors"
    }

    fileprivate var latency: String {
        var found: [String] = []
        for block in own {
            let text = if case .vectors(let check) = block.check { "\(check.latency)" } else { "timing" }
            if !found.contains(text) { found.append(text) }
        }
        return found.joined(separator: ", ")
    }
}
