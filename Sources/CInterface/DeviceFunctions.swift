import Arch
import CAccelsim

// The functions of accelsim.h; a test holds their types against the header.

@_cdecl("accelsim_version")
public func version() -> UInt32 { UInt32(ACCELSIM_VERSION) }

@_cdecl("accelsim_instruction_bytes")
public func instructionBytes() -> UInt32 { UInt32(ISA.instructionBytes) }

@_cdecl("accelsim_parameter_registers")
public func parameterRegisters() -> UInt32 { UInt32(ParameterReference.registers) }

@_cdecl("accelsim_device_open")
public func deviceOpen(
    _ machine: UnsafePointer<CChar>?, _ device: UnsafeMutablePointer<OpaquePointer?>?
) -> accelsim_status {
    guard let device else { return accelsim_status(ACCELSIM_BAD_CALL) }
    let handle = DeviceHandle()
    device.pointee = OpaquePointer(Unmanaged.passRetained(handle).toOpaque())
    return handle.open(machine.map { String(cString: $0) } ?? "")
}

@_cdecl("accelsim_device_close")
public func deviceClose(_ device: OpaquePointer?) {
    guard let device else { return }
    Unmanaged<DeviceHandle>.fromOpaque(UnsafeRawPointer(device)).release()
}

@_cdecl("accelsim_device_error")
public func deviceError(_ device: OpaquePointer?) -> UnsafePointer<CChar>? {
    device.map { DeviceHandle.of($0).errorText }
}

@_cdecl("accelsim_device_machine")
public func deviceMachine(_ device: OpaquePointer?) -> UnsafePointer<CChar>? {
    device.map { DeviceHandle.of($0).machineName }
}

@_cdecl("accelsim_device_clock_period")
public func deviceClockPeriod(_ device: OpaquePointer?) -> UInt64 {
    UInt64(device.flatMap { DeviceHandle.of($0).target?.machine.clockPeriod } ?? 0)
}

@_cdecl("accelsim_device_start")
public func deviceStart(_ device: OpaquePointer?, _ launch: UnsafePointer<accelsim_launch>?) -> accelsim_status {
    guard let device, let launch else { return accelsim_status(ACCELSIM_BAD_CALL) }
    return DeviceHandle.of(device).start(launch.pointee)
}

@_cdecl("accelsim_device_cycles")
public func deviceCycles(_ device: OpaquePointer?) -> UInt64 {
    UInt64(device.flatMap { DeviceHandle.of($0).run?.cycles } ?? 0)
}

@_cdecl("accelsim_device_step")
public func deviceStep(_ device: OpaquePointer?, _ step: UnsafeMutablePointer<accelsim_step>?) -> accelsim_status {
    guard let device, let step else { return accelsim_status(ACCELSIM_BAD_CALL) }
    return DeviceHandle.of(device).step(&step.pointee)
}
