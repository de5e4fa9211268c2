import Arch
import CAccelsim
import CInterface
import Foundation
import Graph
import Testing
import Toolchain

/// A program that runs through the C interface, out of the caller's memory, does what it does on the golden model and in the
/// simulator.
@Suite struct DeviceTests {
    static let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().path

    struct Case: Sendable, CustomTestStringConvertible {
        var graph: String
        var machine: String
        var bindings: [String: Int] = [:]
        var bucket: LengthBucket?
        var settings: [String: Int] = [:]
        var testDescription: String { "\(graph) on \(machine)" }

        func job() throws -> Job {
            let model = try Model(path: "\(root)/examples/\(graph)/graph.json", bindings: bindings, bucket: bucket)
            return try Job(model, target: .make(machine)).setting(settings)
        }
    }

    static let cases = [
        Case(graph: "two-layers", machine: "lut-tc-tiny"),
        Case(graph: "fashion-mnist/w2a8", machine: "lut-tc", bindings: ["batch": 4]),
        Case(graph: "llama-block-small/w4g128", machine: "mixpe"),
        // A shared buffer, whose accesses are no business of the caller.
        Case(graph: "llama-block-small/w4g128", machine: "flightllm-u280"),
        Case(
            graph: "llama-block-small/w2g64", machine: "mac-int8", bindings: ["seq": 1, "past": 37],
            bucket: LengthBucket(symbol: "past", multiple: 16), settings: ["past": 45]),
    ]

    @Test(arguments: cases)
    func memoryTimeAndTrafficAreThoseOfARun(example: Case) throws {
        let job = try example.job()
        let inputs = try Inputs(for: job.model.graph, seed: 3).tensors
        let (outputs, timing) = (try job.compute(inputs), try job.time())

        var device: OpaquePointer?
        #expect(accelsim_device_open(example.machine, &device) == ACCELSIM_OK)
        defer { accelsim_device_close(device) }
        #expect(String(cString: accelsim_device_machine(device)) == job.program.machine)
        #expect(accelsim_device_clock_period(device) == UInt64(timing.clockPeriod))
        var memory = Memory(try MemoryImage(job.program, target: job.target, inputs: inputs), bytes: job.program.dramBytes)
        var parameters = [Int64](repeating: 0, count: ParameterReference.registers)
        for parameter in job.program.parameters { parameters[parameter.register] = Int64(parameter.value) }
        let status = memory.start(
            device, codeAddress: job.program.codeAddress, instructions: job.program.instructions.count, parameters: parameters)
        #expect(status == ACCELSIM_OK, "\(String(cString: accelsim_device_error(device)))")

        #expect(accelsim_device_cycles(device) == UInt64(timing.cycles))
        let end = try memory.serve(device)
        #expect(end == UInt64(timing.cycles))
        #expect(memory.times == memory.times.sorted())
        // The caller has read the code itself.
        #expect(memory.bytesRead == timing.memory.readBytes.total - timing.memory.readBytes[.instructions])
        #expect(memory.bytesWritten == timing.memory.writtenBytes.total)
        for buffer in job.program.buffers where buffer.role == .output {
            let end = buffer.address + (outputs[buffer.name]?.bytes.count ?? 0)
            #expect(Array(memory.bytes[buffer.address..<end]) == outputs[buffer.name]?.bytes, "\(buffer.name)")
        }
    }

    @Test func aDeviceRunsOneProgramAfterAnother() throws {
        let job = try Self.cases[0].job()
        let inputs = try Inputs(for: job.model.graph, seed: 1).tensors
        let image = try MemoryImage(job.program, target: job.target, inputs: inputs)
        var device: OpaquePointer?
        #expect(accelsim_device_open("lut-tc-tiny", &device) == ACCELSIM_OK)
        defer { accelsim_device_close(device) }
        var ends: [[UInt8]] = []
        for _ in 0..<2 {
            var memory = Memory(image, bytes: job.program.dramBytes)
            // The second start gives up the first run.
            for _ in 0..<2 {
                #expect(memory.start(
                    device, codeAddress: job.program.codeAddress, instructions: job.program.instructions.count) == ACCELSIM_OK)
            }
            _ = try memory.serve(device)
            ends.append(memory.bytes)
        }
        #expect(ends[0] == ends[1])
    }

    @Test func accessesAreMadeAtTheSpansOfTheirInstructions() throws {
        let job = try Self.cases[0].job()
        let image = try MemoryImage(job.program, target: job.target, inputs: Inputs(for: job.model.graph, seed: 1).tensors)
        var device: OpaquePointer?
        #expect(accelsim_device_open("lut-tc-tiny", &device) == ACCELSIM_OK)
        defer { accelsim_device_close(device) }
        var memory = Memory(image, bytes: job.program.dramBytes)
        _ = memory.start(device, codeAddress: job.program.codeAddress, instructions: job.program.instructions.count)
        _ = try memory.serve(device)
        // Loads when they start, stores when they complete, the end when everything has completed.
        let timing = try Simulation.trace(job)
        var expected: [UInt64] = []
        for (instruction, span) in zip(job.program.instructions, timing.spans) {
            switch instruction.body {
            case .load, .gather: expected.append(UInt64(span.start))
            case .store: expected.append(UInt64(span.completion))
            case .fill, .mma, .lmma, .buildTables, .elementwise, .reduce: break
            }
        }
        #expect(memory.times == expected.sorted() + [UInt64(timing.cycles)])
    }
}
