// The control registers of both components: one table each, from which the code, the numbers and the page docs/systemc.md come
// (systemc/build/platform registers). Registers have 32 bits, little-endian; a number of 64 bits takes two, the low one first.
#ifndef ACCELSIM_REGISTERS_H
#define ACCELSIM_REGISTERS_H

#include <cstdint>

namespace accelsim {

// X(name, byte offset, bytes, access, meaning)
#define ACCELSIM_COMMON_REGISTERS(X)                                                                                   \
    X(id, 0x00, 4, "r", "identification of the component")                                                             \
    X(version, 0x04, 4, "r", "of this table: 1")                                                                       \
    X(control, 0x08, 4, "w", "writing 1 starts; while it runs that is an error response")                              \
    X(status, 0x0c, 4, "r", "0 idle, 1 running, 2 complete, 3 failed")                                                 \
    X(interrupt, 0x10, 4, "rw", "1 from completion or failure on, as the interrupt port; writing 1 clears it")         \
    X(error, 0x14, 4, "r", "of a failure: 1 bad input, 2 bad call, 4 an error response, 5 a failed RTL assertion")     \
    X(cycles, 0x18, 8, "r", "of the run: of the program, or enabled ones of the array")

#define ACCELSIM_ACCELERATOR_REGISTERS(X)                                                                              \
    ACCELSIM_COMMON_REGISTERS(X)                                                                                       \
    X(clock_period, 0x20, 4, "r", "picoseconds per cycle")                                                             \
    X(instructions, 0x24, 4, "rw", "how many there are")                                                               \
    X(memory_base, 0x28, 8, "rw", "address on the memory socket of byte 0 of the program's DRAM")                      \
    X(memory_bytes, 0x30, 8, "rw", "of the program's DRAM")                                                            \
    X(code_address, 0x38, 8, "rw", "of the first instruction, in the program's DRAM")                                  \
    X(parameters, 0x80, 128, "rw", "parameter registers p0 to p15, 64 bits each, two's complement")

#define ACCELSIM_ARRAY_REGISTERS(X)                                                                                    \
    ACCELSIM_COMMON_REGISTERS(X)                                                                                       \
    X(run_cycles, 0x20, 8, "rw", "enabled cycles after which the run is complete")                                     \
    X(stalled_cycles, 0x28, 8, "r", "cycles of the run in which the clock enable was low, operands being on their way") \
    X(writes, 0x30, 8, "r", "words written to the accumulators in the run")                                            \
    X(accumulators, 0x38, 8, "rw", "address on the memory socket of the accumulators' image")                          \
    X(stream_address, 0x80, 64, "rw", "address of the beats of streams 0 to 7, 64 bits each")                          \
    X(stream_beats, 0xc0, 64, "rw", "beats of streams 0 to 7, 64 bits each")

constexpr uint32_t register_version = 1;
constexpr uint32_t accelerator_id = 0x4c434341;  // "ACCL"
constexpr uint32_t array_id = 0x59415252;        // "RRAY"
constexpr unsigned parameter_registers = 16;
constexpr unsigned array_streams = 8;

enum : uint32_t { status_idle = 0, status_running = 1, status_complete = 2, status_failed = 3 };
// Beside the statuses of accelsim.h.
enum : uint32_t { error_transaction = 4, error_assertion = 5 };

#define ACCELSIM_OFFSET(name, offset, bytes, access, meaning) name = offset,
struct accelerator_register {
    enum : uint64_t { ACCELSIM_ACCELERATOR_REGISTERS(ACCELSIM_OFFSET) space = 0x100 };
};
struct array_register {
    enum : uint64_t { ACCELSIM_ARRAY_REGISTERS(ACCELSIM_OFFSET) space = 0x100 };
};
#undef ACCELSIM_OFFSET

}  // namespace accelsim
#endif
