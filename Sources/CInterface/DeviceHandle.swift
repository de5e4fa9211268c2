import Arch
import CAccelsim
import Diagnostics
import Golden
import Toolchain

/// What an `accelsim_device` stands for.
final class DeviceHandle {
    private(set) var target: Target?
    private(set) var run: DeviceRun?
    private var error = CallerMemory()
    private(set) var errorText: UnsafePointer<CChar>
    private let names = CallerMemory()
    private(set) var machineName: UnsafePointer<CChar>
    private var moves = CallerMemory()

    init() {
        errorText = error.text("")
        machineName = names.text("")
    }

    static func of(_ pointer: OpaquePointer) -> DeviceHandle {
        Unmanaged<DeviceHandle>.fromOpaque(UnsafeRawPointer(pointer)).takeUnretainedValue()
    }

    func open(_ machine: String) -> accelsim_status {
        attempt {
            let target = try Target.make(machine)
            machineName = names.text(target.machine.name)
            self.target = target
        }
    }

    func start(_ launch: accelsim_launch) -> accelsim_status {
        guard let target else { return fail("the device has no machine", ACCELSIM_BAD_CALL) }
        run = nil
        return attempt { run = try DeviceRun(launch.checked(), target: target) }
    }

    func step(_ step: inout accelsim_step) -> accelsim_status {
        guard run != nil else { return fail("the device has not been started", ACCELSIM_BAD_CALL) }
        return attempt {
            guard let next = try run?.step() else { return }
            moves = CallerMemory()
            switch next {
            case .complete(let cycle):
                step = accelsim_step(
                    kind: UInt32(ACCELSIM_COMPLETE), cycle: UInt64(cycle), moves: moves.array([]), move_count: 0)
            case .transfer(let cycle, let transfer):
                let list = transfer.runs.map { run in
                    accelsim_move(
                        address: UInt64(run.address), data: run.local.assumingMemoryBound(to: UInt8.self),
                        bytes: UInt64(run.bytes))
                }
                step = accelsim_step(
                    kind: UInt32(transfer.isWrite ? ACCELSIM_WRITE : ACCELSIM_READ), cycle: UInt64(cycle),
                    moves: moves.array(list), move_count: UInt64(list.count))
            }
        }
    }

    /// Nothing that the caller gives may end the process: what is thrown becomes a status and a text.
    private func attempt(_ work: () throws -> Void) -> accelsim_status {
        do {
            try work()
            return accelsim_status(ACCELSIM_OK)
        } catch {
            run = nil
            return fail(Diagnostics(any: error).description, ACCELSIM_BAD_INPUT)
        }
    }

    private func fail(_ text: String, _ status: Int) -> accelsim_status {
        error = CallerMemory()
        errorText = error.text(text)
        return accelsim_status(status)
    }
}

extension accelsim_launch {
    /// The same with numbers that Swift counts with, its lists copied.
    fileprivate func checked() throws(Diagnostics) -> DeviceRun.Launch {
        let size = UInt64(ISA.instructionBytes)
        guard let memory = Int(exactly: memory_bytes), let address = Int(exactly: code_address),
            instructions <= memory_bytes / size, code_address <= memory_bytes - instructions * size
        else {
            throw Diagnostics(Diagnostic(
                field: "code", "\(instructions) instructions at \(code_address) lie outside the \(memory_bytes) bytes of memory"))
        }
        guard code != nil || instructions == 0, parameters != nil || parameter_count == 0 else {
            throw Diagnostics(Diagnostic(field: code == nil ? "code" : "parameters", "is a null pointer"))
        }
        guard parameter_count <= ParameterReference.registers else {
            throw Diagnostics(Diagnostic(
                field: "parameters", "\(parameter_count) where there are \(ParameterReference.registers)"))
        }
        return DeviceRun.Launch(
            memoryBytes: memory, codeAddress: address,
            code: Array(UnsafeBufferPointer(start: code, count: Int(instructions * size))),
            registers: UnsafeBufferPointer(start: parameters, count: Int(parameter_count)).map(Int.init))
    }
}
