// The C interface of libAccelsimC: a compiled program run out of somebody else's memory, and RTL arrays held against the golden
// model by somebody else's kernel. docs/systemc.md says how to use it.
//
// Threads: a handle belongs to one thread at a time; different handles may be used at the same time. No function calls back, so
// none of them is on the stack while the caller waits or switches coroutines; 1 MiB of stack is enough for any of them.
#ifndef ACCELSIM_H
#define ACCELSIM_H

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

// Of this interface; it grows with every change that an older caller would not understand.
#define ACCELSIM_VERSION 1

typedef int32_t accelsim_status;
enum {
    ACCELSIM_OK = 0,
    // Something that was given is wrong; the handle's error text says what.
    ACCELSIM_BAD_INPUT = 1,
    // A call that does not make sense now (a step without a start), or a null pointer.
    ACCELSIM_BAD_CALL = 2,
    // RTL differs from the golden model; the error text says where.
    ACCELSIM_MISMATCH = 3
};

uint32_t accelsim_version(void);
// Bytes of every instruction.
uint32_t accelsim_instruction_bytes(void);
// Parameter registers of a machine.
uint32_t accelsim_parameter_registers(void);

// ---- A device: a machine that runs a program

typedef struct accelsim_device accelsim_device;

// What a device is told when it starts. Addresses count from the first byte of its memory.
typedef struct {
    uint64_t memory_bytes;
    uint64_t code_address;
    // `instructions` of accelsim_instruction_bytes() each, as they lie at code_address; read during the call only.
    const uint8_t *code;
    uint64_t instructions;
    // What p0, p1, ... hold; 0 for those left out.
    const int64_t *parameters;
    uint32_t parameter_count;
} accelsim_launch;

// A contiguous range of the memory and the bytes of a scratchpad that go there or come from there.
typedef struct {
    uint64_t address;
    uint8_t *data;
    uint64_t bytes;
} accelsim_move;

enum {
    // The caller copies from memory to data in this cycle.
    ACCELSIM_READ = 0,
    // The caller copies from data to memory in this cycle.
    ACCELSIM_WRITE = 1,
    // The program is complete.
    ACCELSIM_COMPLETE = 2
};

typedef struct {
    uint32_t kind;
    // Since the start, ascending from step to step.
    uint64_t cycle;
    // Valid until the next call.
    const accelsim_move *moves;
    uint64_t move_count;
} accelsim_step;

// `machine` is a preset's name or the path of a machine file. There is a handle even when the status is not ACCELSIM_OK: it holds
// the error text, and has to be closed.
accelsim_status accelsim_device_open(const char *machine, accelsim_device **device);
void accelsim_device_close(accelsim_device *device);
// Of the last call that failed; empty when none has. Valid until the next call.
const char *accelsim_device_error(const accelsim_device *device);
// The name that programs for this machine carry.
const char *accelsim_device_machine(const accelsim_device *device);
// Picoseconds per cycle; 0 for a handle that was not opened.
uint64_t accelsim_device_clock_period(const accelsim_device *device);
// Starts a program; one that was running is given up.
accelsim_status accelsim_device_start(accelsim_device *device, const accelsim_launch *launch);
// From the start to the last completion; 0 before a start. Known as soon as the program has started.
uint64_t accelsim_device_cycles(const accelsim_device *device);
// Computes up to the next access to memory.
accelsim_status accelsim_device_step(accelsim_device *device, accelsim_step *step);

// ---- An array: a module of rtl/, simulated by the caller and held against the golden model

typedef struct accelsim_array accelsim_array;

// A stream of operands: ports name_valid_i and name_ready_o, and data ports.
typedef struct {
    const char *name;
    const char *const *ports;
    uint32_t port_count;
    // A beat is the bytes of its ports one behind the other, each as many as the port takes in a record of all inputs
    // (accelsim_rtl.h).
    uint64_t beat_bytes;
    uint64_t beat_count;
    const uint8_t *beats;
} accelsim_stream;

// A word of the accumulators, by lane. Lanes whose `known` is 0 may hold anything.
typedef struct {
    uint64_t address;
    const uint32_t *lanes;
    const uint8_t *known;
    uint32_t lane_count;
} accelsim_word;

// One instruction. Valid until the next one is drawn.
typedef struct {
    // Shape and formats, for messages.
    const char *summary;
    const accelsim_stream *streams;
    uint32_t stream_count;
    // Before and after.
    const accelsim_word *preload;
    uint64_t preload_count;
    const accelsim_word *results;
    uint64_t result_count;
    // Of the instruction.
    uint64_t cycles;
    // Enabled cycles to observe: some more, in which nothing should be written.
    uint64_t observed_cycles;
} accelsim_tile;

// The arrays that there are, in a fixed order; null from accelsim_array_count() on.
uint32_t accelsim_array_count(void);
const char *accelsim_array_name(uint32_t index);
// Builds the model of an array, or finds it built. `rtl` is the folder rtl/ of a checkout; null looks in the working directory and
// above the program. There is a handle even when the status is not ACCELSIM_OK.
accelsim_status accelsim_array_open(const char *name, const char *rtl, accelsim_array **array);
void accelsim_array_close(accelsim_array *array);
const char *accelsim_array_error(const accelsim_array *array);
// Path of the model's shared library, whose functions are those of accelsim_rtl.h; empty when there is none.
const char *accelsim_array_library(const accelsim_array *array);
// Draws instruction `index` of those that are tried.
accelsim_status accelsim_array_draw(accelsim_array *array, uint32_t index, uint64_t seed, accelsim_tile *tile);
// Compares the record of all outputs in an enabled cycle, the first being that in which beats are offered first. Values, the
// cycle of every write and the cycle of completion have to be those of the golden model.
accelsim_status accelsim_array_observe(accelsim_array *array, const uint8_t *outputs, uint64_t output_bytes);
// Compares what there should be after the last cycle. `taken` counts the beats that went into each stream.
accelsim_status accelsim_array_finish(accelsim_array *array, const uint64_t *taken, uint32_t stream_count);
// Writes to the accumulators that were as they should be, since the instruction was drawn.
uint64_t accelsim_array_writes(const accelsim_array *array);

#ifdef __cplusplus
}
#endif
#endif
