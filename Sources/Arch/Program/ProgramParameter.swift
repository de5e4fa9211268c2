import Diagnostics

/// A parameter register as a program declares it.
public struct ProgramParameter: Hashable, Sendable {
    /// What the host calls it.
    public var name: String
    /// 0 for `p0`.
    public var register: Int
    /// What it holds unless the host sets it.
    public var value: Int
    /// What it may hold.
    public var range: ClosedRange<Int>

    public init(name: String, register: Int, value: Int, range: ClosedRange<Int>) {
        self.name = name
        self.register = register
        self.value = value
        self.range = range
    }
}

extension Program {
    /// What is wrong with the declarations of the registers.
    var parameterProblems: [Diagnostic] {
        var problems: [Diagnostic] = []
        func report(_ parameter: ProgramParameter, _ message: String) {
            problems.append(Diagnostic(field: "parameter '\(parameter.name)'", message))
        }
        var names: Set<String> = []
        var registers: Set<Int> = []
        for parameter in parameters {
            if !names.insert(parameter.name).inserted { report(parameter, "is declared twice") }
            if !(0..<ParameterReference.registers).contains(parameter.register) {
                report(parameter, "p\(parameter.register) is not one of \(ParameterReference.registers) registers")
            } else if !registers.insert(parameter.register).inserted {
                report(parameter, "p\(parameter.register) has another name too")
            }
            if let problem = parameter.problem(of: parameter.value) { problems.append(problem) }
        }
        return problems
    }

    /// The program with other values in its registers, as the host sets them.
    ///
    /// - Parameter values: of registers by name; the others keep what they hold.
    /// - Throws: wrong declarations, unknown names and values outside their range.
    public func setting(_ values: [String: Int]) throws(Diagnostics) -> Program {
        var program = self
        var problems = Diagnostics(parameterProblems)
        for (name, value) in values.sorted(by: { $0.key < $1.key }) {
            guard let index = parameters.firstIndex(where: { $0.name == name }) else {
                let hint = Suggestion.hint(for: name, in: parameters.map(\.name))
                problems.report(Diagnostic(field: "parameter '\(name)'", "the program has no such parameter\(hint)"))
                continue
            }
            if let problem = parameters[index].problem(of: value) { problems.report(problem) }
            program.parameters[index].value = value
        }
        if !problems.isEmpty { throw problems }
        return program
    }

    /// The program with every reference to a parameter register replaced by its value: what Golden, Sim and the
    /// checkers see. The only place where references are resolved. Resolving again changes nothing.
    ///
    /// - Throws: wrong declarations, references to registers that are not declared, and values that their field cannot
    ///   hold.
    public func resolved() throws(Diagnostics) -> Program {
        var program = try setting([:])
        // The usual program is not copied.
        for (index, instruction) in try program.resolvedReferences() { program.instructions[index] = instruction }
        return program
    }

    /// Indices of the instructions with references.
    public var referring: [Int] { instructions.indices.filter { !instructions[$0].references.isEmpty } }

    /// Instructions with references, by index, as they are with the registers' values.
    ///
    /// - Parameter referring: indices; of all of them when left out.
    public func resolvedReferences(
        _ referring: [Int]? = nil
    ) throws(Diagnostics) -> [(index: Int, instruction: Instruction)] {
        let registers = parameters.registers(\.value)
        var resolved: [(Int, Instruction)] = []
        var problems = Diagnostics()
        for index in referring ?? self.referring {
            do throws(Diagnostics) {
                resolved.append((index, try ISA.resolve(instructions[index], registers: registers, index: index)))
            } catch { problems.report(contentsOf: error) }
        }
        if !problems.isEmpty { throw problems }
        return resolved
    }
}

extension [ProgramParameter] {
    /// What each register holds; `nil` where it is not declared.
    public func registers(_ value: (ProgramParameter) -> Int) -> [Int?] {
        var registers: [Int?] = Array<Int?>(repeating: nil, count: ParameterReference.registers)
        for parameter in self { registers[parameter.register] = value(parameter) }
        return registers
    }
}

extension ProgramParameter {
    fileprivate func problem(of value: Int) -> Diagnostic? {
        guard !range.contains(value) else { return nil }
        return Diagnostic(
            field: "parameter '\(name)'",
            "\(value) is outside \(range.lowerBound)...\(range.upperBound), for which the program was made")
    }
}
