import Arch

/// What reads the activations of an instruction whenever it runs, on any core, without its weights. Numbers alone: nothing is
/// counted when it is copied.
protocol ActivationReader: Sendable {
    associatedtype Number: DotNumber
    var source: ActivationSource { get }
    /// Numbers that a run of activations becomes.
    var numbersPerRun: Int { get }
    /// Numbers are zero at first.
    func writeRun(_ run: UnsafeRawPointer, to numbers: UnsafeMutablePointer<Number>)
}

extension ActivationReader {
    @inline(__always)
    func writeRow(_ row: Int, of memory: CoreMemory, to numbers: UnsafeMutablePointer<Number>) {
        var next = numbers
        source.forEachRun(of: row, in: memory) { run in
            writeRun(run, to: next)
            next += numbersPerRun
        }
    }
}

/// Where the activations (or tables) of an instruction lie.
struct ActivationSource: Sendable {
    let nest: ActivationNest

    init(_ multiply: Multiply) { nest = ActivationNest(multiply: multiply) }

    /// In ascending k.
    @inline(__always)
    func forEachRun(of row: Int, in memory: CoreMemory, _ body: (UnsafeRawPointer) -> Void) {
        guard let space = memory[nest.space].baseAddress else { return }
        let base = UnsafeRawPointer(space) + nest.row(row)
        nest.forEachRun { body(base + $0) }
    }
}
