import Arch
import CAccelsim
import CInterface
import Engines
import Graph
import Testing
import Toolchain

/// Whatever a caller gives, it gets a status and a text, and the process lives on.
@Suite struct RefusalTests {
    private func text(_ device: OpaquePointer?) -> String { String(cString: accelsim_device_error(device)) }

    @Test func anUnknownMachineIsRefusedWithAText() {
        var device: OpaquePointer?
        #expect(accelsim_device_open("lut-tk", &device) == ACCELSIM_BAD_INPUT)
        #expect(text(device).contains("lut-tk"))
        #expect(accelsim_device_clock_period(device) == 0 && accelsim_device_cycles(device) == 0)
        var launch = accelsim_launch()
        #expect(accelsim_device_start(device, &launch) == ACCELSIM_BAD_CALL)
        accelsim_device_close(device)
    }

    @Test func callsOutOfOrderAndNullPointersAreRefused() {
        var device: OpaquePointer?
        #expect(accelsim_device_open("lut-tc-tiny", &device) == ACCELSIM_OK)
        var step = accelsim_step()
        #expect(accelsim_device_step(device, &step) == ACCELSIM_BAD_CALL)
        #expect(text(device).contains("not been started"))
        #expect(accelsim_device_step(device, nil) == ACCELSIM_BAD_CALL)
        #expect(accelsim_device_start(device, nil) == ACCELSIM_BAD_CALL)
        accelsim_device_close(device)
        #expect(accelsim_device_open(nil, nil) == ACCELSIM_BAD_CALL)
        #expect(accelsim_device_start(nil, nil) == ACCELSIM_BAD_CALL)
        accelsim_device_close(nil)
        #expect(accelsim_array_observe(nil, nil, 0) == ACCELSIM_BAD_CALL)
        accelsim_array_close(nil)
    }

    @Test(arguments: [
        // Bytes of memory, address of the code, instructions.
        (1 << 20, 0, 20_000, "lie outside"), (1 << 20, (1 << 20) - 95, 1, "lie outside"), (96, 1 << 40, 1, "lie outside"),
        // Zeros are no instruction that this machine knows, or one with an impossible field.
        (1 << 20, 0, 3, "instruction 0"),
    ])
    func codeThatIsNoneIsRefused(bytes: Int, address: Int, instructions: Int, reason: String) {
        var device: OpaquePointer?
        #expect(accelsim_device_open("lut-tc-tiny", &device) == ACCELSIM_OK)
        defer { accelsim_device_close(device) }
        let code = [UInt8](repeating: 0xFF, count: 96 * min(instructions, 100))
        let status = code.withUnsafeBufferPointer { buffer in
            var launch = accelsim_launch(
                memory_bytes: UInt64(bytes), code_address: UInt64(address), code: buffer.baseAddress,
                instructions: UInt64(instructions), parameters: nil, parameter_count: 0)
            return accelsim_device_start(device, &launch)
        }
        #expect(status == ACCELSIM_BAD_INPUT)
        #expect(text(device).contains(reason), "\(text(device))")
    }

    @Test func parametersBeyondTheRegistersAreRefused() {
        var device: OpaquePointer?
        #expect(accelsim_device_open("lut-tc-tiny", &device) == ACCELSIM_OK)
        defer { accelsim_device_close(device) }
        let values = [Int64](repeating: 0, count: 17)
        let status = values.withUnsafeBufferPointer { buffer in
            var launch = accelsim_launch(
                memory_bytes: 0, code_address: 0, code: nil, instructions: 0, parameters: buffer.baseAddress,
                parameter_count: 17)
            return accelsim_device_start(device, &launch)
        }
        #expect(status == ACCELSIM_BAD_INPUT && text(device).contains("17"))
    }

    @Test func memoryThatTheMachineDoesNotHaveIsRefused() {
        var device: OpaquePointer?
        #expect(accelsim_device_open("lut-tc-tiny", &device) == ACCELSIM_OK)
        defer { accelsim_device_close(device) }
        var launch = accelsim_launch()
        launch.memory_bytes = 1 << 62
        #expect(accelsim_device_start(device, &launch) == ACCELSIM_BAD_INPUT)
        launch.memory_bytes = .max
        #expect(accelsim_device_start(device, &launch) == ACCELSIM_BAD_INPUT)
    }

    @Test func arraysAreThoseOfTheCatalogue() {
        let names = (0..<accelsim_array_count()).map { String(cString: accelsim_array_name($0)) }
        #expect(names == Catalog.blocks.filter { if case .tiles = $0.check { true } else { false } }.map(\.name))
        #expect(names.count >= 6)
        #expect(accelsim_array_name(accelsim_array_count()) == nil)
        var array: OpaquePointer?
        #expect(accelsim_array_open("mac/no_array", nil, &array) == ACCELSIM_BAD_INPUT)
        #expect(String(cString: accelsim_array_error(array)).contains("mac/no_array"))
        #expect(String(cString: accelsim_array_library(array)).isEmpty)
        var tile = accelsim_tile()
        #expect(accelsim_array_draw(array, 0, 1, &tile) == ACCELSIM_BAD_CALL)
        accelsim_array_close(array)
    }
}
