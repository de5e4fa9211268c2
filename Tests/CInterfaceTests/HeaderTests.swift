import Arch
import CAccelsim
import CInterface
import Testing

/// The Swift functions behind `accelsim.h` and the header itself are held against each other: by the compiler, which takes
/// `same` for equal types only, and by the linker, since the other tests call the functions that the header declares.
@Suite struct HeaderTests {
    private func same<Function>(_ declared: Function, _ defined: Function) -> Bool { true }

    @Test func functionsAreWhatTheHeaderSays() {
        #expect(same(accelsim_version, CInterface.version))
        #expect(same(accelsim_instruction_bytes, CInterface.instructionBytes))
        #expect(same(accelsim_parameter_registers, CInterface.parameterRegisters))
        #expect(same(accelsim_device_open, CInterface.deviceOpen))
        #expect(same(accelsim_device_close, CInterface.deviceClose))
        #expect(same(accelsim_device_clock_period, CInterface.deviceClockPeriod))
        #expect(same(accelsim_device_start, CInterface.deviceStart))
        #expect(same(accelsim_device_cycles, CInterface.deviceCycles))
        #expect(same(accelsim_device_step, CInterface.deviceStep))
        #expect(same(accelsim_array_count, CInterface.arrayCount))
        #expect(same(accelsim_array_open, CInterface.arrayOpen))
        #expect(same(accelsim_array_close, CInterface.arrayClose))
        #expect(same(accelsim_array_draw, CInterface.arrayDraw))
        #expect(same(accelsim_array_observe, CInterface.arrayObserve))
        #expect(same(accelsim_array_finish, CInterface.arrayFinish))
        #expect(same(accelsim_array_writes, CInterface.arrayWrites))
        // C pointers that are never null on this side are implicitly unwrapped on that one.
        let texts: [(@convention(c) (OpaquePointer?) -> UnsafePointer<CChar>?)] = [
            accelsim_device_error, accelsim_device_machine, accelsim_array_error, accelsim_array_library,
        ]
        let defined: [(OpaquePointer?) -> UnsafePointer<CChar>?] = [
            CInterface.deviceError, CInterface.deviceMachine, CInterface.arrayError, CInterface.arrayLibrary,
        ]
        #expect(texts.count == defined.count)
        let name: (UInt32) -> UnsafePointer<CChar>? = accelsim_array_name
        #expect(same(name, CInterface.arrayName))
    }

    @Test func numbersAreThoseOfTheInstructionSet() {
        #expect(accelsim_version() == 1)
        #expect(Int(accelsim_instruction_bytes()) == ISA.instructionBytes)
        #expect(Int(accelsim_parameter_registers()) == ParameterReference.registers)
    }
}
