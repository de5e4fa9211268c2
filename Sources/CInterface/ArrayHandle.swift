import Arch
import CAccelsim
import Cosim
import Diagnostics
import Engines
import Toolchain

/// What an `accelsim_array` stands for.
final class ArrayHandle {
    private var block: RTLBlock?
    private var library: ModelLibrary?
    private var tile: HostedTile?
    private var error = CallerMemory()
    private(set) var errorText: UnsafePointer<CChar>
    private let names = CallerMemory()
    private(set) var libraryPath: UnsafePointer<CChar>
    private var drawn = CallerMemory()

    init() {
        errorText = error.text("")
        libraryPath = names.text("")
    }

    static func of(_ pointer: OpaquePointer) -> ArrayHandle {
        Unmanaged<ArrayHandle>.fromOpaque(UnsafeRawPointer(pointer)).takeUnretainedValue()
    }

    var writes: Int { tile?.writes ?? 0 }

    func open(_ name: String, rtl: String?) -> accelsim_status {
        attempt {
            guard let found = Self.arrays.first(where: { $0.name == name }) else {
                throw Diagnostic(node: name, "there is no array of this name")
            }
            let library = try ModelBuild(sources: RTLSources(path: rtl)).library(of: found)
            libraryPath = names.text(library.path)
            (block, self.library) = (found, library)
        }
    }

    func draw(_ index: UInt32, seed: UInt64, _ tile: inout accelsim_tile) -> accelsim_status {
        guard let block, let library, case .tiles(let check) = block.check else {
            return fail("the array has no model", ACCELSIM_BAD_CALL)
        }
        return attempt {
            self.tile = nil
            let next = try HostedTile(
                check.makeCase(Int(index), TileSource(seed: seed &+ UInt64(index))), library: library, of: block.name)
            drawn = CallerMemory()
            tile = drawn.tile(next)
            self.tile = next
        }
    }

    func observe(_ outputs: UnsafeRawBufferPointer) -> accelsim_status {
        guard tile != nil, let bytes = library?.outputBytes, outputs.count >= bytes else {
            return fail("no instruction was drawn, or the record of outputs is too short", ACCELSIM_BAD_CALL)
        }
        return tile?.observe(outputs).map { fail($0, ACCELSIM_MISMATCH) } ?? accelsim_status(ACCELSIM_OK)
    }

    func finish(_ taken: [Int]) -> accelsim_status {
        guard let tile, taken.count == tile.streams.count else {
            return fail("no instruction was drawn, or it has another number of streams", ACCELSIM_BAD_CALL)
        }
        return tile.finish(taken: taken).map { fail($0, ACCELSIM_MISMATCH) } ?? accelsim_status(ACCELSIM_OK)
    }

    /// Every block that works through whole instructions.
    static let arrays = Catalog.blocks.filter { if case .tiles = $0.check { true } else { false } }

    private func attempt(_ work: () throws -> Void) -> accelsim_status {
        do {
            try work()
            return accelsim_status(ACCELSIM_OK)
        } catch let failure as ToolFailure {
            return fail("error: \(failure)", ACCELSIM_BAD_INPUT)
        } catch {
            return fail(Diagnostics(any: error).description, ACCELSIM_BAD_INPUT)
        }
    }

    private func fail(_ text: String, _ status: Int) -> accelsim_status {
        error = CallerMemory()
        errorText = error.text(text)
        return accelsim_status(status)
    }
}

extension CallerMemory {
    fileprivate func tile(_ tile: HostedTile) -> accelsim_tile {
        let streams = tile.streams.map { stream in
            accelsim_stream(
                name: text(stream.name), ports: array(stream.ports.map { Optional(text($0)) }),
                port_count: UInt32(stream.ports.count), beat_bytes: UInt64(stream.beatBytes),
                beat_count: UInt64(stream.count), beats: array(stream.beats))
        }
        return accelsim_tile(
            summary: text(tile.summary), streams: array(streams), stream_count: UInt32(streams.count),
            preload: words(tile.preload), preload_count: UInt64(tile.preload.count), results: words(tile.results),
            result_count: UInt64(tile.results.count), cycles: UInt64(tile.cycles),
            observed_cycles: UInt64(tile.observedCycles))
    }

    private func words(_ words: [HostedTile.Word]) -> UnsafePointer<accelsim_word> {
        array(words.map { word in
            accelsim_word(
                address: UInt64(word.address), lanes: array(word.lanes.map { $0 ?? 0 }),
                known: array(word.lanes.map { $0 == nil ? 0 : 1 }), lane_count: UInt32(word.lanes.count))
        })
    }
}
