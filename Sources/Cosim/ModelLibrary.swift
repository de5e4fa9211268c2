import CRTL
import Diagnostics
import Foundation

/// A loaded library of one RTL module. Stays loaded as long as the process lives.
public struct ModelLibrary: @unchecked Sendable {
    struct Port: Hashable, Sendable {
        var bits: Int
        var offset: Int
        var bytes: Int
    }

    public let path: String
    let inputs: [String: Port]
    let outputs: [String: Port]
    let inputBytes: Int
    /// Bytes of a record of all outputs.
    public let outputBytes: Int
    let open: accelsim_rtl_open_function
    let close: accelsim_rtl_close_function
    let run: accelsim_rtl_run_function
    let violation: accelsim_rtl_violation_function
    let coverage: accelsim_rtl_coverage_function
    let accumulators: accelsim_rtl_accumulators_function
    let accumulatorWords: Int
    let accumulatorWordBytes: Int

    init(path: String) throws(Diagnostic) {
        guard let handle = dlopen(path, RTLD_NOW | RTLD_LOCAL) else {
            throw Diagnostic(file: path, "cannot be loaded: \(dlerror().map { String(cString: $0) } ?? "no reason given")")
        }
        func function<Function>(_ name: String, as: Function.Type) throws(Diagnostic) -> Function {
            guard let symbol = dlsym(handle, name) else { throw Diagnostic(file: path, "has no function \(name)") }
            return unsafeBitCast(symbol, to: Function.self)
        }
        let describe = try function("accelsim_rtl_describe", as: accelsim_rtl_describe_function.self)
        open = try function("accelsim_rtl_open", as: accelsim_rtl_open_function.self)
        close = try function("accelsim_rtl_close", as: accelsim_rtl_close_function.self)
        run = try function("accelsim_rtl_run", as: accelsim_rtl_run_function.self)
        violation = try function("accelsim_rtl_violation", as: accelsim_rtl_violation_function.self)
        coverage = try function("accelsim_rtl_coverage", as: accelsim_rtl_coverage_function.self)
        accumulators = try function("accelsim_rtl_accumulators", as: accelsim_rtl_accumulators_function.self)
        guard let interface = describe()?.pointee else { throw Diagnostic(file: path, "describes no ports") }
        inputBytes = Int(interface.input_bytes)
        outputBytes = Int(interface.output_bytes)
        accumulatorWords = Int(interface.accumulator_words)
        accumulatorWordBytes = Int(interface.accumulator_word_bytes)
        var (inputs, outputs): ([String: Port], [String: Port]) = ([:], [:])
        for index in 0..<Int(interface.port_count) {
            let port = interface.ports[index]
            let place = Port(bits: Int(port.bits), offset: Int(port.offset), bytes: Int(port.bytes))
            if port.is_output == 1 {
                outputs[String(cString: port.name)] = place
            } else {
                inputs[String(cString: port.name)] = place
            }
        }
        (self.inputs, self.outputs) = (inputs, outputs)
        self.path = path
    }
}

/// A running instance of a module.
final class ModelInstance {
    let library: ModelLibrary
    private let handle: UnsafeMutableRawPointer

    init(_ library: ModelLibrary, seed: UInt64, waves: String?) throws(Diagnostic) {
        self.library = library
        guard let handle = library.open(seed, waves) else { throw Diagnostic(file: waves, "the model cannot be opened") }
        self.handle = handle
    }

    deinit { library.close(handle) }

    /// One clock cycle for each record of `inputs`.
    func run(_ inputs: [UInt8], outputs: inout [UInt8], cycles: Int) {
        precondition(inputs.count >= cycles * library.inputBytes && outputs.count >= cycles * library.outputBytes)
        library.run(handle, inputs, &outputs, UInt64(cycles))
    }

    /// What a word of the accumulators holds, lane by lane.
    func setAccumulators(word: Int, _ sums: [UInt32]) {
        precondition(word < library.accumulatorWords && 4 * sums.count <= library.accumulatorWordBytes)
        guard let memory = library.accumulators(handle) else { return }
        let place = memory.advanced(by: word * library.accumulatorWordBytes)
        sums.withUnsafeBytes { UnsafeMutableRawBufferPointer(start: place, count: $0.count).copyMemory(from: $0) }
    }

    /// The first assertion that has failed, in words; `nil` while none has.
    var violation: String? {
        library.violation(handle).map { String(cString: $0).trimmingCharacters(in: .whitespacesAndNewlines) }
    }

    /// What has been met so far, read from the file that Verilator writes; `nil` when the library does not count.
    func coverage<Counts>(_ read: (_ path: String) throws -> Counts) throws -> Counts? {
        let path = FileManager.default.temporaryDirectory.appendingPathComponent("coverage-\(UUID().uuidString).dat").path
        defer { try? FileManager.default.removeItem(atPath: path) }
        guard library.coverage(handle, path) == 1 else { return nil }
        return try read(path)
    }
}
