import Arch
import Diagnostics

/// A program that has been checked against a target and prepared for execution. Many models can share one plan.
public struct ExecutionPlan: Sendable {
    public let target: Target
    /// With the values of its parameters in place of the references to them.
    public private(set) var program: Program
    private(set) var steps: [Step]
    /// As it was given, for other values of its parameters.
    let parametric: Program
    /// Instructions that depend on parameters.
    let referring: [Int]
    /// Bytes of DRAM that the host does not write, in ascending order.
    let constantRanges: [Range<Int>]

    /// Throws `Diagnostics` that name the instruction, the node and the field of everything that is malformed.
    ///
    /// - Parameter program: with its parameters as they are to be during the run.
    public init(target: Target, program: Program) throws {
        parametric = program
        referring = program.referring
        let program = try program.resolved()
        let buffers = BufferCheck(target: target, program: program)
        var check = InstructionCheck(target: target, program: program)
        for (index, instruction) in program.instructions.enumerated() { check.check(instruction, index: index) }
        var found = buffers.found
        found.report(contentsOf: check.found)
        try found.throwIfAny()
        self.target = target
        self.program = program
        constantRanges = parametric.constantRanges
        steps = program.instructions.map { Step($0.body) }
    }

    /// Takes other values of the parameters, those of `Program.setting`. What does not depend on them is not looked at again.
    ///
    /// - Returns: the instructions that depend on them.
    mutating func set(_ values: [String: Int]) throws -> [Instruction] {
        let set = try parametric.setting(values)
        let resolved = try set.resolvedReferences(referring)
        var check = InstructionCheck(target: target, program: set)
        for (index, instruction) in resolved { check.check(instruction, index: index) }
        try check.found.throwIfAny()
        program.parameters = set.parameters
        for (index, instruction) in resolved {
            program.instructions[index] = instruction
            steps[index] = Step(instruction.body)
        }
        return resolved.map(\.instruction)
    }
}

/// A checked instruction in the form that its kernel executes: loops are merged where they walk on contiguously.
/// Indirect, so that a step is handed on without its fields being copied.
indirect enum Step: Sendable {
    case load(TransferPlan)
    case store(TransferPlan)
    case gather(Gather)
    case fill(FillPlan)
    case multiply(Multiply, LookupShape?)
    case buildTables(BuildTables)
    case elementwise(Shared<ElementwisePlan>)
    case reduce(ReducePlan)

    init(_ body: Instruction.Body) {
        switch body {
        case .load(let transfer): self = .load(TransferPlan(transfer))
        case .store(let transfer): self = .store(TransferPlan(transfer))
        case .gather(let gather): self = .gather(gather.normalised)
        case .fill(let fill): self = .fill(FillPlan(fill))
        case .mma(let multiply): self = .multiply(multiply.normalised, nil)
        case .lmma(let multiply, let shape): self = .multiply(multiply.normalised, shape)
        case .buildTables(let tables): self = .buildTables(tables.normalised)
        case .elementwise(let elementwise): self = .elementwise(Shared(ElementwisePlan(elementwise)))
        case .reduce(let reduce): self = .reduce(ReducePlan(reduce))
        }
    }
}

/// A value that is handed on without its fields being copied and counted.
final class Shared<Value: Sendable>: Sendable {
    let value: Value

    init(_ value: Value) { self.value = value }
}

/// The stride of a loop that does not step is not checked, so it is cleared before anything multiplies it.
@inline(__always)
func steppingStride(_ count: Int, _ stride: Int) -> Int { count == 1 ? 0 : stride }

extension Multiply.Loop {
    var normalised: Multiply.Loop { .init(count: count, stride: steppingStride(count, stride)) }
}

extension Multiply {
    var normalised: Multiply {
        var copy = self
        copy.outerRows = outerRows.normalised
        copy.innerRows = innerRows.normalised
        copy.ky = ky.normalised
        copy.kx = kx.normalised
        copy.accumulatorPitch = steppingStride(rows, accumulatorPitch)
        if case .scaled(let weights, var activations?) = output {
            activations.rowPitch = steppingStride(rows, activations.rowPitch)
            copy.output = .scaled(weights: weights, activations: activations)
        }
        return copy
    }
}

extension BuildTables {
    var normalised: BuildTables {
        var copy = self
        copy.outerRows = outerRows.normalised
        copy.innerRows = innerRows.normalised
        copy.tablePitch = steppingStride(rows, tablePitch)
        copy.scalePitch = steppingStride(rows, scalePitch)
        return copy
    }
}

extension Gather {
    var normalised: Gather {
        var copy = self
        copy.rowPitch = steppingStride(rows, rowPitch)
        copy.localStride = steppingStride(count, localStride)
        return copy
    }
}
