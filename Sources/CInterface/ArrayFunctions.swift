import CAccelsim

@_cdecl("accelsim_array_count")
public func arrayCount() -> UInt32 { UInt32(ArrayHandle.arrays.count) }

/// Names live as long as the process.
private final class ArrayNames: Sendable {
    static let shared = ArrayNames()
    nonisolated(unsafe) private let texts: [UnsafePointer<CChar>]
    nonisolated(unsafe) private let memory = CallerMemory()

    private init() { texts = ArrayHandle.arrays.map { [memory] in memory.text($0.name) } }

    subscript(index: UInt32) -> UnsafePointer<CChar>? { index < texts.count ? texts[Int(index)] : nil }
}

@_cdecl("accelsim_array_name")
public func arrayName(_ index: UInt32) -> UnsafePointer<CChar>? { ArrayNames.shared[index] }

@_cdecl("accelsim_array_open")
public func arrayOpen(
    _ name: UnsafePointer<CChar>?, _ rtl: UnsafePointer<CChar>?, _ array: UnsafeMutablePointer<OpaquePointer?>?
) -> accelsim_status {
    guard let array else { return accelsim_status(ACCELSIM_BAD_CALL) }
    let handle = ArrayHandle()
    array.pointee = OpaquePointer(Unmanaged.passRetained(handle).toOpaque())
    return handle.open(name.map { String(cString: $0) } ?? "", rtl: rtl.map { String(cString: $0) })
}

@_cdecl("accelsim_array_close")
public func arrayClose(_ array: OpaquePointer?) {
    guard let array else { return }
    Unmanaged<ArrayHandle>.fromOpaque(UnsafeRawPointer(array)).release()
}

@_cdecl("accelsim_array_error")
public func arrayError(_ array: OpaquePointer?) -> UnsafePointer<CChar>? { array.map { ArrayHandle.of($0).errorText } }

@_cdecl("accelsim_array_library")
public func arrayLibrary(_ array: OpaquePointer?) -> UnsafePointer<CChar>? {
    array.map { ArrayHandle.of($0).libraryPath }
}

@_cdecl("accelsim_array_draw")
public func arrayDraw(
    _ array: OpaquePointer?, _ index: UInt32, _ seed: UInt64, _ tile: UnsafeMutablePointer<accelsim_tile>?
) -> accelsim_status {
    guard let array, let tile else { return accelsim_status(ACCELSIM_BAD_CALL) }
    return ArrayHandle.of(array).draw(index, seed: seed, &tile.pointee)
}

@_cdecl("accelsim_array_observe")
public func arrayObserve(
    _ array: OpaquePointer?, _ outputs: UnsafePointer<UInt8>?, _ outputBytes: UInt64
) -> accelsim_status {
    guard let array, let outputs, let count = Int(exactly: outputBytes) else {
        return accelsim_status(ACCELSIM_BAD_CALL)
    }
    return ArrayHandle.of(array).observe(UnsafeRawBufferPointer(start: outputs, count: count))
}

@_cdecl("accelsim_array_finish")
public func arrayFinish(
    _ array: OpaquePointer?, _ taken: UnsafePointer<UInt64>?, _ streamCount: UInt32
) -> accelsim_status {
    guard let array, let taken else { return accelsim_status(ACCELSIM_BAD_CALL) }
    let counts = UnsafeBufferPointer(start: taken, count: Int(streamCount)).map { Int(clamping: $0) }
    return ArrayHandle.of(array).finish(counts)
}

@_cdecl("accelsim_array_writes")
public func arrayWrites(_ array: OpaquePointer?) -> UInt64 { UInt64(array.map { ArrayHandle.of($0).writes } ?? 0) }
