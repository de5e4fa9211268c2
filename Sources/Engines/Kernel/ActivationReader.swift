import Arch

/// What reads the activations of an instruction whenever it runs, without its weights. Numbers and addresses alone: nothing is
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
    func writeRow(_ row: Int, to numbers: UnsafeMutablePointer<Number>) {
        var next = numbers
        source.forEachRun(of: row) { run in
            writeRun(run, to: next)
            next += numbersPerRun
        }
    }
}

/// Where the activations (or tables) of an instruction lie.
struct ActivationSource: @unchecked Sendable {
    let nest: ActivationNest
    /// The space; `nil` where it has no bytes.
    private let memory: UnsafeRawPointer?

    init(_ multiply: Multiply, memory: CoreMemory) {
        nest = ActivationNest(multiply: multiply)
        self.memory = UnsafeRawPointer(memory[multiply.activations.space].baseAddress)
    }

    /// In ascending k.
    @inline(__always)
    func forEachRun(of row: Int, _ body: (UnsafeRawPointer) -> Void) {
        guard let memory else { return }
        let base = memory + nest.row(row)
        nest.forEachRun { body(base + $0) }
    }
}
