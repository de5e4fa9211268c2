import Arch
import Diagnostics
import Engines

extension Target {
    /// The machine of a preset's name, or of a machine file (anything with a `/` or ending in `.json`), with its engines.
    public static func make(_ nameOrFile: String) throws(Diagnostics) -> Target {
        guard nameOrFile.contains("/") || nameOrFile.hasSuffix(".json") else {
            do { return try make(Presets.named(nameOrFile), file: nil) } catch let error as Diagnostic {
                throw Diagnostics(error)
            } catch let error as Diagnostics { throw error } catch { throw Diagnostics(Diagnostic("\(error)")) }
        }
        let json: JSONValue
        do { json = try InputFile.json(path: nameOrFile) } catch { throw Diagnostics(error) }
        return try make(Machine(json: json, file: nameOrFile), file: nameOrFile)
    }

    /// Builds the engines; what is wrong with any of them is reported at once.
    public static func make(_ machine: Machine, file: String? = nil) throws(Diagnostics) -> Target {
        var engines: [any Engine] = []
        var problems = Diagnostics()
        for (index, specification) in machine.engines.enumerated() {
            do throws(Diagnostics) { engines.append(try Catalog.engine(specification, cores: machine.cores)) } catch {
                for var problem in error.all {
                    problem.field = "engines[\(index)]" + (problem.field.map { ".\($0)" } ?? "")
                    problems.report(problem)
                }
            }
        }
        guard problems.isEmpty else { throw problems.inFile(file) }
        return Target(machine: machine, engines: engines)
    }
}
